"""Volumes, their snapshots, backups and transfers on a real cloud: what REST does, OpenStack's own command line
confirms."""

import json

import pytest

from tests.platform import PATIENCE_SECONDS, wait_until
from tests.storage import (
    BACKUPS,
    MADE,
    SERVERS,
    SNAPSHOTS,
    TRANSFERS,
    VOLUMES,
    Content,
    done,
    gone,
    listed,
    new,
    refused,
    rested,
    volume,
)

pytestmark = [pytest.mark.lab, pytest.mark.slow]
POOL = "controller@standard#{}"


@pytest.fixture(scope="module")
def west(openstack):
    return openstack("west")


@pytest.fixture(scope="module", autouse=True)
def tidy(west):
    """What the tests made is gone afterwards, whatever became of them: copies before volumes, increments first."""
    yield
    storage = west.connection.block_storage
    everywhere = {"details": True, "all_projects": True}
    for listing, delete in (
        (storage.backups, storage.delete_backup),
        (storage.snapshots, storage.delete_snapshot),
        (storage.volumes, storage.delete_volume),
    ):
        made = [found for found in listing(**everywhere) if (found.name or "").startswith(MADE)]
        for found in sorted(made, key=lambda one: one.created_at, reverse=True):
            delete(found, force=True)
            storage.wait_for_delete(found, interval=0.2, wait=PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def content(lab):
    return Content(lab.layout.root / "west")


@pytest.fixture(scope="module")
def server(api):
    """A running server of the seed, of a project that is not the credential's."""
    rows = [row for row in api.rows(SERVERS, cluster="west", status="ACTIVE") if row["name"].startswith("push-")]
    return rows[0]


def left_behind(west, volume: str, server: str) -> None:
    """Cinder believes that the server has the volume, and Nova knows nothing of it."""
    cinder = west.connection.block_storage
    wish = {"volume_uuid": volume, "instance_uuid": server, "connector": {"host": "cmp1", "mountpoint": "/dev/vdx"}}
    answer = cinder.post("/attachments", json={"attachment": wish}, microversion="3.44")
    attachment = answer.json()["attachment"]["id"]
    answer = cinder.post(f"/attachments/{attachment}/action", json={"os-complete": {}}, microversion="3.44")
    assert answer.ok, answer.text


def test_what_a_volume_is_called_and_marked_with(api, west):
    made = volume(api, description="of ours", volume_type="standard", metadata={"kept": "1", "old": "1"})
    done(api, VOLUMES, "edit", made, name=f"{MADE} renamed", description="")
    done(api, VOLUMES, "metadata", made, metadata={"kept": "2"})
    done(api, VOLUMES, "add-metadata", made, metadata={"added": "yes"})
    done(api, VOLUMES, "image-metadata", made, metadata={"os_distro": "debian"})
    done(api, VOLUMES, "bootable", made)
    done(api, VOLUMES, "read-only", made)
    done(api, VOLUMES, "extend", made, size=2)
    rested(api, VOLUMES, made, "available")
    done(api, VOLUMES, "retype", made, volume_type="fast")
    rested(api, VOLUMES, made, "available")
    shown = west("volume", "show", made["cloud_id"])
    assert (shown["name"], shown["size"], shown["type"]) == (f"{MADE} renamed", 2, "fast")
    assert shown["properties"] == {"kept": "2", "added": "yes", "readonly": "True"}
    assert (shown["bootable"], shown["volume_image_metadata"]) == (True, {"os_distro": "debian"})
    done(api, VOLUMES, "read-write", made)
    done(api, VOLUMES, "not-bootable", made)
    done(api, VOLUMES, "reset-status", made, status="error")
    shown = west("volume", "show", made["cloud_id"])
    assert (shown["status"], shown["bootable"], shown["properties"]["readonly"]) == ("error", False, "False")
    done(api, VOLUMES, "force-delete", made)
    gone(api, VOLUMES, made)
    assert made["cloud_id"] not in str(west("volume", "list", "--all-projects"))


def test_a_volume_moves_to_another_pool_and_is_left_to_it_and_taken_over(api, west):
    made = volume(api, name=f"{MADE} moving")
    done(api, VOLUMES, "migrate", made, host=POOL.format("reserve"))
    wait_until(lambda: api.get(f"{VOLUMES}{made['id']}/")["host"] == POOL.format("reserve"), "it was moved")
    assert west("volume", "show", made["cloud_id"])["os-vol-host-attr:host"] == POOL.format("reserve")
    done(api, VOLUMES, "unmanage", made)
    gone(api, VOLUMES, made)
    back = new(api, VOLUMES, "manage", host=POOL.format("reserve"), reference=made["cloud_id"], name=f"{MADE} back")
    rested(api, VOLUMES, back, "available")
    shown = west("volume", "show", back["cloud_id"])
    assert (shown["size"], shown["os-vol-host-attr:host"]) == (1, POOL.format("reserve"))
    done(api, VOLUMES, "delete", back)
    gone(api, VOLUMES, back)


def test_a_volume_of_a_server(api, west, server):
    project = server["project_id"]
    made = volume(api, name=f"{MADE} attached", project=project)
    done(api, VOLUMES, "attach", made, server=server["cloud_id"], device="/dev/vdx")
    rested(api, VOLUMES, made, "in-use")
    done(api, VOLUMES, "extend", made, size=3)
    wait_until(lambda: api.get(f"{VOLUMES}{made['id']}/")["size"] == 3, "it grew in use")
    rested(api, VOLUMES, made, "in-use")
    shown = west("volume", "show", made["cloud_id"])
    assert (shown["status"], shown["size"], shown["os-vol-tenant-attr:tenant_id"]) == ("in-use", 3, project)
    assert [entry["server_id"] for entry in shown["attachments"]] == [server["cloud_id"]]
    assert refused(api, VOLUMES, "delete", made)["code"] == "state"
    done(api, VOLUMES, "detach", made, server=server["cloud_id"])
    rested(api, VOLUMES, made, "available")
    # Nova forgets it a moment after Cinder calls it available, and does not attach what it still remembers.
    compute = west.connection.compute
    wait_until(
        lambda: made["cloud_id"] not in {one.volume_id for one in compute.volume_attachments(server["cloud_id"])},
        "Nova has let go of it",
    )

    done(api, VOLUMES, "attach", made, server=server["cloud_id"])
    rested(api, VOLUMES, made, "in-use")
    (entry,) = api.get(f"{VOLUMES}{made['id']}/panels/attachments/")["attachments"]
    (outcome,) = api.do(VOLUMES, "force-detach", made["id"], attachment=entry["attachment_id"])
    assert outcome["status"] == "failed" and "Nova" in outcome["reason"], "Cinder keeps what a server uses"
    done(api, VOLUMES, "detach", made, server=server["cloud_id"])
    rested(api, VOLUMES, made, "available")

    left_behind(west, made["cloud_id"], server["cloud_id"])
    rested(api, VOLUMES, made, "in-use")
    done(api, VOLUMES, "force-detach", made)
    rested(api, VOLUMES, made, "available")
    assert west("volume", "show", made["cloud_id"])["attachments"] == []
    done(api, VOLUMES, "delete", made)
    gone(api, VOLUMES, made)


def test_snapshots(api, west, content):
    made = volume(api, name=f"{MADE} copied")
    content.write(made, b"before")
    of_volume = {"volume": made["cloud_id"]}
    done(api, VOLUMES, "snapshot", made, name=f"{MADE} one", metadata={"why": "test"})
    one = rested(api, SNAPSHOTS, listed(api, SNAPSHOTS, **of_volume), "available")
    done(api, SNAPSHOTS, "edit", one, name=f"{MADE} edited", description="kept")
    done(api, SNAPSHOTS, "metadata", one, metadata={"why": "changed"})
    done(api, SNAPSHOTS, "reset-status", one, status="error")
    shown = west("volume", "snapshot", "show", one["cloud_id"])
    assert (shown["name"], shown["description"], shown["status"]) == (f"{MADE} edited", "kept", "error")
    assert (shown["properties"], shown["volume_id"]) == ({"why": "changed"}, made["cloud_id"])
    done(api, SNAPSHOTS, "force-delete", one)
    gone(api, SNAPSHOTS, one)

    two = new(api, SNAPSHOTS, volume=made["cloud_id"], name=f"{MADE} two")
    rested(api, SNAPSHOTS, two, "available")
    content.write(made, b"after")
    done(api, VOLUMES, "revert", made, snapshot=two["cloud_id"])
    wait_until(lambda: content(made) == b"before", "it is as it was")
    rested(api, VOLUMES, made, "available")
    available(api, west, SNAPSHOTS, ["volume", "snapshot"], two)
    done(api, SNAPSHOTS, "delete", two)
    gone(api, SNAPSHOTS, two)
    assert west("volume", "snapshot", "list", "--volume", made["cloud_id"]) == []

    copy = volume(api, name=f"{MADE} copy", source="source_volume", source_volume=made["cloud_id"])
    assert west("volume", "show", copy["cloud_id"])["source_volid"] == made["cloud_id"]
    done(api, VOLUMES, "snapshot", copy, name=f"{MADE} three")
    three = rested(api, SNAPSHOTS, listed(api, SNAPSHOTS, volume=copy["cloud_id"]), "available")
    done(api, VOLUMES, "delete-with-snapshots", copy)
    gone(api, VOLUMES, copy)
    gone(api, SNAPSHOTS, three)
    done(api, VOLUMES, "delete", made)


def test_a_volume_becomes_an_image_and_the_image_a_volume(api, west):
    made = volume(api, name=f"{MADE} disk")
    done(api, VOLUMES, "to-image", made, name=f"{MADE} image", disk_format="raw")
    image = listed(api, "compute/images/", q=f"{MADE} image")
    rested(api, "compute/images/", image, "active")
    rested(api, VOLUMES, made, "available")
    booted = volume(api, name=f"{MADE} of image", source="image", image=image["cloud_id"])
    shown = west("volume", "show", booted["cloud_id"])
    assert (shown["bootable"], shown["volume_image_metadata"]["image_id"]) == (True, image["cloud_id"])
    west("image", "delete", image["cloud_id"])
    for one in (made, booted):
        done(api, VOLUMES, "delete", one)


def available(api, west, room, kind, made):
    """Once it is: in the cloud, and then in the inventory."""
    show = [*kind, "show", made["cloud_id"]]
    wait_until(lambda: west(*show)["status"] == "available", f"{made['name']} is available")
    rested(api, room, made, "available")


def test_backups(api, west, content):
    made = volume(api, name=f"{MADE} saved")
    content.write(made, b"first")
    of_volume = {"volume": made["cloud_id"]}
    done(api, VOLUMES, "backup", made, name=f"{MADE} full")
    full = rested(api, BACKUPS, listed(api, BACKUPS, **of_volume), "available")
    rested(api, VOLUMES, made, "available")
    content.write(made, b"second")
    done(api, VOLUMES, "backup", made, name=f"{MADE} increment", incremental=True)
    increment = rested(api, BACKUPS, listed(api, BACKUPS, q=f"{MADE} increment"), "available")
    shown = west("volume", "backup", "show", increment["cloud_id"])
    assert (shown["is_incremental"], shown["volume_id"]) == (True, made["cloud_id"])
    wait_until(lambda: api.get(f"{BACKUPS}{full['id']}/")["has_increments"], "the full one is needed")
    assert refused(api, BACKUPS, "delete", full)["code"] == "state"
    done(api, BACKUPS, "edit", full, name=f"{MADE} edited", description="kept")

    done(api, BACKUPS, "restore", increment, name=f"{MADE} restored")
    restored = listed(api, VOLUMES, q=f"{MADE} restored")
    # Cinder calls the new volume available for a moment before it begins to restore.
    wait_until(lambda: content(restored) == b"second", "it holds what the increment holds")
    available(api, west, VOLUMES, ["volume"], restored)
    available(api, west, BACKUPS, ["volume", "backup"], increment)
    done(api, BACKUPS, "restore-over", full, volume=restored["cloud_id"])
    wait_until(lambda: content(restored) == b"first", "it holds what the full backup holds")
    available(api, west, VOLUMES, ["volume"], restored)
    available(api, west, BACKUPS, ["volume", "backup"], full)

    record = json.loads(done(api, BACKUPS, "export-record", increment)["shown"]["text"])
    assert west("volume", "backup", "record", "export", increment["cloud_id"], "-f", "json") is None
    done(api, BACKUPS, "delete", increment)
    gone(api, BACKUPS, increment)
    back = new(api, BACKUPS, "import-record", record=json.dumps(record))
    rested(api, BACKUPS, back, "available")
    shown = west("volume", "backup", "show", back["cloud_id"])
    assert (shown["id"], shown["name"]) == (increment["cloud_id"], f"{MADE} increment")
    done(api, BACKUPS, "reset-status", back, status="error")
    wait_until(lambda: west("volume", "backup", "show", back["cloud_id"])["status"] == "error", "it is reset")
    done(api, BACKUPS, "force-delete", back)
    gone(api, BACKUPS, back)
    wait_until(lambda: not api.get(f"{BACKUPS}{full['id']}/")["has_increments"], "the full one is free")
    done(api, BACKUPS, "delete", full)
    gone(api, BACKUPS, full)
    assert west("volume", "backup", "list", "--volume", made["cloud_id"]) == []
    for one in (made, restored):
        done(api, VOLUMES, "delete", one)


def test_a_volume_goes_from_one_project_to_another(api, west):
    made = volume(api, name=f"{MADE} given", project="mobile-backend")
    done(api, VOLUMES, "transfer", made, name="withdrawn")
    transfer = listed(api, TRANSFERS, volume=made["cloud_id"])
    assert west("volume", "transfer", "request", "show", transfer["cloud_id"])["volume_id"] == made["cloud_id"]
    done(api, TRANSFERS, "cancel", transfer)
    gone(api, TRANSFERS, transfer)
    rested(api, VOLUMES, made, "available")

    key = done(api, VOLUMES, "transfer", made, name="taken")["shown"]
    assert key["kind"] == "secret"
    transfer = listed(api, TRANSFERS, volume=made["cloud_id"])
    wish = {"transfer": transfer["cloud_id"], "auth_key": "not this"}
    (outcome,) = api.make(VOLUMES, "accept-transfer", "west", project="sandbox", **wish)["outcomes"]
    assert outcome["status"] == "failed" and "Invalid auth key" in outcome["reason"], outcome
    told = api.get("audit/events/", action="storage.volume.accept-transfer", phase="failed")["results"]
    assert [event["reason"] for event in told] == [outcome["reason"]], "Cinder's own words stand in the audit"
    taken = new(api, VOLUMES, "accept-transfer", project="sandbox", **{**wish, "auth_key": key["text"]})
    sandbox = west("project", "show", "sandbox")["id"]
    assert west("volume", "show", made["cloud_id"])["os-vol-tenant-attr:tenant_id"] == sandbox
    assert (taken["cloud_id"], api.get(f"{VOLUMES}{made['id']}/")["project_id"]) == (made["cloud_id"], sandbox)
    gone(api, TRANSFERS, transfer)
    said = [event["params"] for event in api.get("audit/events/", q=transfer["cloud_id"])["results"]]
    assert key["text"] not in str(said)
    done(api, VOLUMES, "delete", made)
