"""Messages as Nova, Neutron, Cinder, Glance and Keystone of release 2026.1 sent them, without their contexts."""

import json
from pathlib import Path

import pytest

from clusters import inventory
from clusters.notifications.events import MOST_BYTES, Event, parsed, table, told
from clusters.notifications.models import EXCHANGES, TOPICS

RECORDED = json.loads((Path(__file__).parent / "recorded.json").read_text())
BODIES = {
    json.loads(json.loads(message["body"])["oslo.message"])["event_type"]: message["body"] for message in RECORDED
}
WANTED = {
    "compute.instance.update": [("compute.server", "91c144e0-e82a-4830-9875-b0c6fb17944e")],
    "compute.instance.create.end": [("compute.server", "e58174ad-5e43-472f-8176-1f09e01ee6f4")],
    "compute.instance.delete.end": [("compute.server", "91c144e0-e82a-4830-9875-b0c6fb17944e")],
    "compute.instance.volume.attach": [("compute.server", "f22be5ef-6b5d-4721-a918-19b7b4d7b365")],
    "compute.instance.exists": [],
    "compute.instance.delete.start": [],
    "instance.update": [("compute.server", "91c144e0-e82a-4830-9875-b0c6fb17944e")],
    "instance.delete.end": [("compute.server", "91c144e0-e82a-4830-9875-b0c6fb17944e")],
    "flavor.create": [("compute.flavor", "f91b9bcd-cf27-4447-af02-f46b66a49333")],
    "aggregate.create.end": [("compute.aggregate", "3")],
    "aggregate.addhost.end": [("compute.aggregate", "2")],
    "servergroup.create": [("compute.servergroup", "6574c2a3-fd24-4bd1-8d5f-f10ca06da906")],
    "server_group.create": [("compute.servergroup", "6574c2a3-fd24-4bd1-8d5f-f10ca06da906")],
    "volume.create.end": [("storage.volume", "b8aeec86-f69a-4dba-ad3b-0f172d9eadd3")],
    "volume.update.end": [("storage.volume", "b8aeec86-f69a-4dba-ad3b-0f172d9eadd3")],
    "volume.delete.end": [("storage.volume", "b8aeec86-f69a-4dba-ad3b-0f172d9eadd3")],
    "volume.attach.end": [("storage.volume", "3856acdd-626d-4c51-ace0-35f767d5b008")],
    "snapshot.update.end": [("storage.snapshot", "7308384a-45fc-4d58-9dcb-22d70616a456")],
    "snapshot.delete.end": [("storage.snapshot", "7308384a-45fc-4d58-9dcb-22d70616a456")],
    "backup.create.end": [("storage.backup", "5c5a98c1-45bf-4fab-80cd-10e0949a3b1e")],
    "network.update.end": [("networking.network", "41ca1caa-3d13-4a92-968b-4acec290d4e5")],
    "network.delete.end": [("networking.network", "41ca1caa-3d13-4a92-968b-4acec290d4e5")],
    "subnet.create.end": [("networking.subnet", "0c17b50a-69bd-4e2a-805b-4304c1b6cb28")],
    "port.create.end": [("networking.port", "56a5d88e-4a9f-4648-bd3a-8abf12253868")],
    "port.update.end": [("networking.port", "56a5d88e-4a9f-4648-bd3a-8abf12253868")],
    "port.delete.end": [("networking.port", "56a5d88e-4a9f-4648-bd3a-8abf12253868")],
    "router.create.end": [("networking.router", "bde5ec63-0b1a-4790-8dba-b99b44d8eaf8")],
    "router.interface.create": [
        ("networking.port", "deb3090e-4a6e-478f-abf4-fb3e7c3661d7"),
        ("networking.router", "bde5ec63-0b1a-4790-8dba-b99b44d8eaf8"),
    ],
    "router.delete.end": [("networking.router", "bde5ec63-0b1a-4790-8dba-b99b44d8eaf8")],
    "floatingip.create.end": [("networking.floatingip", "5972783a-ba91-42d1-92d8-7fca48771e2e")],
    "security_group.create.end": [("networking.securitygroup", "99554d88-08c6-4028-8e5d-e8c992d5cda1")],
    "security_group_rule.create.end": [
        ("networking.securitygroup", "99554d88-08c6-4028-8e5d-e8c992d5cda1"),
        ("networking.securitygrouprule", "3cf55529-8d96-4433-a9fd-c9f37d38816c"),
    ],
    "security_group_rule.delete.end": [
        ("networking.securitygroup", "99554d88-08c6-4028-8e5d-e8c992d5cda1"),
        ("networking.securitygrouprule", "3cf55529-8d96-4433-a9fd-c9f37d38816c"),
    ],
    "image.update": [("compute.image", "e89354a7-ea17-4626-b79a-631b9f422325")],
    "image.delete": [("compute.image", "e89354a7-ea17-4626-b79a-631b9f422325")],
    "identity.project.updated": [("identity.project", "248396a7c7aa430fb55d436bf5092774")],
    "identity.project.deleted": [("identity.project", "248396a7c7aa430fb55d436bf5092774")],
    "identity.user.created": [("identity.user", "dbcf2f2e6bc54a6e8a533f4b86048b45")],
    "scheduler.select_destinations.end": [],
    "keypair.import.end": [],
}


def resources(body):
    event = parsed(body)
    found = told(event, table()) if event else ()
    return sorted((inventory.type_name(model), cloud_id) for model, cloud_id in found)


@pytest.mark.parametrize("kind", BODIES)
def test_what_real_services_tell_of(kind):
    assert resources(BODIES[kind]) == WANTED[kind]
    # As without the envelope: the driver "messaging".
    assert resources(json.loads(BODIES[kind])["oslo.message"]) == WANTED[kind]


def test_the_usual_exchanges_and_topics_are_those_of_the_services():
    assert {message["exchange"] for message in RECORDED} <= set(EXCHANGES.split(","))
    assert {message["topic"].rpartition(".")[0] for message in RECORDED} == set(TOPICS.split(","))


def test_several_made_at_once_are_all_told_of():
    ports = [{"id": f"port-{number}"} for number in range(3)]
    found = told(Event("port.create.end", {"ports": ports}), table())
    assert [cloud_id for _model, cloud_id in found] == ["port-0", "port-1", "port-2"]


def test_no_message_tells_of_more_than_is_read_in_a_while():
    ports = [{"id": f"port-{number}"} for number in range(5000)]
    assert len(list(told(Event("port.create.end", {"ports": ports}), table()))) == 100


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"port": None},
        {"port": "id"},
        {"port": {"id": None}},
        {"port": {"id": [["a"]]}},
        {"port": {"id": "../networks"}},
        {"port": {"id": "a/b"}},
        {"port": {"id": "a b"}},
        {"port": {"id": "-"}},
        {"port": {"id": "x" * 65}},
        {"ports": {"id": 7.5}},
        {"ports": [[{"id": "deep"}]]},
        {"port": {"id": True}},
    ],
)
def test_what_is_no_id_is_never_asked_for(payload):
    found = list(told(Event("port.update.end", payload), table()))
    assert found == []


@pytest.mark.parametrize(
    "kind", ["", ".", "port", "portal.update.end", "Port.update.end", "a.port.update.end", "." * 999]
)
def test_types_that_nobody_knows_tell_of_nothing(kind):
    found = list(told(Event(kind, {"port": {"id": "one"}}), table()))
    assert len(found) == (kind == "port")


def test_a_message_that_is_too_long_is_not_even_looked_at():
    message = {"event_type": "port.update.end", "payload": {"port": {"id": "one"}}, "more": ""}
    room = MOST_BYTES - len(json.dumps(message))
    assert parsed(json.dumps({**message, "more": "x" * room}))
    assert parsed(json.dumps({**message, "more": "x" * (room + 1)})) is None
