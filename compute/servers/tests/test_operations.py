"""Each action asks the cloud for just that, and says itself as OpenStack's own command."""

import base64
from types import SimpleNamespace
from unittest.mock import Mock, create_autospec

import pytest
from openstack.compute.v2._proxy import Proxy

from compute.servers import operations
from compute.servers.creating import cloud as creating
from compute.servers.models import Server
from compute.servers.resource import SERVERS
from tests.factories import make_server

PROXY = create_autospec(Proxy, instance=True)


def connection() -> SimpleNamespace:
    """One that was not asked anything yet; looking through all that the SDK can do takes a quarter of a second."""
    PROXY.reset_mock(return_value=True, side_effect=True)
    return SimpleNamespace(compute=PROXY)


@pytest.mark.parametrize(
    ("name", "params", "method", "arguments", "named"),
    [
        ("start", {}, "start_server", ("id",), {}),
        ("stop", {}, "stop_server", ("id",), {}),
        ("reboot", {}, "reboot_server", ("id", "SOFT"), {}),
        ("hard-reboot", {}, "reboot_server", ("id", "HARD"), {}),
        ("lock", {}, "lock_server", ("id",), {}),
        ("lock", {"reason": "payroll"}, "lock_server", ("id",), {"locked_reason": "payroll"}),
        ("unlock", {}, "unlock_server", ("id",), {}),
        ("resize", {"flavor": "f1"}, "resize_server", ("id", "f1"), {}),
        ("rebuild", {"image": "i1"}, "rebuild_server", ("id", "i1"), {}),
        ("migrate", {"host": ""}, "migrate_server", ("id",), {"host": None}),
        ("migrate", {"host": "h2"}, "migrate_server", ("id",), {"host": "h2"}),
        ("evacuate", {"host": ""}, "evacuate_server", ("id",), {"host": None}),
        (
            "live-migrate",
            {"host": "", "block_migration": "auto"},
            "live_migrate_server",
            ("id",),
            {"host": None, "block_migration": "auto"},
        ),
        (
            "live-migrate",
            {"host": "h2", "block_migration": "false"},
            "live_migrate_server",
            ("id",),
            {"host": "h2", "block_migration": False},
        ),
        ("edit", {"name": "n", "description": ""}, "update_server", ("id",), {"name": "n", "description": ""}),
        # What is missing is an error and not a success.
        ("delete", {}, "delete_server", ("id",), {"ignore_missing": False}),
        ("force-delete", {}, "delete_server", ("id",), {"ignore_missing": False, "force": True}),
        ("detach-volume", {"volume": "v1"}, "delete_volume_attachment", ("id", "v1"), {"ignore_missing": False}),
    ],
)
def test_each_action_asks_nova_for_just_that(name, params, method, arguments, named):
    conn = connection()
    SERVERS.action(name).run(conn, "id", **params)
    getattr(conn.compute, method).assert_called_once_with(*arguments, **named)


PARAMS = {
    "resize": {"flavor": "f1"},
    "rebuild": {"image": "i1"},
    "attach-volume": {"volume": "v1"},
    "detach-volume": {"volume": "v1"},
    "attach-interface": {"network": "n1"},
    "detach-interface": {"port": "p1"},
    "associate-floating-ip": {"floating_ip": "203.0.113.9"},
    "disassociate-floating-ip": {"floating_ip": "203.0.113.9"},
    "add-security-group": {"security_group": "g1"},
    "remove-security-group": {"security_group": "g1"},
    "port-security-groups": {"port": "p1", "security_groups": ["g1"]},
    "snapshot": {"name": "a b"},
    "backup": {"name": "b", "type": "daily", "keep": 2},
    "edit": {"name": "n"},
    "add-metadata": {"metadata": {"a": "1"}},
    "add-tag": {"tag": "t"},
    "remove-tag": {"tag": "t"},
}
# Without a command of their own, or with ids that only the cloud knows, or with a secret.
NO_COMMAND = {"abort-live-migration", "complete-live-migration", "metadata", "tags", "password"}


@pytest.mark.parametrize("action", SERVERS.on_items, ids=lambda action: action.name)
def test_its_command(action):
    if action.name in NO_COMMAND:
        assert action.command is None
        return
    words = action.command(Server(cloud_id="id"), **PARAMS.get(action.name, {}))
    assert all(isinstance(word, str) for word in words)
    assert "id" in words or "p1" in words


@pytest.mark.parametrize(
    ("text", "asks", "gives"), [("{name}-x", True, "web-x"), ("plain", False, "plain"), ("{other}", False, "{other}")]
)
def test_a_name_with_a_place_for_the_servers_own(monkeypatch, text, asks, gives):
    one = Mock(return_value={"name": "web"})
    monkeypatch.setattr(operations, "one", one)
    assert operations.filled(connection(), "id", text) == gives
    assert one.called is asks


def test_a_name_with_the_date_is_another_each_second():
    assert len(operations.filled(connection(), "id", "{date}")) == len("20260102-030405")


def test_what_nova_is_sent_for_a_new_server():
    body = creating.body_of(
        name="web-1",
        flavor="f1",
        image="i1",
        networks=["n1"],
        fixed_ip="10.0.0.9",
        user_data="#!/bin/sh",
        metadata={"a": "1"},
        tags=["t"],
        security_groups=["g1"],
        server_group="group",
    )
    server = body["server"]
    assert body["os:scheduler_hints"] == {"group": "group"}
    assert (server["imageRef"], server["flavorRef"]) == ("i1", "f1")
    assert server["networks"] == [{"uuid": "n1", "fixed_ip": "10.0.0.9"}]
    assert base64.b64decode(server["user_data"]) == b"#!/bin/sh"
    assert server["security_groups"] == [{"name": "g1"}]
    assert not {"key_name", "adminPass", "description", "config_drive"} & server.keys()


@pytest.mark.parametrize(
    ("source", "given", "device"),
    [
        ("volume", {"volume": "v1"}, {"uuid": "v1", "source_type": "volume"}),
        ("snapshot", {"volume_snapshot": "s1"}, {"uuid": "s1", "source_type": "snapshot"}),
        (
            "new-volume",
            {"image": "i1", "volume_size": 20, "delete_volume": True},
            {"uuid": "i1", "source_type": "image", "volume_size": 20, "delete_on_termination": True},
        ),
    ],
)
def test_booting_from_a_volume(source, given, device):
    server = creating.body_of(name="n", flavor="f", source=source, ports=["p1"], **given)["server"]
    expected = {"boot_index": 0, "destination_type": "volume", "delete_on_termination": False, **device}
    assert server["block_device_mapping_v2"] == [expected]
    assert server["networks"] == [{"port": "p1"}] and "imageRef" not in server


@pytest.mark.django_db
def test_the_command_of_a_new_server(cluster):
    create = SERVERS.action("create", "cluster").command
    words = create(cluster, name="web 1", flavor="f1", source="image", image="i1", networks=["n1"], tags=["a", "b"])
    assert words == [
        *("server", "create", "--flavor", "f1", "--image", "i1", "--network", "n1", "--tag", "a", "--tag", "b"),
        "web 1",
    ]
    words = create(cluster, name="n", flavor="f1", source="new-volume", image="i1", volume_size=9, delete_volume=True)
    assert words[4:6] == [
        "--block-device",
        "uuid=i1,source_type=image,destination_type=volume,boot_index=0,volume_size=9,delete_on_termination=true",
    ]
    assert "secret" not in " ".join(create(cluster, name="n", flavor="f", image="i", password="secret"))


def test_the_factory_makes_what_actions_take(cluster):
    assert not SERVERS.action("stop").when(make_server(cluster))


def networking_connection() -> SimpleNamespace:
    port = SimpleNamespace(id="p1", project_id="p", fixed_ips=[{"ip_address": "10.0.0.4"}])
    made = Mock(**{"json.return_value": {"floatingip": {"id": "f9"}}})
    return SimpleNamespace(network=Mock(**{"ports.return_value": [port], "post.return_value": made}))


def test_a_floating_ip_is_associated_as_its_own_room_does(monkeypatch):
    monkeypatch.setattr("networking.neutron.check", lambda response: None)
    conn = networking_connection()
    SERVERS.action("associate-floating-ip").run(conn, "s1", floating_ip="f1", fixed_ip="10.0.0.4")
    wanted = {"port_id": "p1", "fixed_ip_address": "10.0.0.4"}
    conn.network.put.assert_called_once_with("/floatingips/f1", json={"floatingip": wanted})


def test_a_new_floating_ip_belongs_to_the_servers_project(monkeypatch):
    monkeypatch.setattr("networking.neutron.check", lambda response: None)
    conn = networking_connection()
    SERVERS.action("associate-floating-ip").run(conn, "s1", floating_ip="new:ext")
    wanted = {"floating_network_id": "ext", "project_id": "p", "port_id": "p1"}
    conn.network.post.assert_called_once_with("/floatingips", json={"floatingip": wanted})


def test_groups_of_a_port_are_set_as_its_own_room_does(monkeypatch):
    monkeypatch.setattr("networking.neutron.check", lambda response: None)
    conn = networking_connection()
    SERVERS.action("port-security-groups").run(conn, "s1", port="p1", security_groups=["g1"])
    wanted = {"port_security_enabled": True, "security_groups": ["g1"]}
    conn.network.put.assert_called_once_with("/ports/p1", json={"port": wanted})
