"""A server's own load: what its hypervisor tells, sampled while somebody looks, drawn on its page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.access import VIEW
from clusters.models import Cluster, Credential
from monitoring.loads import take
from monitoring.loads.diagnostics import load_of
from monitoring.loads.models import WatchedServer
from monitoring.samples import take as samples
from monitoring.samples.models import Frame
from tests.factories import make_server
from tests.wire import FakeCloud, as_json, serving

TOLD = {
    "cpu_details": [{"id": 0, "time": 4_000_000_000}, {"id": 1, "time": 1_000_000_000}],
    "disk_details": [{"read_bytes": 1024, "write_bytes": 2048, "errors_count": 1}],
    "nic_details": [{"rx_octets": 10, "tx_octets": 20}, {"rx_octets": 1}],
    "memory_details": {"maximum": 2048, "used": 900},
    "state": "running",
}


def test_all_devices_together():
    assert load_of(TOLD) == {
        "cpu.ns": 5e9, "disk.read": 1024, "disk.write": 2048, "net.in": 11, "net.out": 20, "memory.used": 900
    }  # fmt: skip


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"cpu_details": None, "disk_details": "x", "nic_details": [None, 3], "memory_details": []},
        {"cpu_details": [{"time": "many"}, {"time": -1}, {"time": True}, {}], "memory_details": {"used": 1e300}},
    ],
)
def test_odd_answers_tell_nothing(odd):
    assert load_of(odd) == {}


@pytest.fixture
def cloud():
    with serving(FakeCloud()) as running:
        yield running


@pytest.fixture
def east(db, cloud):
    samples.forget_numbers()
    cluster = Cluster.objects.create(name="east", auth_url=cloud.auth_url)
    Credential.objects.create(cluster=cluster, username="admin", secret="right", project_name="admin")
    return cluster


def answer(cloud, server, seconds):
    told = {**TOLD, "cpu_details": [{"time": int(seconds * 1e9)}]}
    cloud.answers[f"GET /compute/v2.1/servers/{server.cloud_id}/diagnostics"] = as_json(200, told)


def test_looking_at_the_charts_of_a_server_has_its_load_sampled(client, make_user, cloud, east):
    server = make_server(east)
    client.force_login(make_user("vera", {east: [VIEW]}))
    url = f"/api/v1/compute/servers/{server.pk}/panels/charts/?range=1h"
    client.get(url)
    assert take.watched_clusters() == [east.pk]
    now = int(timezone.now().timestamp()) - 300
    for minute, used in enumerate((100, 130, 142)):  # half of a processor, then a fifth
        answer(cloud, server, used)
        assert take.take_loads(east, now + 60 * minute) == 1
    charts = {chart["name"]: chart for chart in client.get(url).json()["charts"]}
    known = [value for value in charts["cpu"]["lines"][0]["values"] if value is not None]
    assert known == [50, 20]
    assert set(charts["memory-used"]["lines"][0]["values"]) == {None, 900}


def test_a_server_that_tells_nothing_holds_up_no_other(cloud, east):
    off, on = make_server(east), make_server(east)
    for server in (on, off):
        take.look(east.pk, server.cloud_id)
    cloud.answers[f"GET /compute/v2.1/servers/{off.cloud_id}/diagnostics"] = as_json(409, {})
    answer(cloud, on, 1)
    assert take.take_loads(east) == 1 and Frame.objects.count() == 1


def test_few_are_asked_for_and_not_for_ever(cloud, east, monkeypatch):
    monkeypatch.setattr(take, "MOST", 1)
    old, new = make_server(east), make_server(east)
    take.look(east.pk, old.cloud_id)
    WatchedServer.objects.update(looked_at=timezone.now() - timedelta(hours=1))
    take.look(east.pk, new.cloud_id)
    answer(cloud, new, 1)
    assert take.take_loads(east) == 1
    assert not [path for _method, path, *_rest in cloud.seen if old.cloud_id in path]
    WatchedServer.objects.update(looked_at=timezone.now() - take.WATCHED_FOR - timedelta(seconds=1))
    assert take.watched_clusters() == [] and not WatchedServer.objects.exists()
