"""What Nova is asked when a host is emptied, and that done means gone."""

import json

import pytest

from audit.models import Event
from compute.hypervisors.models import Hypervisor
from compute.servers.models import Server
from jobs import kinds, lifecycle, run
from jobs.models import Job
from jobs.tests.emptying.nova import NOVA, asked, carried_out, start
from tests.wire import as_json


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
