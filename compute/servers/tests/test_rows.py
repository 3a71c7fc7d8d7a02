"""Servers: whatever Nova sends becomes a row and a page."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from compute.servers import cloud
from compute.servers.models import Server
from compute.servers.resource import SERVERS
from opsys.kit.lists.tables import table_of
from tests.factories import make_cluster, make_server
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "3fa0",
    "name": "web-1",
    "status": "ACTIVE",
    "tenant_id": "p1",
    "created": "2026-01-02T03:04:05Z",
    "updated": "2026-01-02T03:04:05Z",
    "OS-EXT-SRV-ATTR:host": "cmp-1",
    "OS-EXT-AZ:availability_zone": "nova",
    "OS-EXT-STS:task_state": None,
    "OS-EXT-STS:power_state": 1,
    "OS-EXT-STS:vm_state": "active",
    "flavor": {"original_name": "m1.small", "vcpus": 1},
    "image": {"id": "img-1"},
    "locked": False,
    "addresses": {"net": [{"addr": "10.0.0.4", "OS-EXT-IPS:type": "fixed", "OS-EXT-IPS-MAC:mac_addr": "fa:16"}]},
    "metadata": {"role": "web"},
    "tags": ["front"],
    "key_name": "ops",
    "description": "the first",
    "user_id": "u1",
    "fault": {"message": "No valid host was found."},
    "server_groups": ["g1"],
    "security_groups": [{"name": "default"}],
    "os-extended-volumes:volumes_attached": [{"id": "v1"}],
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["status"], row["flavor"], row["image_id"]) == ("web-1", "ACTIVE", "m1.small", "img-1")
    assert row["addresses"] == [{"network": "net", "address": "10.0.0.4", "type": "fixed", "mac": "fa:16"}]
    assert (row["power_state"], row["created_at"].isoformat()) == ("running", "2026-01-02T03:04:05+00:00")
    assert row["data"]["metadata"] == {"role": "web"} and not row["gone"]


@pytest.mark.parametrize(
    ("status", "gone"), [("DELETED", True), ("SOFT_DELETED", False), ("ERROR", False), (None, False)]
)
def test_what_nova_tells_as_deleted_is_gone(status, gone):
    assert cloud.row({**ANSWER, "status": status})["gone"] is gone


def test_a_server_booted_from_a_volume_has_no_image():
    assert not cloud.row({**ANSWER, "image": ""})["image_id"]


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Server, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in Server.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(SERVERS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)
        for action in SERVERS.on_items:
            action.when(item)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    row = cloud.row({**ANSWER, "name": name, "OS-EXT-SRV-ATTR:host": name, "metadata": {"x": name}})
    inventory.store(Server, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    menu = f"/compute/servers/menu/{Server.objects.get().pk}/"
    for page in ("/compute/servers/", "/compute/servers/east/3fa0/", menu):
        response = client.get(page)
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()
    assert Server.objects.get().name == (name or "")[:255]


def test_what_the_rest_of_the_answer_says():
    server = Server(**{key: value for key, value in cloud.row(ANSWER).items() if key != "gone"})
    assert (server.metadata, server.tags, server.volume_ids) == ({"role": "web"}, ["front"], ["v1"])
    assert (server.security_group_names, server.server_group_ids) == (["default"], ["g1"])
    assert (server.text("key_name"), server.text("description")) == ("ops", "the first")
    assert not server.from_volume and server.fixed_addresses == ["10.0.0.4"] and not server.floating_addresses
    assert server.fault_text == ""  # an old one, of a server that is well again
    server.status = "ERROR"
    assert server.fault_text == "No valid host was found."


def test_a_complete_reading_asks_for_what_can_be_restored():
    whole, deleted = cloud.fetch.lists()
    assert whole.everybodys == deleted.everybodys == {"all_tenants": "1"}
    assert (whole.query, whole.optional) == ({}, False)
    assert (deleted.query, deleted.optional) == ({"deleted": "true", "status": "SOFT_DELETED"}, True)


def test_a_busy_server_is_worth_looking_at_again(cluster):
    assert (
        make_server(cluster, task_state="rebooting").transitional and make_server(cluster, status="BUILD").transitional
    )
    assert not make_server(cluster).transitional
