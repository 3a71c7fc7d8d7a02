import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from audit.models import Event
from clusters import gateway
from clusters.access import OPERATE, PERMISSIONS, PROVISION, VIEW, Rights
from clusters.models import Closure, Cluster, Environment, Protection
from compute.servers.models import Server
from compute.servers.resource import SERVERS
from jobs import kinds
from jobs.models import Job
from opsys.kit.act.perform import perform, perform_in
from opsys.kit.act.refusal import why_not_in
from tests.factories import make_server


class Asked(Exception):
    """A cloud was about to be asked."""


@pytest.fixture(autouse=True)
def no_cloud(monkeypatch):
    @contextmanager
    def never(*args, **kwargs):
        raise Asked
        yield

    monkeypatch.setattr(gateway, "call", never)


@pytest.fixture
def olga(make_user, cluster):
    return make_user("olga", {cluster: [VIEW, OPERATE, PROVISION]})


def outcome(server, user, name="stop", **more):
    (found,) = perform(SERVERS, SERVERS.action(name), [server.pk], user=user, via="system", **more)
    return found


class TestClosures:
    @pytest.fixture
    def locked(self, cluster):
        return Closure.objects.create(cluster=cluster, reason="new switches")

    def test_nothing_is_changed_whoever_asks(self, server, olga, platform_admin, locked):
        for user in (olga, platform_admin):
            found = outcome(server, user)
            assert (found.status, found.code) == ("refused", "closed") and "new switches" in found.reason
        assert Event.objects.filter(action="compute.server.stop", error_code="closed").count() == 2

    def test_every_door_says_the_same(self, client, server, olga, locked, capsys):
        client.force_login(olga)
        reason = "Cluster east is locked for maintenance: new switches"
        api = client.post("/api/v1/compute/servers/do/stop/", {"ids": [server.pk]}, content_type="application/json")
        assert api.json()["outcomes"][0]["reason"] == reason
        with pytest.raises(SystemExit):
            call_command("ops", "compute.server", "stop", server.cloud_id, "--as", "olga")
        assert reason in capsys.readouterr().out
        assert reason in client.post("/compute/servers/do/stop/", {"ids": [server.pk]}).content.decode()
        row = client.get(f"/api/v1/compute/servers/{server.pk}/").json()
        assert row["actions"]["stop"] == {"allowed": False, "code": "closed", "reason": reason}
        assert reason in client.get("/compute/servers/").content.decode()  # the banner

    def test_a_job_that_was_begun_before_stops_there(self, client, cluster, olga):
        client.force_login(olga)
        pks = [make_server(cluster, name=f"s{number}").pk for number in range(6)]
        client.post("/compute/servers/do/stop/", {"ids": pks})
        Closure.objects.create(cluster=cluster, reason="new switches")
        job = Job.objects.get()
        assert {kinds.get(job.kind).do(job, item).code for item in job.items.all()} == {"closed"}

    def test_nothing_new_is_made(self, cluster, olga, locked):
        create = next(action for action in SERVERS.on_clusters)
        cluster.refresh_from_db()
        found = perform_in(SERVERS, create, cluster, name="x", user=olga, via="system", params={})
        assert found.code == "closed"
        assert why_not_in(create, cluster, Rights({cluster.pk: frozenset(PERMISSIONS)}))[0] == "closed"

    def test_a_freeze_has_its_hours(self, server, olga, cluster):
        soon, later = timezone.now() + timedelta(hours=1), timezone.now() + timedelta(hours=2)
        Closure.objects.create(kind="freeze", reason="quarter end", begins_at=soon, ends_at=later)
        with pytest.raises(Asked):
            outcome(server, olga)
        with time_machine.travel(soon + timedelta(minutes=1)):
            assert "frozen until" in outcome(server, olga).reason
        with time_machine.travel(later + timedelta(minutes=1)), pytest.raises(Asked):
            outcome(server, olga)

    def test_it_ends_when_it_is_deleted(self, server, olga, locked):
        locked.delete()
        with pytest.raises(Asked):
            outcome(server, olga)

    def test_only_what_it_covers(self, other_cluster, make_user, eu):
        server = make_server(other_cluster)
        olga = make_user("olga", {other_cluster: [VIEW, OPERATE]})
        Closure.objects.create(cluster_group=eu, reason="x")
        Closure.objects.create(environment=Environment.STAGING, reason="x")
        with pytest.raises(Asked):
            outcome(server, olga)
        other_cluster.group = eu
        other_cluster.save()
        assert outcome(server, olga).code == "closed"

    def test_one_scope_and_an_order_of_time(self, cluster, eu):
        with pytest.raises(ValidationError):
            Closure(reason="x", cluster=cluster, cluster_group=eu).full_clean()
        with pytest.raises(ValidationError):
            Closure(reason="x", ends_at=timezone.now() - timedelta(hours=1)).full_clean()

    def test_it_costs_lists_no_query(self, locked, cluster, django_assert_num_queries):
        rows = list(Server.objects.select_related("cluster"))
        with django_assert_num_queries(0):
            for row in rows:
                SERVERS.action("stop").when(row)


class TestProtection:
    @pytest.fixture
    def page(self, client, olga):
        client.force_login(olga)
        return client

    def test_protected_it_is_not_deleted_until_that_is_taken_off(self, page, server, olga):
        page.post(f"/compute/servers/protect/{server.pk}/", {"on": "1", "reason": "payroll"})
        for name in ("delete", "stop"):
            found = outcome(server, olga, name)
            assert found.code == "protected" and "olga: payroll" in found.reason
        assert "payroll" in page.get(f"/compute/servers/east/{server.cloud_id}/").content.decode()
        page.post(f"/compute/servers/protect/{server.pk}/", {"on": "0"})
        with pytest.raises(Asked):
            outcome(server, olga, "delete")
        actions = Event.objects.filter(action__endswith="protect").values_list("action", "username")
        assert list(actions.order_by("pk")) == [
            ("compute.server.protect", "olga"),
            ("compute.server.unprotect", "olga"),
        ]

    def test_what_does_no_harm_goes_on(self, page, server, olga):
        Protection.objects.create(cluster=server.cluster, resource="compute.server", cloud_id=server.cloud_id)
        with pytest.raises(Asked):
            outcome(make_server(server.cluster, status="SHUTOFF"), olga, "start")
        assert outcome(server, olga, "hard-reboot").code == "protected"

    def test_over_rest(self, page, server):
        address = f"/api/v1/compute/servers/{server.pk}/protect/"
        assert page.post(address, {"on": True}, content_type="application/json").json() == {"protected": True}
        assert Protection.objects.get().name == "web-1"
        assert page.post(address, {}, content_type="application/json").status_code == 400

    def test_not_by_whoever_may_not_delete(self, client, make_user, server):
        client.force_login(make_user("vera", {server.cluster: [VIEW]}))
        address = f"/api/v1/compute/servers/{server.pk}/protect/"
        assert client.post(address, {"on": True}, content_type="application/json").status_code == 403
        assert not Protection.objects.exists()


class TestProduction:
    @pytest.fixture(autouse=True)
    def production(self, settings):
        settings.GUARD_REASON_ENVIRONMENTS = ["production"]

    @pytest.fixture
    def page(self, client, olga):
        client.force_login(olga)
        return client

    def test_a_reason_is_asked_for_and_kept(self, server, olga):
        assert outcome(server, olga, "delete").code == "reason"
        with pytest.raises(Asked):
            outcome(server, olga, "delete", why="replaced by web-2")
        assert Event.objects.get(action="compute.server.delete", phase="started").params["why"] == "replaced by web-2"

    def test_every_door_takes_one(self, page, server, olga, capsys):
        delete = "/api/v1/compute/servers/do/delete/"
        body = {"ids": [server.pk]}
        asked = page.post(delete, json.dumps(body), content_type="application/json").json()["outcomes"][0]
        assert asked["code"] == "reason" and "give a reason" in asked["reason"]
        with pytest.raises(Asked):
            page.post(delete, json.dumps({**body, "reason": "old"}), content_type="application/json")
        with pytest.raises(Asked):
            call_command("ops", "compute.server", "delete", server.cloud_id, "--as", "olga", "--reason", "old")
        dialog = page.get("/compute/servers/do/delete/", {"ids": server.pk}).content.decode()
        assert 'name="why"' in dialog and 'name="confirm"' in dialog
        typed = {"ids": [server.pk], "confirm": "web-1"}
        assert "Give a reason." in page.post("/compute/servers/do/delete/", typed).content.decode()
        with pytest.raises(Asked):
            page.post("/compute/servers/do/delete/", {**typed, "why": "old"})

    def test_a_job_carries_it(self, page, cluster):
        pks = [make_server(cluster, name=f"s{number}").pk for number in range(6)]
        page.post("/compute/servers/do/delete/", {"ids": pks, "confirm": "6", "why": "all old"})
        job = Job.objects.get()
        with pytest.raises(Asked):
            kinds.get(job.kind).do(job, job.items.first())
        assert Event.objects.filter(phase="started").get().params["why"] == "all old"

    def test_elsewhere_nobody_is_asked(self, server, olga):
        Cluster.objects.filter(pk=server.cluster_id).update(environment=Environment.TESTING)
        with pytest.raises(Asked):
            outcome(server, olga, "delete")

    def test_nor_for_what_can_be_undone(self, server, olga):
        with pytest.raises(Asked):
            outcome(server, olga, "stop")
