"""What a cloud sends in part: the rest stays as it was last known, and says so."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from clusters import inventory, sync
from compute.hypervisors.models import Hypervisor
from compute.servers import cloud as servers
from compute.servers.models import Server
from compute.services.models import Service
from tests.wire import as_json

pytestmark = pytest.mark.django_db
NOW = timezone.now()
WHOLE = {
    "id": "s1",
    "name": "web-1",
    "tenant_id": "p1",
    "status": "ACTIVE",
    "created": "2026-01-02T03:04:05Z",
    "flavor": {"original_name": "m1.small", "vcpus": 2},
    "OS-EXT-SRV-ATTR:host": "compute-7",
    "addresses": {"net": [{"addr": "10.0.0.5", "OS-EXT-IPS:type": "fixed"}]},
}
# As Nova has it in its API reference for a server whose cell is down.
OF_A_DOWN_CELL = {
    "id": "s1",
    "status": "UNKNOWN",
    "tenant_id": "p1",
    "created": "2026-01-02T03:04:05Z",
    "links": [{"rel": "self", "href": "http://cloud/v2.1/servers/s1"}],
}


def store(cluster, *answers, after=0):
    seen_at = NOW + timedelta(seconds=after)
    return inventory.store(Server, cluster, [servers.row(answer) for answer in answers], seen_at=seen_at)


@pytest.fixture
def cluster_of_cloud(cluster, cloud):
    cluster.auth_url = cloud.auth_url
    cluster.save()
    credential = cluster.credential
    credential.secret = "right"
    credential.save()
    return cluster


@pytest.fixture
def partial(cluster):
    store(cluster, WHOLE)
    store(cluster, OF_A_DOWN_CELL, after=60)
    store(cluster, {**OF_A_DOWN_CELL, "power_state": 0}, after=120)
    return Server.objects.get()


def test_what_was_not_sent_is_not_empty(partial):
    assert (partial.status, partial.name, partial.host, partial.flavor) == (
        "UNKNOWN",
        "web-1",
        "compute-7",
        "m1.small",
    )
    assert partial.address_lines == ["10.0.0.5"] and partial.data["flavor"] == {
        "original_name": "m1.small",
        "vcpus": 2,
    }
    assert partial.partial_since == NOW
    assert list(Server.objects.filter(inventory.text_found("10.0.0.5"))) == [partial]


def test_it_is_whole_again_when_the_cell_answers(cluster, partial):
    store(cluster, {**WHOLE, "addresses": {}}, after=180)
    partial.refresh_from_db()
    assert (partial.status, partial.partial, partial.addresses) == ("ACTIVE", False, [])


def test_one_that_was_never_seen_whole(cluster):
    store(cluster, OF_A_DOWN_CELL)
    server = Server.objects.get()
    assert server.partial and server.partial_since is None and server.name == ""


def test_a_server_that_is_only_unknown_is_whole(cluster):
    store(cluster, {**WHOLE, "status": "UNKNOWN"})
    assert not Server.objects.get().partial


def test_every_door_says_how_old_the_rest_is(client, platform_admin, partial):
    client.force_login(platform_admin)
    moment = f"{NOW:%Y-%m-%d %H:%M:%S}"
    words = "the cell that holds it does not answer. The rest is what was known at " + moment
    assert words in client.get("/compute/servers/east/s1/").content.decode()
    assert words in client.get("/compute/servers/").content.decode()
    (row,) = client.get("/api/v1/compute/servers/").json()["results"]
    assert words in row["partial"] and row["name"] == "web-1"
    out = StringIO()
    call_command("ops", "compute.server", "list", user="root", as_json=True, stdout=out)
    assert words in json.loads(out.getvalue())[0]["partial"]
    assert isinstance(partial.partial_since, datetime)


SERVICE = {"id": "c1", "binary": "nova-compute", "host": "cmp1", "zone": "nova", "status": "enabled", "state": "up"}
HYPERVISOR = {"id": "h1", "hypervisor_hostname": "cmp1.lan", "status": "enabled", "service": {"host": "cmp1"}}
DOWN = {"binary": "nova-compute", "host": "cmp1", "status": "UNKNOWN"}


def test_a_host_whose_cell_is_down_is_neither_gone_nor_nameless(cloud, cluster_of_cloud):
    """Nova sends its service without an id, and its hypervisor not at all."""
    services, hypervisors = "GET /compute/v2.1/os-services", "GET /compute/v2.1/os-hypervisors/detail"
    cloud.answers |= {
        services: as_json(200, {"services": [SERVICE]}),
        hypervisors: as_json(200, {"hypervisors": [HYPERVISOR]}),
    }
    cloud.answers["GET /compute/v2.1/os-aggregates"] = as_json(200, {"aggregates": []})
    for model in (Service, Hypervisor):
        sync.sync(cluster_of_cloud, model)
    cloud.answers |= {services: as_json(200, {"services": [DOWN]}), hypervisors: as_json(200, {"hypervisors": []})}
    for model in (Service, Hypervisor):
        sync.sync(cluster_of_cloud, model)
        row = model.objects.present().get()
        assert (row.status, row.host, row.availability_zone) == ("UNKNOWN", "cmp1", "nova")
        assert row.partial and row.partial_since
    cloud.answers |= {
        services: as_json(200, {"services": [SERVICE]}),
        hypervisors: as_json(200, {"hypervisors": [HYPERVISOR]}),
    }
    for model in (Service, Hypervisor):
        sync.sync(cluster_of_cloud, model)
        assert model.objects.present().get().status == "enabled" and not model.objects.get().partial


def test_a_service_that_was_really_deleted_is_gone(cloud, cluster_of_cloud):
    cloud.answers["GET /compute/v2.1/os-services"] = as_json(200, {"services": [SERVICE]})
    sync.sync(cluster_of_cloud, Service)
    cloud.answers["GET /compute/v2.1/os-services"] = as_json(200, {"services": [{**DOWN, "host": "cmp2"}]})
    sync.sync(cluster_of_cloud, Service)
    assert not Service.objects.present().exists()
