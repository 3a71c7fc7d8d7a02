"""Volume types, QoS specifications, services, pools and groups on a real cloud: what REST does, OpenStack's own
command line confirms."""

from contextlib import ExitStack

import pytest

from tests.openstack_cli import OpenStackCli
from tests.platform import wait_until

pytestmark = [pytest.mark.lab, pytest.mark.slow]


@pytest.fixture(scope="module")
def west(lab):
    return OpenStackCli(lab.layout.clouds_yaml, "west")


@pytest.fixture
def undo():
    with ExitStack() as stack:
        yield stack


def done(outcomes: list[dict]) -> None:
    assert [outcome["reason"] for outcome in outcomes if outcome["status"] != "done"] == []


def make(api, room: str, action: str = "create", **params) -> dict:
    """What was made in west."""
    (outcome,) = api.make(f"storage/{room}/", action, "west", **params)["outcomes"]
    assert outcome["status"] == "done", outcome
    return outcome


def gone(west, *words: str) -> None:
    """Delete it, unless a test has."""
    try:
        west(*words)
    except AssertionError as error:
        assert "No " in str(error) or "not found" in str(error) or "could not be found" in str(error), error


def volume_gone(west, volume: str) -> None:
    """The same, and wait for it: its type may not be deleted before."""
    gone(west, "volume", "delete", "--force", volume)
    wait_until(lambda: west.shown("volume", volume) is None, "the volume is gone")


def group_gone(west, group: str) -> None:
    """The same."""
    gone(west, "volume", "group", "delete", "--force", group)
    wait_until(lambda: group not in groups(west), "the group is gone")


def entries(api, room: str, pk: int, panel: str) -> list[dict]:
    return api.get(f"storage/{room}/{pk}/panels/{panel}/")["rows"]


def test_a_volume_type_from_its_making_to_its_end(api, west, undo):
    made = make(
        api, "volume_types", name="types-test", is_public=False, extra_specs={"volume_backend_name": "standard"}
    )
    cloud_id, pk = made["cloud_id"], made["id"]
    undo.callback(gone, west, "volume", "type", "delete", cloud_id)
    project = west("project", "show", "sandbox")["id"]
    room = "storage/volume_types/"
    done(api.do(room, "edit", pk, name="types-changed", description="for tests"))
    done(api.do(room, "set-extra-spec", pk, key="replication:on", value="<is> True"))
    done(api.do(room, "set-extra-spec", pk, key="old", value="1"))
    done(api.do(room, "remove-extra-spec", pk, key="old"))
    done(api.do(room, "give-access", pk, project="sandbox"))
    shown = west("volume", "type", "show", cloud_id)
    assert (shown["name"], shown["description"], shown["is_public"]) == ("types-changed", "for tests", False)
    assert shown["properties"] == {"volume_backend_name": "standard", "replication:on": "<is> True"}
    assert shown["access_project_ids"] == [project]
    assert {"key": "replication:on", "value": "<is> True"} in entries(api, "volume_types", pk, "extra-specs")
    assert entries(api, "volume_types", pk, "projects") == [{"project": project}]
    done(api.do(room, "take-access", pk, project=project))
    assert entries(api, "volume_types", pk, "projects") == []
    assert [row["name"] for row in api.rows("storage/pools/", cluster="west", volume_type="types-changed")] != []
    for size in (256, 512):  # made, then changed
        done(api.do(room, "set-encryption", pk, provider="luks", key_size=size))
        (entry,) = entries(api, "volume_types", pk, "encryption")
        assert (entry["provider"], entry["key_size"], entry["control_location"]) == ("luks", size, "front-end")
    encrypted = west("volume", "type", "list", "--encryption-type")
    assert "luks" in str([found["Encryption"] for found in encrypted if found["ID"] == cloud_id])
    done(api.do(room, "remove-encryption", pk))
    assert entries(api, "volume_types", pk, "encryption") == []
    done(api.do(room, "delete", pk))
    assert cloud_id not in {found["ID"] for found in west("volume", "type", "list")}


def test_a_qos_specification_and_its_types(api, west, undo):
    made = make(api, "qos_specs", name="qos-test", consumer="back-end", specs={"total_iops_sec": "500"})
    cloud_id, pk = made["cloud_id"], made["id"]
    undo.callback(gone, west, "volume", "qos", "delete", "--force", cloud_id)
    volume_type = make(api, "volume_types", name="qos-type")
    undo.callback(gone, west, "volume", "type", "delete", volume_type["cloud_id"])
    room = "storage/qos_specs/"
    done(api.do(room, "set-consumer", pk, consumer="front-end"))
    done(api.do(room, "set-key", pk, key="read_iops_sec", value="7"))
    done(api.do(room, "remove-key", pk, key="total_iops_sec"))
    done(api.do(room, "associate", pk, volume_type="qos-type"))
    shown = west("volume", "qos", "show", cloud_id)
    assert (shown["consumer"], shown["properties"]) == ("front-end", {"read_iops_sec": "7"})
    assert "qos-type" in str(shown["associations"])
    wait_until(lambda: type_row(api, volume_type)["qos_id"] == cloud_id, "the type's row names its specification")
    done(api.do(room, "disassociate", pk, volume_type="qos-type"))
    assert "qos-type" not in str(west("volume", "qos", "show", cloud_id).get("associations"))
    done(api.do(room, "disassociate-all", pk))
    done(api.do(room, "delete", pk))
    assert cloud_id not in {found["ID"] for found in west("volume", "qos", "list")}


def type_row(api, volume_type: dict) -> dict:
    return api.get(f"storage/volume_types/{volume_type['id']}/")


def test_a_volume_service_is_taken_out_of_service_and_back(api, west, undo):
    (row,) = api.rows("storage/services/", cluster="west", binary="cinder-backup")
    undo.callback(west, "volume", "service", "set", "--enable", row["host"], "cinder-backup")
    done(api.do("storage/services/", "disable", row["id"], reason="new disks"))
    (found,) = west("volume", "service", "list", "--service", "cinder-backup", "--long")
    assert (found["Status"], found["Disabled Reason"]) == ("disabled", "new disks")
    assert api.get(f"storage/services/{row['id']}/")["disabled_reason"] == "new disks"
    done(api.do("storage/services/", "enable", row["id"]))
    assert west("volume", "service", "list", "--service", "cinder-backup")[0]["Status"] == "enabled"


def test_pools_show_what_cinder_says(api, west):
    rows = {row["name"]: row for row in api.rows("storage/pools/", cluster="west")}
    for pool in west("volume", "backend", "pool", "list", "--long"):
        facts = pool["Capabilities"]
        row = rows[pool["Name"]]
        assert (row["total"], row["backend_name"]) == (facts["total_capacity_gb"], facts["volume_backend_name"])
        assert row["provisionable"] == facts["total_capacity_gb"] * 20


def test_a_volume_group_and_its_snapshots(api, west, undo):
    west("volume", "group", "type", "create", "group-test")
    undo.callback(gone, west, "volume", "group", "type", "delete", "group-test")
    volume_type = make(api, "volume_types", name="group-type")
    undo.callback(gone, west, "volume", "type", "delete", volume_type["cloud_id"])
    choice = next(one["ID"] for one in west("volume", "group", "type", "list") if one["Name"] == "group-test")
    made = make(api, "groups", name="group-test", group_type=choice, volume_types=["group-type"])
    cloud_id, pk, room = made["cloud_id"], made["id"], "storage/groups/"
    undo.callback(group_gone, west, cloud_id)
    settled(api, pk, "available")
    volume = west("volume", "create", "--size", "1", "--type", "group-type", "group-volume")["id"]
    undo.callback(volume_gone, west, volume)
    wait_until(lambda: west("volume", "show", volume)["status"] == "available", "the volume is there")
    wait_until(lambda: find(api, "volumes", volume), "the volume's row")
    done(api.do(room, "edit", pk, name="group-changed", description="for tests"))
    done(api.do(room, "add-volumes", pk, volumes=[volume]))
    settled(api, pk, "available")
    shown = west("volume", "group", "show", cloud_id, "--volumes")
    assert (shown["Name"], shown["Description"], shown["Volumes"]) == ("group-changed", "for tests", [volume])

    done(api.do(room, "snapshot", pk, name="group-snapshot"))
    wait_until(lambda: find(api, "group_snapshots", name="group-snapshot"), "the snapshot's row")
    snapshot = find(api, "group_snapshots", name="group-snapshot")
    wait_until(lambda: status(west, snapshot["cloud_id"]) == "available", "the snapshot is made")
    copy = make(api, "groups", "copy", name="group-copy", group_snapshot_id=snapshot["cloud_id"])
    undo.callback(group_gone, west, copy["cloud_id"])
    settled(api, copy["id"], "available")
    done(api.do(room, "delete", copy["id"], with_volumes=True))
    wait_until(lambda: copy["cloud_id"] not in groups(west), "the copy is gone with its volumes")
    done(api.do("storage/group_snapshots/", "reset-status", snapshot["id"], status="error"))
    assert status(west, snapshot["cloud_id"]) == "error"
    done(api.do("storage/group_snapshots/", "delete", snapshot["id"]))
    wait_until(lambda: status(west, snapshot["cloud_id"]) == "", "the snapshot is gone")

    done(api.do(room, "remove-volumes", pk, volumes=[volume]))
    settled(api, pk, "available")
    done(api.do(room, "reset-status", pk, status="error"))
    assert west("volume", "group", "show", cloud_id)["Status"] == "error"
    done(api.do(room, "delete", pk))
    wait_until(lambda: cloud_id not in groups(west), "the group is gone")


def groups(west) -> str:
    return str(west("volume", "group", "list", "--all-projects"))


def settled(api, pk: int, wanted: str) -> None:
    wait_until(lambda: api.get(f"storage/groups/{pk}/")["status"] == wanted, f"the group is {wanted}")


def find(api, room: str, cloud_id: str = "", name: str = "") -> dict | None:
    rows = api.rows(f"storage/{room}/", cluster="west", q=cloud_id or name)
    return next(iter(rows), None)


def status(west, snapshot: str) -> str:
    found = west("volume", "group", "snapshot", "list", "--all-projects")
    return next((one["Status"] for one in found if one["ID"] == snapshot), "")
