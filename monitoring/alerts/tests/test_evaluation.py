"""From what our tables say to alerts: what fires, how long, and when it is over."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from audit.models import Event
from audit.models.proof import TreeState
from clusters.models import ClusterGroup, SyncState
from compute.hypervisors.models import Hypervisor
from compute.services.models import Service
from identity.quotas.models import Quota
from jobs.models import Job, Schedule, ScheduleRun
from monitoring.alerts.evaluation import evaluate
from monitoring.alerts.kind import Facts
from monitoring.alerts.kinds import KINDS
from monitoring.alerts.models import Alert, AlertRule, Ending
from networking.agents.models import NetworkAgent
from networking.networks.models import Network
from networking.subnets.models import Subnet
from storage.pools.models import Pool
from storage.services.models import VolumeService
from storage.volumes.models import Volume
from tests.factories import make_cluster, make_server, make_state

NOW = timezone.now()


def at(seconds: float = 0) -> Facts:
    return Facts(now=NOW + timedelta(seconds=seconds))


def row(model, cluster, cloud_id="one", **fields):
    values = {"name": cloud_id, "synced_at": NOW, "digest": "", **fields}
    return model.objects.create(cluster=cluster, cloud_id=cloud_id, **values)


def firing() -> list[Alert]:
    return list(Alert.objects.filter(state="firing").order_by("pk"))


def read(cluster, **wrong):
    """East's APIs as they were read; `wrong` names services with the code of their error."""
    for resource in ("compute.server", "networking.network"):
        code = wrong.get(resource.split(".")[0], "")
        make_state(cluster, resource, synced_at=NOW, error_code=code, error=code and "no", delta_took=0.2)


def test_a_cluster_of_which_nothing_can_be_read(cluster, make_rule):
    make_rule("cluster-down")
    read(cluster, compute="unreachable", networking="unreachable")
    evaluate(at())
    (alert,) = firing()
    assert (alert.cluster, alert.name, alert.severity) == (cluster, "east", "critical")
    assert "east" in alert.told_text
    with translation.override("zh-hans"):
        assert alert.told_text != alert.text


def test_one_api_that_is_down_and_then_everything(cluster, make_rule):
    """Of a cluster that is down altogether it is not known whether one API works again."""
    make_rule("api-down", clear_seconds=0)
    read(cluster, networking="unreachable")
    evaluate(at())
    assert [alert.name for alert in firing()] == ["network"]
    SyncState.objects.update(error_code="unreachable")
    evaluate(at(100))
    assert [alert.name for alert in firing()] == ["network"]
    SyncState.objects.update(error_code="")
    evaluate(at(200))
    assert firing() == []


def test_an_api_is_as_slow_as_its_shortest_list(cluster, make_rule):
    make_rule("api-slow")
    make_state(cluster, "compute.server", synced_at=NOW, full_took=200, delta_took=3)
    make_state(cluster, "networking.network", synced_at=NOW, full_took=9)
    evaluate(at())
    assert [(alert.name, alert.value) for alert in firing()] == [("network", 9)]


@pytest.mark.parametrize(
    ("kind", "model", "fields"),
    [
        ("service-down", Service, {"state": "down", "status": "enabled"}),
        ("service-down", VolumeService, {"state": "down", "status": "enabled"}),
        ("agent-down", NetworkAgent, {"status": "DOWN"}),
        ("host-down", Hypervisor, {"state": "down", "status": "enabled"}),
        ("server-error", None, {"status": "ERROR"}),
        ("volume-error", Volume, {"status": "error_deleting"}),
        ("pool-full", Pool, {"used_percent": 91}),
        ("capacity-full", Hypervisor, {"vcpus_used": 95, "vcpus_total": 100}),
        ("quota-full", Quota, {"name": "cores", "project_id": "p1", "limit": 20, "used": 19, "fullness": 950}),
    ],
)
def test_what_is_wrong_with_a_row_and_what_is_not(cluster, make_rule, kind, model, fields):
    make_rule(kind)
    make = (lambda place, **values: row(model, place, **values)) if model else make_server
    make(cluster, **fields)
    make(make_cluster("resting", enabled=False), **fields)
    well = {"state": "up", "status": "UP", "used_percent": 20, "vcpus_used": 1, "fullness": 50}
    make(make_cluster("well"), **{name: well.get(name, value) for name, value in fields.items()})
    evaluate(at())
    (alert,) = firing()
    assert alert.cluster == cluster
    assert "east" in alert.text


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Service, {"state": "down", "status": "disabled"}),
        (NetworkAgent, {"status": "DOWN", "admin_state_up": False}),
        (Hypervisor, {"state": "down", "status": "disabled"}),
        (Service, {"state": "down", "status": "enabled", "gone_at": NOW}),
    ],
)
def test_what_was_switched_off_may_be_down(cluster, make_rule, model, fields):
    for kind in ("service-down", "agent-down", "host-down"):
        make_rule(kind)
    row(model, cluster, **fields)
    evaluate(at())
    assert firing() == []


def test_addresses_of_an_external_network(cluster, make_rule):
    make_rule("addresses-full")
    for name, external in (("public", True), ("private", False)):
        row(Network, cluster, name, external=external)
        sizes = {"ip_version": 4, "used_addresses": 99, "total_addresses": 100}
        row(Subnet, cluster, f"of {name}", network_id=name, **sizes)
    evaluate(at())
    assert [alert.cloud_id for alert in firing()] == ["public"]


def test_jobs_schedules_and_blocked_accounts(make_rule, make_user):
    ada = make_user("ada")
    for kind in ("job-failed", "schedule-failed", "locked-out"):
        make_rule(kind)
    Job.objects.create(
        user=ada, username="ada", via="ui", kind="x", title="Stop 3 servers", state="failed", finished_at=NOW
    )
    schedule = Schedule.objects.create(name="nightly", owner=ada, cron="0 19 * * *", action="stop")
    ScheduleRun.objects.create(schedule=schedule, due_at=NOW, state="refused", note="No right.")
    Event.objects.create(action="auth.locked_out", username="eve", client="192.0.2.1", via="ui")
    evaluate(at())
    assert {alert.rule.kind: alert.user for alert in firing()} == {
        "job-failed": ada,
        "schedule-failed": ada,
        "locked-out": None,
    }
    evaluate(at(4000))
    assert firing() == []
    assert set(Alert.objects.values_list("told", flat=True)) == {"resolved"}, "nobody is told that an hour has passed"


def test_an_audit_that_is_not_intact(make_rule):
    make_rule("audit-broken", clear_seconds=0)
    state, _made = TreeState.objects.get_or_create(pk=1)
    for findings, expected in (([], 0), (["Event 7 was changed."], 1), ([], 0)):
        TreeState.objects.filter(pk=state.pk).update(verified_at=NOW, findings=findings)
        AlertRule.objects.update(evaluated_at=None)
        evaluate(at())
        assert len(firing()) == expected


def test_what_ends_soon(cluster, make_rule):
    make_rule("certificate-ending", threshold=30)
    make_rule("credential-ending")
    for what, days in (("certificate", 20), ("credential", 20)):
        Ending.objects.create(cluster=cluster, what=what, ends_at=NOW + timedelta(days=days), checked_at=NOW)
    evaluate(at())
    assert [alert.rule.kind for alert in firing()] == ["certificate-ending"]


def test_it_must_hold_and_it_must_be_absent_for_a_while(cluster, make_rule):
    make_rule("server-error", hold_seconds=30, clear_seconds=60)
    server = make_server(cluster, status="ERROR")
    for seconds, wrong, expected in (
        (0, True, "pending"),
        (20, True, "pending"),
        (30, True, "firing"),
        (40, False, "firing"),
        (70, True, "firing"),  # back again: the wait begins anew
        (80, False, "firing"),
        (130, False, "firing"),
        (140, False, "resolved"),
    ):
        type(server).objects.update(status="ERROR" if wrong else "ACTIVE")
        evaluate(at(seconds))
        (alert,) = Alert.objects.all()
        assert alert.state == expected, f"after {seconds} s"


def test_what_did_not_hold_leaves_nothing(cluster, make_rule):
    make_rule("server-error", hold_seconds=30)
    server = make_server(cluster, status="ERROR")
    evaluate(at())
    type(server).objects.update(status="ACTIVE")
    evaluate(at(10))
    assert not Alert.objects.exists()


def test_a_rule_concerns_a_cluster_a_group_or_an_environment(make_rule):
    group = ClusterGroup.objects.create(name="shore")
    east = make_cluster("east", group=group)
    west = make_cluster("west", environment="testing")
    for cluster in (east, west):
        make_server(cluster, name=f"web of {cluster}", status="ERROR")
    rules = {
        "one": make_rule("server-error", name="one", cluster=west),
        "group": make_rule("server-error", name="group", group=group),
        "environment": make_rule("server-error", name="environment", environment="testing"),
        "all": make_rule("server-error", name="all"),
    }
    make_rule("server-error", name="off", enabled=False)
    evaluate(at())
    found = {name: {alert.cluster.name for alert in firing() if alert.rule == rule} for name, rule in rules.items()}
    assert found == {"one": {"west"}, "group": {"east"}, "environment": {"west"}, "all": {"east", "west"}}
    assert len(firing()) == 5


def test_a_disabled_rule_ends_what_it_found(cluster, make_rule):
    rule = make_rule("server-error")
    make_server(cluster, status="ERROR")
    evaluate(at())
    AlertRule.objects.filter(pk=rule.pk).update(enabled=False)
    evaluate(at(20))
    assert [(alert.state, alert.open_key) for alert in Alert.objects.all()] == [("resolved", None)]


def test_more_than_are_followed_end_nothing(cluster, make_rule, monkeypatch):
    monkeypatch.setattr("monitoring.alerts.conditions.rows.MOST", 2)
    make_rule("server-error", clear_seconds=0)
    first = make_server(cluster, name="first", status="ERROR")
    evaluate(at())
    for number in range(3):
        make_server(cluster, name=f"more {number}", status="ERROR")
    evaluate(at(20))
    type(first).objects.filter(pk=first.pk).update(status="ACTIVE")
    evaluate(at(40))
    assert "first" in {alert.name for alert in firing()}


def test_as_many_queries_for_twenty_clusters_as_for_one(cluster, make_rule):
    for kind in KINDS:
        make_rule(kind)
        make_rule(kind, name="second")

    def queries(seconds: float) -> int:
        AlertRule.objects.update(evaluated_at=None)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            evaluate(at(seconds))
        return len(captured)

    make_server(cluster, status="ERROR")
    read(cluster)
    evaluate(at(-10))
    one = queries(0)
    for number in range(20):
        place = make_cluster(f"more-{number}")
        read(place)
        make_server(place, status="ERROR")
        row(Service, place, state="down", status="enabled")
        row(Hypervisor, place, vcpus_used=99, vcpus_total=100)
    queries(10)
    assert len(firing()) > 100
    assert queries(20) == one


def test_each_kind_has_its_own_pace(cluster, make_rule):
    make_rule("capacity-full")
    row(Hypervisor, cluster, vcpus_used=10, vcpus_total=100)
    evaluate(at())
    Hypervisor.objects.update(vcpus_used=99)
    evaluate(at(10))
    assert firing() == []
    evaluate(at(60))
    assert len(firing()) == 1
