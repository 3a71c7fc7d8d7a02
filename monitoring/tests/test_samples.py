"""Figures are taken as they are, thinned without being lost, and read back for charts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.models import SyncState
from compute.flavors.models import Flavor
from compute.hypervisors.models import Hypervisor
from identity.quotas.models import Quota
from monitoring.samples import figures, history, latency, take, thin
from monitoring.samples.models import Block, Frame, RecentLatency, Series, Thinned
from networking.agents.models import NetworkAgent
from networking.floating_ips.models import FloatingIp
from networking.networks.models import Network
from networking.subnets.models import Subnet
from storage.pools.models import Pool
from storage.volumes.models import Volume
from tests.factories import make_cluster, make_server, make_state

pytestmark = pytest.mark.django_db

HOUR, DAY = 3600, 86400
BEGIN = 1_750_000_000 // DAY * DAY
READ = (
    "networking.networkagent",
    "compute.server",
    "compute.flavor",
    "compute.hypervisor",
    "storage.volume",
    "storage.pool",
    "networking.network",
    "networking.subnet",
    "networking.floatingip",
    "identity.quota",
)


def make(model, cluster, cloud_id, **fields):
    values = {"name": cloud_id, "synced_at": timezone.now(), "digest": "", **fields}
    return model.objects.create(cluster=cluster, cloud_id=cloud_id, **values)


@pytest.fixture(autouse=True)
def _fresh():
    take.forget_numbers()


@pytest.fixture
def east():
    cluster = make_cluster("east")
    for resource in READ:
        make_state(cluster, resource, synced_at=timezone.now(), full_at=timezone.now())
    make(Flavor, cluster, "f", vcpus=2, ram=1024, name="m1.small")
    return cluster


def now_of(cluster):
    """All figures of a cluster by kind, subject and name."""
    readings = figures.Readings([cluster.pk], timezone.now())
    found = figures.of_clusters(readings)[cluster.pk]
    return {**found, **figures.of_what_is_in_them(readings)[cluster.pk]}


def series(name, kind="", subject=""):
    return Series.objects.get(kind=kind, subject=subject, metric=name)


def read(one, begin, end, now=None):
    times = history.times_of(begin, end, now or end, wide=bool(one.kind))
    (found,) = history.histories([one], times)
    return dict(zip(times, found.values, strict=True))


def put(cluster, values, at, *, wide=False):
    keys = {(("storage.pool", "p", name) if wide else ("", "", name)): value for name, value in values.items()}
    take.write(at, {cluster.pk: keys}, wide=wide)


def test_the_figures_of_a_cluster(east):
    for status in ("ACTIVE", "ACTIVE", "ERROR"):
        make_server(east, status=status, project_id="p1")
    make_server(east, gone_at=timezone.now(), project_id="p1")
    make(Hypervisor, east, "h", servers=3, vcpus_used=6, vcpus_total=16, memory_used=1, memory_total=2, state="down")
    make(Volume, east, "v", status="in-use", size=20, project_id="p1")
    make(Network, east, "out", external=True, status="ACTIVE")
    make(NetworkAgent, east, "a", status="DOWN")
    make(Subnet, east, "s", network_id="out", ip_version=4, used_addresses=9, total_addresses=10)
    make(FloatingIp, east, "f1", project_id="p1")
    make(Pool, east, "p", total=100, free=40, usable=90, provisioned=70, provisionable=200)
    make(Quota, east, "p1-cores", project_id="p1", name="cores", limit=20)
    make(Quota, east, "p1-ram", project_id="p1", name="ram", limit=-1)
    found = now_of(east)
    assert ("identity.project", "p1", "memory.limit") not in found
    expected = {
        ("", "", "servers/ACTIVE"): 2,
        ("", "", "servers/ERROR"): 1,
        ("", "", "vcpus.used"): 6,
        ("", "", "vcpus.total"): 16,
        ("", "", "addresses.used"): 9,
        ("", "", "volumes.gib"): 20,
        ("", "", "down/compute.hypervisor"): 1,
        ("", "", "down/networking.networkagent"): 1,
        ("compute.hypervisor", "h", "servers"): 3,
        ("identity.project", "p1", "servers"): 3,
        ("identity.project", "p1", "vcpus"): 6,
        ("identity.project", "p1", "vcpus.limit"): 20,
        ("identity.project", "p1", "memory"): 3072,
        ("identity.project", "p1", "gib"): 20,
        ("identity.project", "p1", "addresses"): 1,
        ("storage.pool", "p", "used"): 60,
        ("storage.pool", "p", "usable"): 90,
        ("networking.network", "out", "addresses.total"): 10,
    }
    assert {key: found.get(key) for key in expected} == expected


def test_what_was_not_read_lately_is_a_gap(east):
    make_server(east)
    make(Volume, east, "v", size=1)
    SyncState.objects.filter(resource="compute.server").update(synced_at=timezone.now() - timedelta(hours=1))
    found = now_of(east)
    assert not [key for key in found if key[2].startswith("servers")]
    assert found["", "", "volumes.gib"] == 1


def test_states_that_a_cloud_invents_do_not_fill_our_tables(east):
    for number in range(figures.MOST_STATES + 5):
        make_server(east, status=f"S{number}")
    found = {key: value for key, value in now_of(east).items() if key[2].startswith("servers/")}
    assert len(found) == figures.MOST_STATES + 1 and found["", "", "servers/…"] == 5


def test_a_moment_is_written_once_and_the_wide_frame_seldom(east):
    make(Pool, east, "p", total=100, free=40)
    for moment in (BEGIN, BEGIN + 30, BEGIN + 60, BEGIN + 300):
        take.take(moment)
    assert list(Frame.objects.order_by("at", "wide").values_list("at", "wide")) == [
        (BEGIN, False),
        (BEGIN, True),
        (BEGIN + 60, False),
        (BEGIN + 300, False),
        (BEGIN + 300, True),
    ]


def test_as_many_queries_for_many_clusters(east, django_assert_num_queries):
    def fill(cluster):
        make_server(cluster)
        make(Hypervisor, cluster, "h", vcpus_used=1)
        for resource in READ:
            make_state(cluster, resource, synced_at=timezone.now(), full_at=timezone.now())

    make(Hypervisor, east, "h", vcpus_used=1)
    take.take(BEGIN)  # the numbers are known from now on
    with django_assert_num_queries(25):
        take.take(BEGIN + 600)
    for number in range(4):
        fill(make_cluster(f"c{number}"))
    take.take(BEGIN + 900)
    with django_assert_num_queries(25):
        take.take(BEGIN + 1200)


def test_frames_become_blocks_which_say_the_same(east):
    for minute in range(180):
        put(east, {"vcpus.used": minute // 60, "api.requests/compute": minute * 60}, BEGIN + 60 * minute)
    thin.thin(BEGIN + 3 * HOUR + thin.LATE)
    thin.thin(BEGIN + 3 * HOUR + thin.LATE)  # once only
    Frame.objects.all().delete()
    used = read(series("vcpus.used"), BEGIN, BEGIN + 4 * HOUR)
    assert [used[BEGIN + place * HOUR + 300] for place in range(4)] == [0, 1, 2, None]
    assert len(used) == 48
    rates = [rate for rate in read(series("api.requests/compute"), BEGIN, BEGIN + 3 * HOUR + 60).values() if rate]
    assert len(rates) == 35 and set(rates) == {1.0}
    month = read(series("vcpus.used"), BEGIN, BEGIN + 30 * DAY)
    assert list(month.values())[:4] == [0, 1, 2, None]


def test_the_last_hour_is_told_from_frames(east):
    for minute in range(90):
        put(east, {"vcpus.used": minute}, BEGIN + 60 * minute)
    thin.thin(BEGIN + 90 * 60)
    assert Thinned.objects.get().until == BEGIN + HOUR
    told = read(series("vcpus.used"), BEGIN - 20 * HOUR, BEGIN + 2 * HOUR)
    assert [told[BEGIN + 300 * place] for place in (0, 11, 12, 17, 18)] == [2, 57, 62, 87, None]
    week = read(series("vcpus.used"), BEGIN - 7 * DAY, BEGIN + 2 * HOUR)
    assert [week[BEGIN], week[BEGIN + HOUR]] == [29.5, 74.5]


def test_an_outage_of_ours_is_a_gap(east):
    put(east, {"vcpus.used": 5}, BEGIN)
    put(east, {"vcpus.used": 7}, BEGIN + 5 * HOUR)
    thin.thin(BEGIN + 6 * HOUR + thin.LATE)
    Frame.objects.all().delete()
    told = read(series("vcpus.used"), BEGIN, BEGIN + 4 * DAY)
    assert list(told.values())[:7] == [5, None, None, None, None, 7, None]


def test_a_counter_that_began_anew_tells_nothing_for_one_step(east):
    for minute, value in enumerate((600, 660, 30, 90)):
        put(east, {"api.ms/compute": value}, BEGIN + 60 * minute)
    assert list(read(series("api.ms/compute"), BEGIN, BEGIN + 240).values()) == [None, 1, None, 1]


def test_a_year_is_as_many_points_as_a_chart_shows(east):
    put(east, {"vcpus.used": 5}, BEGIN)
    told = read(series("vcpus.used"), BEGIN - 365 * DAY, BEGIN + HOUR)
    assert len(told) == 366
    assert [value for value in told.values() if value is not None] == [5]


def test_a_year_is_told_from_days_and_today_from_its_last_hour(east):
    for hour in range(30):
        put(east, {"vcpus.used": hour}, BEGIN + hour * HOUR)
    put(east, {"vcpus.used": 100}, BEGIN + 30 * HOUR)
    thin.thin(BEGIN + 30 * HOUR + thin.LATE)
    assert Block.objects.filter(step=thin.DAILY).count() == 1
    told = read(series("vcpus.used"), BEGIN - 300 * DAY, BEGIN + 31 * HOUR)
    expected = {BEGIN: sum(range(24)) / 24, BEGIN + DAY: 100}
    assert {at: value for at, value in told.items() if value is not None} == pytest.approx(expected, abs=0.01)


def test_what_is_too_old_goes_and_so_does_the_series(east):
    put(east, {"used": 5}, BEGIN, wide=True)
    thin.thin(BEGIN + HOUR + thin.LATE)
    for days, left in ((3, (0, 2, 1)), (32, (0, 1, 1)), (762, (0, 0, 0))):
        thin.forget(BEGIN + days * DAY)
        assert (Frame.objects.count(), Block.objects.count(), Series.objects.count()) == left
    put(east, {"used": 6}, BEGIN + 800 * DAY, wide=True)
    assert Series.objects.get().since == BEGIN + 800 * DAY


def test_a_cluster_has_so_many_series_at_most(east, monkeypatch):
    monkeypatch.setattr(take, "MOST_SERIES", 2)
    put(east, {name: 1 for name in ("vcpus.used", "vcpus.total", "disk.used")}, BEGIN)
    assert Series.objects.count() == 2 and Frame.objects.count() == 1


def test_the_latency_of_the_last_hour_is_kept_ready(east):
    def answered(requests, waited, at):
        latency.note(at, {east.pk: {("", "", "api.requests/compute"): requests, ("", "", "api.ms/compute"): waited}})

    for minute, (requests, waited) in enumerate([(10, 500), (20, 1500), (20, 1500), (25, 1750)]):
        answered(requests, waited, BEGIN + 60 * minute)
    answered(25, 1750, BEGIN + 180)  # the same minute again
    assert RecentLatency.objects.get().minutes == [100, None, 50]
    answered(5, 100, BEGIN + 360)  # began anew, after two minutes that were missed
    answered(6, 130, BEGIN + 420)
    assert RecentLatency.objects.get().minutes == [100, None, 50, None, None, None, 30]
    answered(7, 140, BEGIN + 90 * 60)
    minutes = RecentLatency.objects.get().minutes
    assert len(minutes) == latency.KEPT and minutes[-1] == 10 and not any(minutes[:-1])
