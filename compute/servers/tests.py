"""Servers: whatever Nova sends becomes a row and a page; each action knows when it may not be done."""

from unittest.mock import create_autospec

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given
from openstack.compute.v2._proxy import Proxy

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from compute.servers import cloud
from compute.servers.actions import ACTIONS
from compute.servers.models import Server
from compute.servers.resource import SERVERS, STATUSES
from opsys.kit.tables import table_of
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
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["status"], row["flavor"], row["image_id"]) == ("web-1", "ACTIVE", "m1.small", "img-1")
    assert row["addresses"] == [{"network": "net", "address": "10.0.0.4", "type": "fixed", "mac": "fa:16"}]
    assert (row["power_state"], row["created_at"].isoformat()) == ("running", "2026-01-02T03:04:05+00:00")
    assert row["data"]["metadata"] == {"role": "web"} and not row["gone"]


@pytest.mark.parametrize(
    ("status", "gone"), [("DELETED", True), ("SOFT_DELETED", True), ("ERROR", False), (None, False)]
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
        for action in ACTIONS:
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


IN_STATE = {
    "start": {"SHUTOFF"},
    "stop": {"ACTIVE", "ERROR"},
    "reboot": {"ACTIVE"},
    "hard-reboot": {"ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "ERROR", "HARD_REBOOT"},
}
ANY_STATE = {"lock", "unlock", "delete"}
NEEDS_UNLOCKED = {"start", "stop", "reboot", "hard-reboot", "lock", "delete"}
NEEDS_REST = {"start", "stop", "reboot", "hard-reboot"}


def test_every_action_is_in_the_table_below():
    assert {action.name for action in ACTIONS} == set(IN_STATE) | ANY_STATE


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_when_it_may_be_done(action):
    for status in (*STATUSES, "", "SINGING"):
        for locked in (False, True):
            for task in ("", "powering-off", "deleting"):
                server = Server(status=status, locked=locked, task_state=task)
                fits = status in IN_STATE.get(action.name, ()) or action.name in ANY_STATE
                fits &= not (locked and action.name in NEEDS_UNLOCKED) and (locked or action.name != "unlock")
                fits &= not (task and action.name in NEEDS_REST) and (task, action.name) != ("deleting", "delete")
                reason = action.when(server)
                assert (reason == "") is fits, f"{action.name} {status} {locked} {task}: {reason}"
                assert reason == "" or reason.endswith(".")


def test_a_reason_names_the_state_and_what_is_needed():
    stop = SERVERS.action("stop")
    assert stop.when(Server(status="PAUSED")) == "It is PAUSED; this needs ACTIVE or ERROR."
    assert "powering-off" in stop.when(Server(status="ACTIVE", task_state="powering-off"))


@pytest.mark.parametrize(
    ("name", "method", "arguments"),
    [
        ("start", "start_server", ("id",)),
        ("stop", "stop_server", ("id",)),
        ("reboot", "reboot_server", ("id", "SOFT")),
        ("hard-reboot", "reboot_server", ("id", "HARD")),
        ("lock", "lock_server", ("id",)),
        ("unlock", "unlock_server", ("id",)),
    ],
)
def test_each_action_asks_nova_for_just_that(name, method, arguments):
    class Connection:
        compute = create_autospec(Proxy, instance=True)

    SERVERS.action(name).run(Connection, "id")
    getattr(Connection.compute, method).assert_called_once_with(*arguments)


def test_deleting_what_is_missing_is_an_error_and_not_a_success():
    class Connection:
        compute = create_autospec(Proxy, instance=True)

    SERVERS.action("delete").run(Connection, "id")
    Connection.compute.delete_server.assert_called_once_with("id", ignore_missing=False)


def test_a_busy_server_is_worth_looking_at_again(cluster):
    assert make_server(cluster, task_state="rebooting").restless and make_server(cluster, status="BUILD").restless
    assert not make_server(cluster).restless
