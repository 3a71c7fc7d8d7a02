"""Making something new takes two where a rule says so: at each door, in a project, one or several."""

import json

import pytest
from django.core.management import call_command

from audit.acting import Actor
from audit.models import Event
from compute.servers.resource import SERVERS
from jobs import kinds
from jobs.models import Job
from opsys.kit.act.perform import perform_in
from opsys.kit.approvals import deciding
from opsys.kit.approvals.models import Approval, ApprovalRule
from opsys.kit.tests.conftest import OPERATOR
from opsys.kit.tests.test_approvals import as_user, post, said
from opsys.kit.tests.test_project import API, SHOP, URL, asked  # noqa: F401 - the fixture

NAME = "compute.server.make"


@pytest.fixture
def rule(asked, cluster):  # noqa: F811
    return ApprovalRule.objects.create(action=NAME, cluster=cluster)


@pytest.fixture
def second(cluster, make_user):
    return make_user("sam", {cluster: OPERATOR})


def made() -> list[str]:
    return list(Event.objects.filter(action=NAME, phase="done").order_by("pk").values_list("name", flat=True))


def begun() -> bool:
    return Event.objects.filter(action=NAME, phase="started").exists()


def ask(user, **params):
    (outcome,) = post(as_user(user), API, cluster="east", project="shop", params=params).json()["outcomes"]
    assert (outcome["status"], outcome["code"]) == ("refused", "approval")
    return Approval.objects.first()


def test_every_door_asks(rule, operator, asked, capsys):  # noqa: F811
    page = as_user(operator).post(URL, {"cluster": "east", "name": "web", "count": 1}).content.decode()
    assert "A second person is asked" in page
    ask(operator, name="web", count=1)
    ask(operator, name="web", count=3)
    with pytest.raises(SystemExit):
        call_command("ops", "compute.server", "make", "--set", "name=web", "--as", "olga")
    assert "A second person is asked" in capsys.readouterr().out
    assert Approval.objects.count() == 4 and not begun()
    action = SERVERS.action("make", "cluster")
    direct = perform_in(SERVERS, action, rule.cluster, name="x", params={"name": "x"}, user=operator, via="schedule")
    assert direct.code == "approval" and not begun(), "also whatever asks nobody first"


def test_it_is_made_once_a_second_person_said_yes(rule, operator, second, viewer, platform_admin, asked):  # noqa: F811
    approval = ask(operator, name="web", count=1)
    assert as_user(viewer).get(f"/approvals/{approval.pk}/").status_code == 404
    assert "cannot approve it" in said(as_user(operator), f"/approvals/{approval.pk}/approve/") and not begun()
    for user in (second, platform_admin):
        page = as_user(user).get(f"/approvals/{approval.pk}/").content.decode()
        assert "web" in page and "shop" in page and "Approve and run" in page
    said(as_user(second), f"/approvals/{approval.pk}/approve/")
    assert made() == ["web"] and SHOP in asked
    done = Event.objects.get(action=NAME, phase="done")
    assert done.username == "olga" and done.params["approved_by"] == "sam"
    assert "decided already" in said(as_user(second), f"/approvals/{approval.pk}/approve/") and made() == ["web"]


def test_several_become_a_job_that_knows_its_approval(rule, operator, second, asked):  # noqa: F811
    approval = ask(operator, name="web", count=3)
    deciding.approve(approval, Actor(second, "ui", ""))
    job = Job.objects.get()
    for item in job.items.all():
        kinds.get(job.kind).do(job, item)
    assert made() == ["web"] * 3


@pytest.mark.parametrize("what", ["name", "params", "project", "cluster", "user"])
def test_an_approval_is_for_what_was_asked(rule, operator, second, platform_admin, cluster, other_cluster, what):
    approval = ask(operator, name="web", count=1)
    Approval.objects.filter(pk=approval.pk).update(state="approved", decided_by=second, decided_at=approval.asked_at)
    ApprovalRule.objects.create(action=NAME, cluster=other_cluster)
    action = SERVERS.action("make", "cluster")
    right = {
        "cluster": cluster,
        "name": "web",
        "params": {"name": "web"},
        "user": operator,
        "project": deciding.project_of(approval),
    }
    other = {
        "cluster": other_cluster,
        "name": "db",
        "params": {"name": "db"},
        "user": platform_admin,
        "project": None,
    }
    given = {**right, what: other[what]}
    if what == "cluster":
        given["user"] = platform_admin
        Approval.objects.update(user=platform_admin)
    outcome = perform_in(SERVERS, action, given.pop("cluster"), via="ui", approval=approval.pk, **given)
    assert outcome.code == "approval" and not made()


def test_what_was_typed_waits_encrypted_and_is_gone_afterwards(rule, operator, second, asked):  # noqa: F811
    approval = ask(operator, name="web", count=1)
    assert json.loads(approval.inputs) == [["web", {"name": "web"}]]
    deciding.approve(approval, Actor(second, "ui", ""))
    assert Approval.objects.get().inputs == "{}"
