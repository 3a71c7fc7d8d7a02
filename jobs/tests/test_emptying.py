"""Emptying a host: who can leave and who cannot, what Nova is asked, and that done means gone."""

import json
from dataclasses import dataclass, field

import pytest

from audit.models import Event
from clusters.access import ADMINISTER, OPERATE, PROVISION, VIEW
from clusters.models import Credential
from clusters.sentences import as_data
from compute.hypervisors.models import Hypervisor
from compute.server_groups.models import ServerGroup
from compute.servers.models import Server
from jobs import kinds, lifecycle, run
from jobs.emptying import kind, plan
from jobs.models import Job
from tests.factories import make_server
from tests.wire import FakeCloud, as_json, serving

NOVA = "/compute/v2.1"
SEEN = {"synced_at": "2026-01-02T03:04:05Z", "digest": ""}
ROOM = {"vcpus_total": 64, "memory_total": 65536}


@dataclass
class Nova(FakeCloud):
    """Servers that move, a step further each time somebody looks."""

    servers: dict[str, dict] = field(default_factory=dict)
    gives_up: set[str] = field(default_factory=set)

    def answer(self, handler, body):
        parts = handler.path.partition("?")[0].removeprefix(f"{NOVA}/servers/").split("/")
        if handler.path.startswith(f"{NOVA}/servers/") and parts[0] in self.servers:
            server = self.servers[parts[0]]
            if handler.command == "POST":
                self._ask(server, json.loads(body))
                return as_json(202, {})
            self._step(server)
            return as_json(200, {"server": {key: value for key, value in server.items() if key != "next"}})
        return super().answer(handler, body)

    def _ask(self, server, body):
        after = {
            "os-migrateLive": {"status": "ACTIVE", "OS-EXT-SRV-ATTR:host": "cmp-2"},
            "migrate": {"status": "VERIFY_RESIZE", "OS-EXT-SRV-ATTR:host": "cmp-2"},
            "confirmResize": {"status": "SHUTOFF"},
            "evacuate": {"status": "SHUTOFF", "OS-EXT-SRV-ATTR:host": "cmp-2"},
            "unlock": {"locked": False, "locked_reason": None},
            "lock": {"locked": True},
        }[next(iter(body))]
        if next(iter(body)) in ("lock", "unlock"):
            server.update(after)  # Nova does these at once
            return
        if server.get("locked"):
            raise AssertionError("Nova moves no locked server")
        if server["id"] in self.gives_up:
            after = {}
        server["next"] = [{}, {**after, "OS-EXT-STS:task_state": None}]
        server["OS-EXT-STS:task_state"] = "migrating"

    def _step(self, server):
        if server.get("next"):
            server.update(server["next"].pop(0))


@pytest.fixture
def nova(cluster, monkeypatch):
    monkeypatch.setattr(kind, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(lifecycle, "dispatch", lambda job_id: None)
    cloud = Nova()
    service = {"id": "s1", "binary": "nova-compute", "host": "cmp-1"}
    cloud.answers[f"GET {NOVA}/os-hypervisors/h1"] = as_json(
        200, {"hypervisor": {"id": "h1", "hypervisor_hostname": "cmp-1", "service": service, "status": "disabled"}}
    )
    cloud.answers[f"GET {NOVA}/os-services"] = as_json(200, {"services": [service]})
    cloud.answers[f"GET {NOVA}/os-aggregates"] = as_json(200, {"aggregates": []})
    cloud.answers[f"PUT {NOVA}/os-services/s1"] = as_json(200, {"service": service})
    with serving(cloud):
        cluster.auth_url = cloud.auth_url
        cluster.save()
        Credential.objects.update(secret="right")
        Credential.objects.get().save()
        yield cloud


@pytest.fixture
def host(cluster):
    Hypervisor.objects.create(
        cluster=cluster, cloud_id="h2", name="cmp-2", host="cmp-2", status="enabled", state="up", **ROOM, **SEEN
    )
    return Hypervisor.objects.create(
        cluster=cluster, cloud_id="h1", name="cmp-1", host="cmp-1", status="enabled", state="up", **SEEN
    )


@pytest.fixture
def ada(client, cluster, make_user):
    user = make_user("ada", {cluster: [VIEW, OPERATE, PROVISION, ADMINISTER]})
    client.force_login(user)
    return user


@pytest.fixture
def place(cluster, nova):
    """place("web", "ACTIVE") → a server on the host, here and in the cloud."""

    def put(name, status="ACTIVE", **fields):
        nova.servers[name] = {
            "id": name,
            "name": name,
            "status": status,
            "OS-EXT-SRV-ATTR:host": "cmp-1",
            "locked": fields.get("locked", False),
        }
        return make_server(cluster, name=name, cloud_id=name, status=status, host="cmp-1", **fields)

    return put


def asked(nova):
    """What Nova was asked to do, by server."""
    found = [
        (path.split("/")[-2], next(iter(json.loads(body))))
        for method, path, _headers, body in nova.seen
        if method == "POST" and path.endswith("/action")
    ]
    return sorted(found)


def start(client, hypervisor, **options):
    body = {"reason": "new disks", **options}
    return client.post(f"/api/v1/jobs/empty-host/{hypervisor.pk}/", body, content_type="application/json")


def carried_out():
    """The job's outcomes, by server."""
    job = Job.objects.get()
    found = {}
    for item in job.items.all():
        outcome = kinds.get(job.kind).do(job, item)
        found[item.name] = (outcome.status.value, outcome.code, outcome.reason)
    return found


# --- the plan


def planned(host, user):
    return {move.server.name: (move.action, move.reason) for move in plan.plan_of(host, user=user).moves}


def test_what_runs_moves_alive_and_what_does_not_cold(host, ada, place):
    for name, status in (("web", "ACTIVE"), ("idle", "PAUSED"), ("old", "SHUTOFF")):
        place(name, status)
    assert planned(host, ada) == {"web": ("live-migrate", ""), "idle": ("live-migrate", ""), "old": ("migrate", "")}


def test_of_a_host_that_is_down_servers_are_evacuated(host, ada, place):
    place("web"), place("old", "SHUTOFF")
    host.state = "down"
    assert {action for action, reason in planned(host, ada).values() if not reason} == {"evacuate"}


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        ({"locked": True}, "locked"),
        ({"status": "ERROR"}, "It is ERROR"),
        ({"status": "SUSPENDED"}, "It is SUSPENDED"),
        ({"task_state": "powering-off"}, "busy"),
    ],
)
def test_who_cannot_leave_is_told_why(host, ada, place, server, reason):
    place("web", **server)
    assert reason in planned(host, ada)["web"][1]


def test_servers_kept_together_stay_unless_one_is_alone(cluster, host, ada, place):
    for cloud_id, policy in (("g1", "affinity"), ("g2", "soft-affinity"), ("g3", "affinity")):
        ServerGroup.objects.create(cluster=cluster, cloud_id=cloud_id, name=cloud_id, policy=policy, **SEEN)
    for name, group in (("a", "g1"), ("b", "g1"), ("c", "g2"), ("d", "g2"), ("e", "g3")):
        place(name, data={"server_groups": [group]})
    stay = {name for name, (_action, reason) in planned(host, ada).items() if "group g1" in reason}
    assert stay == {"a", "b"}
    assert {name for name, (_action, reason) in planned(host, ada).items() if not reason} == {"c", "d", "e"}


@pytest.mark.parametrize("other", [{"state": "down"}, {"status": "disabled"}])
def test_without_another_host_nobody_can_leave(host, ada, place, other):
    place("web")
    Hypervisor.objects.filter(cloud_id="h2").update(**other)
    assert planned(host, ada)["web"][1] == "There is no other host that is enabled and up."


def test_a_server_for_which_there_seems_no_room_is_warned_of_and_tried(host, ada, place):
    place("web", data={"flavor": {"vcpus": 65, "ram": 512}})
    (move,) = plan.plan_of(host, user=ada).moves
    assert not move.reason and "no other host has room" in move.warning


def test_servers_without_a_host_are_on_no_host(cluster, host, ada):
    make_server(cluster, name="new", host="")
    host.host = ""
    assert planned(host, ada) == {}


def test_the_page_shows_the_plan_and_starts_it(client, host, ada, place, nova):
    place("web"), place("stuck", locked=True)
    page = client.get(f"/jobs/empty-host/{host.pk}/").content.decode()
    for text in ("1 would be moved", "Live-migrate", "It is locked", "As the scheduler"):
        assert text in page
    unexplained = client.post(f"/jobs/empty-host/{host.pk}/", {"disable": "on", "at_once": 1})
    assert "Give a reason" in unexplained.content.decode()
    response = client.post(f"/jobs/empty-host/{host.pk}/", {"disable": "on", "reason": "disks", "at_once": 1})
    job = Job.objects.get()
    assert response["Location"] == f"/jobs/{job.pk}/"
    assert {item.name for item in job.items.all()} == {"web", "stuck"} and "cmp-1" in job.title


def test_who_may_not_move_servers_empties_nothing(client, cluster, host, make_user, place, nova):
    place("web")
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    assert "disabled" in client.get(f"/jobs/empty-host/{host.pk}/").content.decode()
    answer = start(client, host)
    assert (answer.status_code, answer.json()["code"]) == (409, "permission")
    answer = start(client, host, disable=False)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_do")
    assert not Job.objects.exists() and asked(nova) == []


# --- the job


def test_done_means_that_it_has_left(client, host, ada, place, nova):
    place("web"), place("old", "SHUTOFF")
    answer = start(client, host)
    assert answer.status_code == 202
    (body,) = [json.loads(body) for method, _path, _headers, body in nova.seen if method == "PUT"]
    assert body == {"status": "disabled", "disabled_reason": "new disks"}
    assert carried_out() == {"web": ("done", "", "Now on cmp-2."), "old": ("done", "", "Now on cmp-2.")}
    assert asked(nova) == [("old", "confirmResize"), ("old", "migrate"), ("web", "os-migrateLive")]
    assert set(Server.objects.values_list("host", flat=True)) == {"cmp-2"}
    events = set(Event.objects.filter(phase="done", cluster=host.cluster).values_list("name", "action"))
    assert events == {
        ("cmp-1", "compute.hypervisor.disable"),
        ("web", "compute.server.live-migrate"),
        ("old", "compute.server.migrate"),
        ("old", "compute.server.confirm-resize"),
    }


def ended():
    """The job after a worker had it."""
    job = Job.objects.latest("pk")
    for item in job.items.all():
        outcome = kinds.get(job.kind).do(job, item)
        item.state, item.reason, item.code = outcome.status.value, outcome.reason, outcome.code
        item.said = as_data(outcome.reason)
        item.save()
    Job.objects.filter(pk=job.pk).update(token=job.token, state="running")
    lifecycle.finish(job)
    job.refresh_from_db()
    return job


def test_who_stays_is_named_with_the_reason_and_what_can_be_done(client, host, ada, place, nova):
    place("web"), place("a", locked=True), place("b", locked=True), place("broken", "ERROR")
    start(client, host)
    job = ended()
    assert job.state == "partly"
    assert {item.name: item.state for item in job.items.all()} == {
        "web": "done",
        "a": "refused",
        "b": "refused",
        "broken": "refused",
    }
    result = kinds.result_of(job, user=ada)
    assert result.text == "cmp-1 is not empty: 3 servers are still there." and not result.reached
    assert [(number, "locked" in reason) for reason, number in result.reasons] == [(2, True), (1, False)]
    label, address = result.ways[0]
    assert (label, address) == ("Unlock 2 servers and move them", f"/jobs/empty-host/{host.pk}/?unlock=on")
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "is not empty" in page and "Unlock 2 servers" in page and "is empty" not in page
    told = client.get(f"/api/v1/jobs/{job.pk}/").json()["result"]
    assert told["reached"] is False and [one["count"] for one in told["reasons"]] == [2, 1]
    assert "checked" in client.get(address).content.decode().partition('name="unlock"')[2][:120]


def test_only_an_empty_host_is_called_empty(client, host, ada, place, nova):
    place("web")
    start(client, host)
    job = ended()
    assert job.state == "done"
    assert kinds.result_of(job, user=ada) == kinds.Result("cmp-1 is empty.", reached=True)
    assert "cmp-1 is empty." in client.get(f"/jobs/{job.pk}/").content.decode()
    Hypervisor.objects.filter(pk=host.pk).update(servers=2)
    assert "still counts 2" in kinds.result_of(job, user=ada).text
    make_server(host.cluster, name="late", host="cmp-1")
    result = kinds.result_of(job, user=ada)
    assert not result.reached and result.reasons == [("It can be moved now.", 1)]


def test_a_move_that_waits_keeps_the_host_from_being_empty(client, host, ada, place, nova):
    place("old", "SHUTOFF")
    start(client, host, confirm=False)
    result = kinds.result_of(ended(), user=ada)
    assert not result.reached and "disk of 1 server whose move waits" in result.text


def test_while_it_goes_on_nothing_is_said_of_its_end(client, host, ada, place, nova):
    place("web")
    start(client, host)
    assert kinds.result_of(Job.objects.get(), user=ada) is None


def test_locked_servers_are_unlocked_moved_and_locked_again(client, host, ada, place, nova):
    place("web", locked=True, data={"locked_reason": "payroll runs"})
    assert start(client, host).json()["code"] == "nothing_to_do"
    assert start(client, host, unlock=True).status_code == 202
    assert ended().state == "done"
    assert asked(nova) == [("web", "lock"), ("web", "os-migrateLive"), ("web", "unlock")]
    assert nova.servers["web"]["locked"] is True
    (body,) = [json.loads(body) for _m, path, _h, body in nova.seen if b'"lock"' in (body or b"")]
    assert body == {"lock": {"locked_reason": "payroll runs"}}


def test_one_that_did_not_move_is_locked_again_too(client, host, ada, place, nova):
    place("web", locked=True)
    nova.gives_up.add("web")
    start(client, host, unlock=True)
    assert ended().state == "failed"
    assert nova.servers["web"]["locked"] is True


def test_whoever_takes_over_locks_again(client, host, ada, place, nova):
    place("web", locked=True)
    start(client, host, unlock=True)
    run.stopping.set()
    try:
        assert carried_out()["web"][:2] == ("failed", "timeout")
    finally:
        run.stopping.clear()
    assert nova.servers["web"]["locked"] is False
    job = Job.objects.get()
    assert kinds.get(job.kind).recall(job, job.items.get()).status.value == "done"
    assert nova.servers["web"]["locked"] is True


def test_who_may_not_unlock_is_not_offered_it(client, cluster, host, make_user, place, nova):
    place("web", locked=True)
    client.force_login(make_user("olga", {cluster: [VIEW, ADMINISTER]}))
    assert 'name="unlock"' not in client.get(f"/jobs/empty-host/{host.pk}/").content.decode()
    assert start(client, host, unlock=True, disable=False).json()["code"] == "nothing_to_do"


@pytest.mark.parametrize("server", [{"locked": True, "status": "ERROR"}, {"locked": True, "task_state": "deleting"}])
def test_unlocking_is_not_offered_where_it_would_not_help(host, ada, place, server):
    place("web", **server)
    assert plan.plan_of(host, user=ada).unlockable == []


def test_servers_kept_together_are_refused_by_the_job_too(client, cluster, host, ada, place, nova):
    ServerGroup.objects.create(cluster=cluster, cloud_id="g1", name="g1", policy="affinity", **SEEN)
    place("a", data={"server_groups": ["g1"]}), place("b", data={"server_groups": ["g1"]}), place("web")
    for name in ("a", "b"):
        nova.servers[name]["server_groups"] = ["g1"]
    start(client, host)
    found = carried_out()
    assert found["web"][0] == "done" and found["a"][0] == found["b"][0] == "refused"
    assert "group g1" in found["a"][2] and asked(nova) == [("web", "os-migrateLive")]


# --- the same twice


def test_the_same_request_twice_is_one_job(client, host, ada, place, nova):
    place("web")
    address = f"/api/v1/jobs/empty-host/{host.pk}/"
    given = {"reason": "new disks"}
    sent = [
        client.post(address, given, content_type="application/json", headers={"idempotency-key": "k1"})
        for _turn in range(2)
    ]
    assert [answer.status_code for answer in sent] == [202, 202]
    assert len({answer.json()["job"]["id"] for answer in sent}) == 1 and Job.objects.count() == 1
    assert len([method for method, *_rest in nova.seen if method == "PUT"]) == 1
    other = client.post(address, {"reason": "x"}, content_type="application/json", headers={"idempotency-key": "k1"})
    assert other.status_code == 422 and Job.objects.count() == 1


def test_the_form_sent_twice_is_one_job(client, host, ada, place, nova):
    place("web")
    form = {"disable": "on", "reason": "disks", "at_once": 1, "operation": "drawn-once"}
    first, second = (client.post(f"/jobs/empty-host/{host.pk}/", form) for _turn in range(2))
    assert first["Location"] == second["Location"] and Job.objects.count() == 1
    assert 'name="operation"' in client.get(f"/jobs/empty-host/{host.pk}/").content.decode()


def test_a_request_that_died_before_its_job_is_taken_up(client, host, ada, place, nova, monkeypatch):
    place("web")
    given, key = {"reason": "new disks"}, {"idempotency-key": "k1"}
    address = f"/api/v1/jobs/empty-host/{host.pk}/"
    submit = lifecycle.submit

    def dies(*_given, **_more):
        raise RuntimeError("killed")

    monkeypatch.setattr(lifecycle, "submit", dies)
    with pytest.raises(RuntimeError):
        client.post(address, given, content_type="application/json", headers=key)
    monkeypatch.setattr(lifecycle, "submit", submit)
    assert client.post(address, given, content_type="application/json", headers=key).status_code == 202
    assert Job.objects.count() == 1


def test_the_host_has_it_among_its_actions(client, host, ada, make_user, cluster):
    page = client.get(f"/compute/hypervisors/{cluster.name}/{host.cloud_id}/").content.decode()
    assert page.count(f"/jobs/empty-host/{host.pk}/") >= 1 and "Empty this host" in page
    menu = client.get(f"/compute/hypervisors/menu/{host.pk}/").content.decode()
    assert f"/jobs/empty-host/{host.pk}/" in menu
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    page = client.get(f"/compute/hypervisors/{cluster.name}/{host.cloud_id}/").content.decode()
    assert f'href="/jobs/empty-host/{host.pk}/"' not in page


@pytest.mark.parametrize(("refusals", "status"), [(3, "done"), (100, "failed")])
def test_nova_may_not_be_ready_to_confirm_at_once(client, host, ada, place, nova, refusals, status):
    place("old", "SHUTOFF")
    start(client, host)
    left = [as_json(400, {"badRequest": {"message": "Instance has not been resized."}})] * refusals
    usual = nova.answer
    nova.answer = lambda handler, body: left.pop() if left and b"confirmResize" in body else usual(handler, body)
    assert carried_out()["old"][0] == status


def test_a_move_that_is_not_to_be_confirmed_waits(client, host, ada, place, nova):
    place("old", "SHUTOFF")
    start(client, host, confirm=False)
    assert carried_out()["old"][2] == "Now on cmp-2; its move waits to be confirmed."
    assert asked(nova) == [("old", "migrate")]


def test_the_target_is_given_to_nova(client, host, ada, place, nova):
    place("web")
    assert start(client, host, host="cmp-1").status_code == 400
    start(client, host, host="cmp-2", block_migration="true")
    carried_out()
    (body,) = [json.loads(body) for method, path, _h, body in nova.seen if method == "POST" and "/action" in path]
    assert body["os-migrateLive"] == {"host": "cmp-2", "block_migration": True}


def test_what_the_cloud_gives_up_has_failed(client, host, ada, place, nova):
    place("web")
    nova.gives_up.add("web")
    start(client, host)
    status, code, reason = carried_out()["web"]
    assert (status, code) == ("failed", "stayed") and "gave the move up" in reason


def test_a_server_in_error_has_failed_with_its_fault(client, host, ada, place, nova):
    place("web")
    start(client, host)
    nova.servers["web"]["next"] = []
    nova._ask = lambda server, body: server.update(status="ERROR", fault={"message": "No valid host"})
    status, code, reason = carried_out()["web"]
    assert (status, code) == ("failed", "error") and "No valid host" in reason


def test_who_left_meanwhile_is_done_without_asking(client, host, ada, place, nova):
    place("web")
    start(client, host)
    nova.servers["web"]["OS-EXT-SRV-ATTR:host"] = "cmp-2"
    assert carried_out() == {"web": ("done", "", "It had left before.")}
    del nova.servers["web"]
    nova.answers[f"GET {NOVA}/servers/web"] = as_json(404, {})
    assert carried_out()["web"][0] == "done" and asked(nova) == []


def test_a_host_that_goes_down_meanwhile_is_evacuated(client, host, ada, place, nova):
    place("web")
    start(client, host)
    Hypervisor.objects.filter(pk=host.pk).update(state="down")
    carried_out()
    assert asked(nova) == [("web", "evacuate")]


def test_waiting_has_an_end(client, host, ada, place, nova, settings):
    settings.JOB_MOVE_SECONDS = 0.05
    place("web")
    start(client, host)
    nova._step = lambda server: None
    assert carried_out()["web"][:2] == ("failed", "slow")


def test_cancelling_ends_the_waiting(client, host, ada, place, nova):
    place("web")
    start(client, host)
    nova._step = lambda server: None
    Job.objects.update(cancel_requested=True)
    assert carried_out()["web"][:2] == ("failed", "cancelled")


def test_a_worker_that_stops_leaves_the_waiting_to_the_next(client, host, ada, place, nova, monkeypatch):
    place("web")
    start(client, host)
    run.stopping.set()
    try:
        assert carried_out()["web"][:2] == ("failed", "timeout")  # one that passes: the item stays open
    finally:
        run.stopping.clear()
    job = Job.objects.get()
    outcome = kinds.get(job.kind).recall(job, job.items.get())
    assert (outcome.status.value, outcome.reason) == ("done", "Now on cmp-2.")
    assert asked(nova) == [("web", "os-migrateLive")]


def test_a_worker_that_died_before_it_could_write_is_made_up_for(client, host, ada, place, nova):
    place("web")
    start(client, host)
    job = Job.objects.get()
    item = job.items.get()
    empty = kinds.get(job.kind)
    assert empty.recall(job, item) is None  # it was not asked yet
    nova._ask(nova.servers["web"], {"os-migrateLive": {}})
    Event.objects.create(
        operation=item.operation, action="compute.server.live-migrate", phase="started", via="api", cloud_id="web"
    )
    assert empty.recall(job, item).status.value == "done"
    assert asked(nova) == []
    assert Event.objects.get(operation=item.operation, phase="done").action == "compute.server.live-migrate"


def test_what_failed_is_tried_again_in_the_same_way(client, host, ada, place, nova):
    place("web")
    nova.gives_up.add("web")
    start(client, host)
    job = Job.objects.get()
    job.items.update(state="failed")
    again = lifecycle.retry_failed(job, user=ada)
    assert (again.kind, again.params["source"]) == ("empty-host", "cmp-1")


def test_not_more_at_a_time_than_was_wished(client, host, ada, place, nova, settings):
    settings.JOB_ITEMS_PER_CLUSTER = 4
    for number in range(3):
        place(f"s{number}")
    assert start(client, host, at_once=9).status_code == 202
    assert Job.objects.get().params["at_once"] == 4
