"""Schedules of volumes, and of servers' backups, on a real cloud: the older copy goes, and nothing else; a drill tells
whether backups can be restored and leaves nothing behind."""

from contextlib import ExitStack

import pytest
import requests

from tests.platform import PATIENCE_SECONDS, wait_until
from tests.schedules import post, run
from tests.storage import BACKUPS, MADE, SNAPSHOTS, VOLUMES, done, gone, listed, rested, volume

pytestmark = [pytest.mark.lab, pytest.mark.slow]
NEVER = {"cron": "0 2 29 2 *", "time_zone": "UTC"}


@pytest.fixture(scope="module")
def storage(openstack):
    return openstack("west").connection.block_storage


@pytest.fixture
def write(api):
    """write(name=…, …) → the address of a new schedule, which is gone after the test."""
    with ExitStack() as stack:

        def one(**fields):
            made = post(api, "jobs/schedules/", {**NEVER, **fields})
            address = f"jobs/schedules/{made['id']}/"
            stack.callback(requests.delete, f"{api.url}{address}", headers=api.headers, timeout=PATIENCE_SECONDS)
            return address

        yield one


@pytest.fixture
def two(api, storage, healthy):
    """Two volumes that nobody uses; without their copies afterwards."""
    made = [volume(api, name=f"{MADE} dated {number}") for number in (1, 2)]
    yield made
    for one in made:
        for room, listing in ((BACKUPS, storage.backups), (SNAPSHOTS, storage.snapshots)):
            copies = listing(all_projects=True, volume_id=one["cloud_id"])
            for copy in sorted(copies, key=lambda copy: copy.created_at, reverse=True):  # increments first
                remove(storage, copy)
                gone(api, room, {"name": copy.name, "cloud_id": copy.id})
        done(api, VOLUMES, "delete", one)


def remove(storage, copy) -> None:
    """It may be on its way out already, or gone since it was listed."""
    if copy.status != "deleting":
        copy.delete(storage)
    storage.wait_for_delete(copy, interval=0.2, wait=PATIENCE_SECONDS)


def test_snapshots_and_backups_of_volumes_by_schedule(api, platform, storage, write, two):
    scope = {"kind": "snapshot", "resource": "storage.volume", "query": f"cluster=west&q={MADE} dated"}
    done(api, VOLUMES, "snapshot", two[0], name=f"{MADE} by hand")
    rested(api, SNAPSHOTS, listed(api, SNAPSHOTS, volume=two[0]["cloud_id"]), "available")
    for action, listing in (("snapshot", storage.snapshots), ("backup", storage.backups)):
        address = write(**scope, name=f"nightly {action}s", action=action, keep=1, pattern=f"{MADE} {{name}} {{date}}")
        for said in ("", "1 older copy was deleted."):
            job = run(api, platform, address)
            assert [(item["state"], item["reason"]) for item in job["items"]] == [("done", said)] * 2
            for one in two:
                rested(api, VOLUMES, one, "available")
        for one in two:
            wait_until(lambda one=one, listing=listing: len(names(listing, one)) == 1, f"one {action} is left of each")
    assert f"{MADE} by hand" in {one.name for one in storage.snapshots(all_projects=True)}


def test_backups_that_hold_only_what_changed(api, platform, storage, write, two):
    scope = {"kind": "snapshot", "resource": "storage.volume", "action": "backup", "keep": 1, "increments": 6}
    address = write(**scope, name="increments", query=f"cluster=west&q={two[1]['name']}", pattern=f"{MADE} {{date}}")
    for _night in range(2):
        (item,) = run(api, platform, address)["items"]
        assert (item["state"], item["reason"]) == ("done", ""), "the full one stays: the increment needs it"
        rested(api, VOLUMES, two[1], "available")
    made = sorted(storage.backups(all_projects=True, volume_id=two[1]["cloud_id"]), key=lambda one: one.created_at)
    assert [one.is_incremental for one in made] == [False, True]


def test_backups_of_a_server_by_schedule(api, platform, openstack, write, healthy):
    servers = api.rows("compute/servers/", cluster="west", status="ACTIVE")
    server = next(row for row in servers if row["name"].startswith("api-"))
    scope = {"kind": "snapshot", "action": "backup", "query": f"cluster=west&q={server['name']}", "keep": 1}
    address = write(**scope, name="server backups", pattern=f"{MADE} of a server {{date}}")
    image = openstack("west").connection.image
    try:
        for said in ("", "1 older copy was deleted."):
            (item,) = run(api, platform, address)["items"]
            assert (item["state"], item["reason"]) == ("done", said)
            wait_until(lambda: at_rest(api, server), "the server rests")
        (left,) = [one for one in image.images() if one.name.startswith(f"{MADE} of a server")]
        assert (left.status, left.properties["image_type"], left.instance_uuid) == (
            "active",
            "backup",
            server["cloud_id"],
        )
    finally:
        for one in image.images():
            if one.name.startswith(f"{MADE} of a server"):
                image.delete_image(one)


def test_a_drill_tells_what_can_be_restored_and_leaves_nothing(api, platform, storage, write, two):
    done(api, VOLUMES, "backup", two[0], name=f"{MADE} to be tried")
    backup = rested(api, BACKUPS, listed(api, BACKUPS, volume=two[0]["cloud_id"]), "available")
    before = {one.id for one in storage.volumes(all_projects=True)}
    address = write(kind="restore-drill", name="drill", query=f"cluster=west&q={MADE} dated")
    job = run(api, platform, address)
    assert job["state"] == "partly"
    said = {item["cloud_id"]: (item["state"], item["reason"]) for item in job["items"]}
    assert said[two[1]["cloud_id"]] == ("failed", "It has no usable backup.")
    state, reason = said[two[0]["cloud_id"]]
    assert state == "done" and reason.startswith(f"Backup “{backup['name']}” of ") and "1 GiB" in reason
    wait_until(lambda: {one.id for one in storage.volumes(all_projects=True)} == before, "it was taken away")
    actions = {event["action"]: event for event in api.get("audit/events/", q="restore-drill-")["results"]}
    assert actions["storage.volume.delete"]["via"] == "schedule"


def names(listing, volume: dict) -> list[str]:
    return [one.name for one in listing(all_projects=True, volume_id=volume["cloud_id"]) if "hand" not in one.name]


def at_rest(api, server: dict) -> bool:
    return not api.get(f"compute/servers/{server['id']}/")["task_state"]
