"""Actions that take two: what is asked, who may say yes, and that nothing else runs."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.acting import Actor
from audit.models import Event
from clusters.models import Environment
from compute.servers.models import Server
from compute.servers.resource import SERVERS
from jobs import kinds
from jobs.models import Job
from opsys.kit.act.perform import perform
from opsys.kit.approvals import deciding
from opsys.kit.approvals.models import Approval, ApprovalRule
from opsys.kit.tests.conftest import OPERATOR
from tests.factories import make_server

STOP = "/compute/servers/do/stop/"


@pytest.fixture
def stopping(cloud, monkeypatch):
    """Stopping asks the fake cloud."""
    found = SERVERS.action("stop")
    kept = found.run
    object.__setattr__(found, "run", cloud.run)
    yield cloud
    object.__setattr__(found, "run", kept)


@pytest.fixture
def rule(stopping, cluster):
    return ApprovalRule.objects.create(action="compute.server.stop", cluster=cluster)


@pytest.fixture
def second(cluster, make_user):
    return make_user("sam", {cluster: OPERATOR})


def as_user(user):
    client = Client()
    client.force_login(user)
    return client


def post(client, address, **body):
    return client.post(address, body, content_type="application/json")


def asked(user, *items):
    page = as_user(user).post(STOP, {"ids": [item.pk for item in items]})
    assert "A second person is asked" in page.content.decode()
    return Approval.objects.first()


def said(client, address, **body):
    return client.post(address, body, follow=True).content.decode()


def test_it_runs_once_a_second_person_said_yes(rule, server, operator, second, stopping):
    approval = asked(operator, server)
    assert not stopping.calls and approval.is_waiting
    page = as_user(second).get("/approvals/").content.decode()
    assert f'href="/approvals/{approval.pk}/"' in page and "olga" in page
    assert "Approval" in said(as_user(second), f"/approvals/{approval.pk}/approve/", answer="ticket 7")
    assert stopping.did == [server.cloud_id]
    approval.refresh_from_db()
    assert (approval.state, approval.decided_by, approval.answer) == ("approved", second, "ticket 7")
    done = Event.objects.get(action="compute.server.stop", phase="done")
    assert (done.username, done.params["approved_by"]) == ("olga", "sam"), "as who asked, with who agreed"
    assert [
        *Event.objects.filter(action__startswith="approvals.").order_by("pk").values_list("action", "username")
    ] == [
        ("approvals.ask", "olga"),
        ("approvals.approve", "sam"),
    ]
    assert "done" in as_user(operator).get(f"/approvals/{approval.pk}/").content.decode()


def test_who_asked_cannot_approve_nor_can_who_may_not_do_it(rule, server, operator, viewer, stopping, make_user):
    approval = asked(operator, server)
    own = f"/approvals/{approval.pk}/approve/"
    assert "who asked cannot approve" in said(as_user(operator), own)
    for nobody in (viewer, make_user("norman")):
        assert as_user(nobody).post(own).status_code == 404
        assert as_user(nobody).get(f"/approvals/{approval.pk}/").status_code == 404
        assert f"/approvals/{approval.pk}/" not in as_user(nobody).get("/approvals/").content.decode()
    assert not stopping.calls


def test_a_platform_admin_sees_all_and_approves_none_of_their_own(rule, server, operator, platform_admin, stopping):
    theirs, own = asked(operator, server), asked(platform_admin, server)
    root = as_user(platform_admin)
    page = root.get("/approvals/").content.decode()
    assert all(f'href="/approvals/{approval.pk}/"' in page for approval in (theirs, own))
    assert "cannot approve it" in said(root, f"/approvals/{own.pk}/approve/")
    assert post(root, f"/api/v1/approvals/{own.pk}/approve/").status_code == 409
    assert not admin.site.is_registered(Approval), "the administration is no other door to it"
    assert not stopping.calls
    said(root, f"/approvals/{theirs.pk}/approve/")
    assert stopping.did == [server.cloud_id]


def test_it_expires(rule, server, operator, second, stopping, settings):
    approval = asked(operator, server)
    with time_machine.travel(timezone.now() + timedelta(hours=settings.APPROVAL_HOURS, seconds=1)):
        assert "expired" in said(as_user(second), f"/approvals/{approval.pk}/approve/")
    assert not stopping.calls


@pytest.mark.parametrize(
    "change", [{"name": "another"}, {"gone_at": timezone.now()}, {"status": "SHUTOFF"}], ids=["name", "gone", "state"]
)
def test_what_changed_meanwhile_is_asked_for_again(rule, server, operator, second, stopping, change):
    approval = asked(operator, server)
    Server.objects.filter(pk=server.pk).update(**change)
    text = said(as_user(second), f"/approvals/{approval.pk}/approve/")
    approval.refresh_from_db()
    assert "changed meanwhile" in text and approval.state == "changed" and not stopping.calls
    assert Event.objects.filter(action="approvals.changed", username="sam").exists()


def test_rights_that_are_gone_when_it_runs_are_gone(rule, server, operator, second, stopping):
    approval = asked(operator, server)
    type(operator).objects.filter(pk=operator.pk).update(is_active=False)
    said(as_user(second), f"/approvals/{approval.pk}/approve/")
    assert not stopping.calls


def test_once(rule, server, operator, second, stopping, platform_admin):
    approval = asked(operator, server)
    said(as_user(second), f"/approvals/{approval.pk}/decline/", answer="not today")
    assert "decided already" in said(as_user(platform_admin), f"/approvals/{approval.pk}/approve/")
    assert not stopping.calls
    other = asked(operator, server)
    assert "withdrawn" in said(as_user(operator), f"/approvals/{other.pk}/withdraw/")
    assert "decided already" in said(as_user(second), f"/approvals/{other.pk}/approve/")
    third = asked(operator, server)
    assert "who asked can take it back" in said(as_user(second), f"/approvals/{third.pk}/withdraw/")
    assert not stopping.calls


def test_every_door_asks(rule, server, operator, stopping, capsys):
    client = as_user(operator)
    outcome = post(client, "/api/v1/compute/servers/do/stop/", ids=[server.pk]).json()["outcomes"][0]
    assert (outcome["status"], outcome["code"]) == ("refused", "approval")
    with pytest.raises(SystemExit):
        call_command("ops", "compute.server", "stop", server.cloud_id, "--as", "olga")
    assert "A second person is asked" in capsys.readouterr().out
    assert Approval.objects.count() == 2
    (direct,) = perform(SERVERS, SERVERS.action("stop"), [server.pk], user=operator, via="schedule")
    assert direct.code == "approval" and not stopping.calls, "also whatever asks nobody first"


def test_the_dialog_says_it_beforehand(rule, server, operator):
    page = as_user(operator).get(f"{STOP}?ids={server.pk}").content.decode()
    assert "A second person has to approve this: nothing runs before." in page


def test_an_approval_is_for_what_was_asked_and_who_asked_it(rule, server, cluster, operator, second, stopping):
    approval = asked(operator, server)
    deciding.approve(approval, _actor(second))
    stopping.did.clear()
    Server.objects.filter(pk=server.pk).update(status="ACTIVE")
    other = make_server(cluster, name="other")
    for user, item in ((operator, other), (second, server)):
        (outcome,) = perform(SERVERS, SERVERS.action("stop"), [item.pk], user=user, via="ui", approval=approval.pk)
        assert outcome.code == "approval"
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        (late,) = perform(SERVERS, SERVERS.action("stop"), [server.pk], user=operator, via="ui", approval=approval.pk)
    assert late.code == "approval" and not stopping.did


def _actor(user):
    return Actor(user, "ui", "192.0.2.1")


def test_many_become_a_job_that_knows_its_approval(rule, cluster, operator, second, stopping):
    servers = [make_server(cluster, name=f"s{number}") for number in range(6)]
    approval = asked(operator, *servers)
    said(as_user(second), f"/approvals/{approval.pk}/approve/")
    job = Job.objects.get()
    assert job.user == operator
    assert {kinds.get(job.kind).do(job, item).status.value for item in job.items.all()} == {"done"}
    job.params = {**job.params, "approval": None}
    assert {kinds.get(job.kind).do(job, item).code for item in job.items.all()} == {"approval"}


def test_what_belongs_together_is_not_done_by_halves(rule, server, other_cluster, make_user, stopping, cluster):
    both = make_user("both", {cluster: OPERATOR, other_cluster: OPERATOR})
    elsewhere = make_server(other_cluster, name="elsewhere")
    approval = asked(both, server, elsewhere)
    assert set(approval.pks) == {server.pk, elsewhere.pk} and not stopping.calls


@pytest.mark.parametrize("where", ["cluster", "group", "environment", "everywhere", "elsewhere", "dangerous"])
def test_where_a_rule_holds(stopping, server, cluster, other_cluster, operator, eu, where):
    cluster.group, cluster.environment = eu, Environment.PRODUCTION
    cluster.save()
    action = "*" if where == "dangerous" else "compute.server.stop"
    scope = {
        "cluster": {"cluster": cluster},
        "group": {"cluster_group": eu},
        "environment": {"environment": "production"},
    }
    scope |= {"elsewhere": {"cluster": other_cluster}}
    ApprovalRule.objects.create(action=action, **scope.get(where, {}))
    (outcome,) = perform(SERVERS, SERVERS.action("stop"), [server.pk], user=operator, via="ui")
    free = where in ("elsewhere", "dangerous")  # stopping can be undone
    assert (outcome.code == "approval") is not free
    if where == "dangerous":
        (delete,) = perform(SERVERS, SERVERS.action("delete"), [server.pk], user=operator, via="ui", why="x")
        assert delete.code == "approval"


def test_over_rest(rule, server, operator, second, stopping):
    approval = asked(operator, server)
    mine, theirs = as_user(operator), as_user(second)
    (row,) = theirs.get("/api/v1/approvals/").json()["results"]
    assert (row["id"], row["state"], row["asked_by"]) == (approval.pk, "waiting", "olga")
    assert row["items"] == [{"name": server.name, "cluster": "east", "id": server.cloud_id}]
    assert post(mine, f"/api/v1/approvals/{approval.pk}/approve/").status_code == 409
    assert post(theirs, f"/api/v1/approvals/{approval.pk}/nonsense/").status_code == 404
    done = post(theirs, f"/api/v1/approvals/{approval.pk}/approve/", answer="yes").json()
    assert (done["state"], done["decided_by"]) == ("approved", "sam")
    assert done["result"]["outcomes"][0]["status"] == "done" and stopping.did == [server.cloud_id]
    assert post(theirs, f"/api/v1/approvals/{approval.pk}/decline/").status_code == 409
    assert mine.get(f"/api/v1/approvals/{approval.pk}/").json()["state"] == "approved"


def test_an_idempotent_request_asks_once(rule, server, operator):
    client = as_user(operator)
    for _again in range(2):
        client.post(
            "/api/v1/compute/servers/do/stop/",
            json.dumps({"ids": [server.pk]}),
            content_type="application/json",
            headers={"Idempotency-Key": "k-1"},
        )
    assert Approval.objects.count() == 1


def test_what_was_typed_waits_encrypted(cluster, operator, second, server, stopping):
    approval = Approval.objects.create(
        user=operator,
        resource="compute.server",
        action="stop",
        pks=[server.pk],
        seen="x",
        items=[],
        inputs=json.dumps({"admin_password": "Kanarie-5d1e"}),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT inputs FROM kit_approval")
        assert "Kanarie" not in cursor.fetchone()[0]
    page = as_user(second).get(approval.get_absolute_url()).content.decode()
    assert "admin_password" in page and "Kanarie" not in page


def test_platform_admins_say_what_takes_two(client, platform_admin, cluster):
    client.force_login(platform_admin)
    page = client.get("/admin/kit/approvalrule/add/").content.decode()
    assert "Everything that cannot be undone" in page and 'value="compute.server.delete"' in page
    client.post("/admin/kit/approvalrule/add/", {"action": "compute.server.delete", "cluster": cluster.pk})
    assert ApprovalRule.objects.get().cluster == cluster
    assert Event.objects.filter(action="kit.approvalrule.add", username="root").count() == 1
    assert "delete" in client.get("/admin/kit/approvalrule/").content.decode().lower()
