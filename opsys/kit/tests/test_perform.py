"""What `perform()` promises, whichever door asks."""

from dataclasses import replace

import pytest
from django.db import DatabaseError
from django.dispatch import Signal
from django.utils import timezone

from audit.models import Event
from clusters import access
from clusters.access import OPERATE, VIEW
from clusters.gateway import CloudError
from compute.servers.models import Server
from compute.servers.resource import SERVERS
from opsys.kit import signals
from opsys.kit.act.perform import perform
from opsys.kit.declare.action import Action, Status
from tests.factories import make_server, make_state


@pytest.fixture
def poke(cloud):
    return Action("poke", "Poke", cloud.run)


def do(action, *items, user, **options):
    options = {"via": "api", "client": "192.0.2.7", **options}
    return perform(
        SERVERS, action, [item if isinstance(item, int) else item.pk for item in items], user=user, **options
    )


def phases():
    return list(Event.objects.filter(action__startswith="compute.").order_by("pk").values_list("phase", flat=True))


def test_each_step_in_its_order(cloud, poke, operator, server, monkeypatch):
    steps = []

    def note(step, function=lambda *args, **kwargs: ""):
        def noted(*args, **kwargs):
            steps.append(step)
            return function(*args, **kwargs)

        return noted

    monkeypatch.setattr(access, "why_not_on", note("permission", access.why_not_on))
    monkeypatch.setattr(cloud, "fetch_one", note("refresh", cloud.fetch_one))
    monkeypatch.setattr("clusters.sync.refresh", note("refresh"))
    started, finished = note("audit: started"), note("audit: outcome")
    signals.started.connect(started)
    signals.finished.connect(finished)
    action = replace(poke, when=note("state"), run=note("cloud", cloud.run))
    try:
        do(action, server, user=operator)
    finally:
        signals.started.disconnect(started)
        signals.finished.disconnect(finished)
    assert steps == ["permission", "state", "audit: started", "cloud", "audit: outcome", "refresh"]


def test_one_outcome_each_in_the_given_order(cloud, poke, operator, cluster):
    items = [make_server(cluster, name=name, cloud_id=name) for name in "abc"]
    cloud.errors["b"] = CloudError("conflict", cluster="east")
    outcomes = do(poke, items[2], items[1], 99_999, items[0], user=operator)
    assert [(o.name, o.status) for o in outcomes] == [
        ("c", Status.DONE),
        ("b", Status.FAILED),
        ("99999", Status.REFUSED),
        ("a", Status.DONE),
    ]
    assert cloud.did == ["c", "a"]


def test_done_is_audited_with_who_where_and_the_ids_of_the_requests(poke, operator, server):
    do(poke, server, user=operator)
    started, done = Event.objects.filter(action="compute.server.poke").order_by("pk")
    assert (started.phase, done.phase) == ("started", "done")
    assert started.operation == done.operation
    for event in (started, done):
        assert (event.user, event.via, event.client) == (operator, "api", "192.0.2.7")
        assert (event.cluster_name, event.cloud_id, event.name) == ("east", server.cloud_id, "web-1")
    assert (done.request_id, done.global_request_id) == ("req-cloud", "req-ours")
    assert done.seconds is not None


def test_a_failure_is_audited_with_its_reason_and_request_id(cloud, poke, operator, server):
    cloud.errors[server.cloud_id] = CloudError("quota", cluster="east", detail="No cores", request_id="req-77")
    (outcome,) = do(poke, server, user=operator)
    failed = Event.objects.get(phase="failed")
    assert failed.reason == outcome.reason and "No cores" in failed.reason
    assert (failed.request_id, failed.error_code) == ("req-77", "quota")


def test_the_row_is_looked_at_again(cloud, poke, operator, server):
    cloud.now[server.cloud_id] = "SHUTOFF"
    do(poke, server, user=operator)
    server.refresh_from_db()
    assert (cloud.looked, server.status) == ([server.cloud_id], "SHUTOFF")


def test_other_types_it_touches_are_looked_at_and_one_that_is_not_there_costs_nothing(poke, operator, server):
    make_state(server.cluster, "storage.volume")
    (outcome,) = do(replace(poke, touches=("no.such", "storage.volume")), server, user=operator)
    assert outcome.status is Status.DONE
    assert server.cluster.sync_states.get(resource="storage.volume").eager_until > timezone.now()


def test_a_broken_cloud_stops_only_its_own_remaining_items(cloud, poke, make_user, cluster, other_cluster):
    user = make_user("both", {cluster: [VIEW, OPERATE], other_cluster: [VIEW, OPERATE]})
    here = [make_server(cluster, name=f"e{n}") for n in range(3)]
    there = make_server(other_cluster, name="w")
    cloud.errors["east"] = CloudError("timeout", cluster="east")
    outcomes = do(poke, *here, there, user=user)
    assert [o.status for o in outcomes] == [Status.FAILED] * 3 + [Status.DONE]
    assert cloud.calls.count("east") == 1
    assert {o.reason for o in outcomes[:3]} == {str(cloud.errors["east"])}
    assert phases().count("failed") == 3


def test_an_error_of_one_resource_does_not_stop_the_others(cloud, poke, operator, cluster):
    first, second = make_server(cluster, cloud_id="one"), make_server(cluster, cloud_id="two")
    cloud.errors["one"] = CloudError("not_found", cluster="east")
    assert [o.status for o in do(poke, first, second, user=operator)] == [Status.FAILED, Status.DONE]


def test_an_audit_that_cannot_be_written_lets_nothing_run(cloud, poke, operator, server, monkeypatch):
    def full(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(Event, "save", full)
    (outcome,) = do(poke, server, user=operator)
    assert (outcome.status, outcome.code, cloud.calls) == (Status.REFUSED, "audit", [])


def test_without_an_audit_nothing_runs(cloud, poke, operator, server, monkeypatch):
    monkeypatch.setattr(signals, "started", Signal())
    (outcome,) = do(poke, server, user=operator)
    assert (outcome.status, outcome.code, cloud.calls) == (Status.REFUSED, "audit", [])


def test_an_outcome_that_cannot_be_audited_is_still_told(cloud, poke, operator, server, monkeypatch, caplog):
    saved = Event.save

    def only_the_start(event, *args, **kwargs):
        if event.phase != "started":
            raise DatabaseError("disk full")
        saved(event, *args, **kwargs)

    monkeypatch.setattr(Event, "save", only_the_start)
    (outcome,) = do(poke, server, user=operator)
    assert (outcome.status, cloud.did, phases()) == (Status.DONE, [server.cloud_id], ["started"])


def test_rights_taken_away_in_the_meantime(cloud, poke, operator, cluster, server):
    access.set_permissions(operator, {cluster.pk: [VIEW]})
    (outcome,) = do(poke, server, user=operator)
    assert (outcome.status, outcome.code, cloud.calls) == (Status.REFUSED, "permission", [])
    assert phases() == ["refused"]
    access.set_permissions(operator, {})
    assert do(poke, server, user=operator)[0].code == "not_found"


@pytest.mark.parametrize("superuser", [False, True])
def test_an_account_disabled_in_the_meantime(cloud, poke, operator, server, superuser):
    operator.is_active, operator.is_superuser = False, superuser
    operator.save()
    assert do(poke, server, user=operator)[0].code == "not_found"
    assert cloud.calls == []


def test_what_is_gone_is_not_found(cloud, poke, operator, server):
    Server.objects.update(gone_at=timezone.now())
    assert do(poke, server, user=operator)[0].code == "not_found"
    assert cloud.calls == []


def test_a_disabled_cluster_is_left_alone(cloud, poke, operator, cluster, server):
    cluster.enabled = False
    cluster.save()
    (outcome,) = do(poke, server, user=operator)
    assert (outcome.code, cloud.calls) == ("disabled", []) and "east" in outcome.reason


def test_the_state_that_forbids_it_is_the_reason(cloud, poke, operator, server):
    action = replace(poke, when=lambda item: f"{item.name} sleeps")
    (outcome,) = do(action, server, user=operator)
    assert (outcome.status, outcome.reason, cloud.calls) == (Status.REFUSED, "web-1 sleeps", [])
    assert Event.objects.get(phase="refused").reason == "web-1 sleeps"


@pytest.mark.parametrize(
    ("needs", "found", "words"),
    [
        ("compute 2.100", {"max": "2.96"}, ("2.100", "2.96", "east")),
        ("compute 2.9", {"max": "2.96"}, ()),
        ("compute", {"code": "no_service", "error": "…"}, ("compute", "east")),
        ("compute", {"code": "timeout", "error": "…"}, ()),
        ("compute 2.73", {"max": ""}, ()),
        ("compute 2.73", None, ()),
    ],
)
def test_what_the_cloud_cannot_do_is_refused_with_the_numbers(
    cloud, poke, operator, cluster, server, needs, found, words
):
    cluster.capabilities = {"services": {"compute": found}} if found else {}
    cluster.save()
    (outcome,) = do(replace(poke, needs=needs), server, user=operator)
    assert outcome.code == ("capability" if words else "")
    assert all(word in outcome.reason for word in words)


def test_parameters_reach_the_cloud_and_secret_ones_no_audit(cloud, operator, server):
    given = {}
    action = Action("rescue", "Rescue", lambda conn, cloud_id, **params: given.update(params))
    do(action, server, user=operator, params={"admin_pass": "hunter2", "image": "rescue-1"})
    assert given == {"admin_pass": "hunter2", "image": "rescue-1"}
    for event in Event.objects.filter(action="compute.server.rescue"):
        assert event.params["image"] == "rescue-1" and "hunter2" not in str(event.params)
