"""Who stayed and why, what can be done about it, and that only an empty host is called empty."""

import json

import pytest

from clusters.access import ADMINISTER, VIEW
from compute.hypervisors.models import Hypervisor
from compute.server_groups.models import ServerGroup
from jobs import kinds, lifecycle, run
from jobs.emptying import plan
from jobs.models import Job
from jobs.tests.emptying.nova import SEEN, Nova, asked, carried_out, ended, start
from tests.factories import make_server
from tests.wire import as_json


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


@pytest.fixture
def unlocked(client, host, ada, place, nova):
    """A server whose lock was taken off, and which Nova then did not move: the job and its item."""

    def refuse(handler, body):
        return as_json(500, {}) if b"os-migrateLive" in (body or b"") else Nova.answer(nova, handler, body)

    nova.answer = refuse
    place("web", locked=True)
    start(client, host, unlock=True)
    job = Job.objects.get()
    job.items.update(attempts=1)
    assert kinds.get(job.kind).do(job, job.items.get()).code == "server_error"
    assert nova.servers["web"]["locked"] is False, "it is tried again"
    return job, job.items.get()


def test_after_the_last_try_it_is_locked_again(unlocked, nova):
    job, item = unlocked
    item.attempts = len(run.PAUSES) + 1
    assert kinds.get(job.kind).do(job, item).code == "server_error"
    assert nova.servers["web"]["locked"] is True


def test_cancelled_between_two_tries_it_is_locked_again(unlocked, nova):
    job, item = unlocked
    assert kinds.get(job.kind).recall(job, item) is None
    job.cancel_requested = True
    outcome = kinds.get(job.kind).recall(job, item)
    assert (outcome.status.value, outcome.code) == ("failed", "cancelled")
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
