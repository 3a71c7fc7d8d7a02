"""Each action through each door, and what the cloud itself says afterwards."""

import json

import pytest

from tests.platform import wait_until

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def row(api, openstack, lab):
    """A running server of west that these tests may push around; its row of our list."""
    made = openstack("west").boot("pushed")
    wait_until(lambda: [row["status"] for row in api.rows("compute/servers/", q=made)] == ["ACTIVE"], "it is listed")
    yield api.rows("compute/servers/", q=made)[0]
    openstack("west").remove(made)


def events(api, row, action: str) -> list[dict]:
    found = api.get("audit/events/", text=row["cloud_id"])["results"]
    return [event for event in found if event["action"] == f"compute.server.{action}"]


CHAIN = [
    ("stop", "SHUTOFF"),
    ("start", "ACTIVE"),
    ("reboot", "ACTIVE"),
    ("hard-reboot", "ACTIVE"),
    ("lock", "ACTIVE"),
    ("unlock", "ACTIVE"),
]


@pytest.mark.parametrize(("action", "wanted"), CHAIN)
def test_through_the_api(healthy, api, openstack, row, action, wanted):
    outcome = api.do("compute/servers/", action, row["id"])[0]
    assert (outcome["status"], outcome["reason"]) == ("done", "")
    assert outcome["request_id"].startswith("req-")

    def settled():
        now = api.get(f"compute/servers/{row['id']}/")
        return now["status"] == wanted and not now["task_state"] and now["locked"] is (action == "lock")

    wait_until(settled, f"{action} has ended")
    there = openstack("west").server(row["cloud_id"])
    assert there["status"] == wanted
    assert there["locked"] is (action == "lock")
    done = [event for event in events(api, row, action) if event["phase"] == "done"]
    assert outcome["request_id"] in {event["request_id"] for event in done}


def test_through_the_command_line(healthy, platform, api, openstack, row):
    done = platform.manage("ops", "compute.server", "stop", row["cloud_id"], "--as", "operator", "--json")
    assert json.loads(done.stdout)[0]["status"] == "done"
    wait_until(lambda: openstack("west").server(row["cloud_id"])["status"] == "SHUTOFF", "the cloud stopped it")
    wait_until(lambda: api.get(f"compute/servers/{row['id']}/")["status"] == "SHUTOFF", "the list shows it as stopped")
    refused = platform.manage("ops", "compute.server", "stop", row["cloud_id"], "--as", "operator", check=False)
    assert refused.returncode == 1 and "SHUTOFF" in refused.stdout


def test_a_viewer_is_refused_and_the_cloud_untouched(healthy, platform, api, openstack, row):
    viewer = platform.session("viewer", "viewer123")
    outcome = viewer.do("compute/servers/", "start", row["id"])[0]
    assert (outcome["status"], outcome["code"]) == ("refused", "permission")
    assert openstack("west").server(row["cloud_id"])["status"] == "SHUTOFF"
    assert [event["user"] for event in events(api, row, "start") if event["phase"] == "refused"] == ["viewer"]


def test_what_the_cloud_refuses_is_told(healthy, platform, api, openstack, row):
    """The list has not heard of the deletion: without a worker nobody reads."""
    west = openstack("west")
    west("server", "start", row["cloud_id"])
    wait_until(lambda: api.get(f"compute/servers/{row['id']}/")["status"] == "ACTIVE", "the list shows it running")
    platform.terminate("worker")
    try:
        west("server", "delete", row["cloud_id"], "--wait")
        wait_until(lambda: west.shown("server", row["cloud_id"]) is None, "Nova knows it no longer")
        outcome = api.do("compute/servers/", "delete", row["id"])[0]
    finally:
        platform.start("worker")
    assert (outcome["status"], outcome["code"]) == ("failed", "not_found")
    wait_until(lambda: not api.rows("compute/servers/", q=row["cloud_id"]), "the row is gone")


def test_delete(healthy, api, openstack):
    cli = openstack("east")
    made = cli.boot("doomed")
    wait_until(lambda: api.rows("compute/servers/", q=made), "the server is listed")
    pk = api.rows("compute/servers/", q=made)[0]["id"]
    assert api.do("compute/servers/", "delete", pk)[0]["status"] == "done"
    wait_until(lambda: not api.rows("compute/servers/", q=made), "the row is gone")
    # Nova says DELETED a moment before its list leaves it out.
    wait_until(lambda: made not in {server["ID"] for server in cli("server", "list", "--all-projects")}, "it is gone")


def test_openstacks_own_command_line_with_the_stored_credential(healthy, platform, openstack):
    words = ["server", "list", "--all-projects", "-f", "json"]
    done = platform.manage("openstack", "east", "--as", "admin", "--", *words)
    there = {server["ID"] for server in openstack("east")("server", "list", "--all-projects")}
    assert {server["ID"] for server in json.loads(done.stdout)} == there
    wrong = platform.manage("openstack", "east", "--as", "admin", "--", "server", "show", "no-such", check=False)
    assert wrong.returncode == 1 and "no-such" in wrong.stderr
    refused = platform.manage("openstack", "east", "--as", "viewer", "--", *words, check=False)
    assert refused.returncode == 1 and "administer" in refused.stderr
