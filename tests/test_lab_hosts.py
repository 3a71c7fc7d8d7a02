"""Hosts, aggregates and quotas on a real cloud: what REST does, OpenStack's own command line confirms."""

from contextlib import ExitStack

import pytest
import requests

from tests.openstack_cli import OpenStackCli
from tests.platform import PATIENCE_SECONDS, wait_until

pytestmark = [pytest.mark.lab, pytest.mark.slow]
HOST = "compute-2"


@pytest.fixture(scope="module")
def west(lab):
    return OpenStackCli(lab.layout.clouds_yaml, "west")


@pytest.fixture(scope="module")
def hypervisor(api):
    (row,) = api.rows("compute/hypervisors/", cluster="west", host=HOST)
    return row


@pytest.fixture(scope="module")
def service(api):
    (row,) = api.rows("compute/services/", cluster="west", host=HOST, binary="nova-compute")
    return row


@pytest.fixture
def in_service(west):
    """However a test ends, the host works afterwards."""
    yield
    west("compute", "service", "set", "--up", "--enable", HOST, "nova-compute")


def state_of(west) -> dict:
    services = west("compute", "service", "list", "--service", "nova-compute", "--host", HOST, "--long")
    return services[0]


def done(outcomes: list[dict]) -> None:
    assert [outcome["reason"] for outcome in outcomes if outcome["status"] != "done"] == []


@pytest.mark.parametrize("room", ["hypervisors", "services"])
def test_a_host_is_taken_out_of_service_and_back(api, platform, west, hypervisor, service, in_service, room):
    row = hypervisor if room == "hypervisors" else service
    platform.manage("sync-cluster", "west")  # what was done to the one is seen at the other with a reading
    done(api.do(f"compute/{room}/", "disable", row["id"], reason="new disks"))
    assert (state_of(west)["Status"], state_of(west)["Disabled Reason"]) == ("disabled", "new disks")
    assert api.get(f"compute/{room}/{row['id']}/")["disabled_reason"] == "new disks"
    done(api.do(f"compute/{room}/", "enable", row["id"]))
    assert state_of(west)["Status"] == "enabled"


def test_a_host_is_forced_down_and_up(api, west, service, in_service):
    done(api.do("compute/services/", "force-down", service["id"]))
    assert (state_of(west)["State"], str(state_of(west)["Forced Down"])) == ("down", "True")
    done(api.do("compute/services/", "undo-force-down", service["id"]))
    assert str(state_of(west)["Forced Down"]) == "False"


def test_an_aggregate_from_its_making_to_its_end(api, west):
    address = f"{api.url}compute/aggregates/new/create/"
    body = {"cluster": "west", "params": {"name": "hosts-test"}}
    assert requests.post(address, json=body, headers=api.headers, timeout=PATIENCE_SECONDS).status_code == 201
    with ExitStack() as stack:
        (row,) = [row for row in api.rows("compute/aggregates/", cluster="west") if row["name"] == "hosts-test"]
        cloud_id, pk = row["cloud_id"], row["id"]
        stack.callback(_remove, west, cloud_id)
        shown = west("aggregate", "show", cloud_id)
        assert (shown["name"], shown["availability_zone"], shown["hosts"]) == ("hosts-test", None, [])
        done(api.do("compute/aggregates/", "edit", pk, name="hosts-changed"))
        done(api.do("compute/aggregates/", "set-metadata", pk, metadata={"ssd": "true", "old": "1"}))
        done(api.do("compute/aggregates/", "set-metadata", pk, metadata={"ssd": "false"}))
        done(api.do("compute/aggregates/", "add-host", pk, host=HOST))
        shown = west("aggregate", "show", cloud_id)
        assert (shown["name"], shown["availability_zone"], shown["hosts"]) == ("hosts-changed", None, [HOST])
        assert shown["properties"] == {"ssd": "false"}
        (refused,) = api.do("compute/aggregates/", "delete", pk)
        assert (refused["status"], refused["code"]) == ("refused", "state")
        done(api.do("compute/aggregates/", "remove-host", pk, host=HOST))
        done(api.do("compute/aggregates/", "edit", pk, availability_zone="hosts-az"))
        assert west("aggregate", "show", cloud_id)["availability_zone"] == "hosts-az"
        done(api.do("compute/aggregates/", "delete", pk))
        assert cloud_id not in {str(found["ID"]) for found in west("aggregate", "list")}


def _remove(west, cloud_id: str) -> None:
    if cloud_id in {str(found["ID"]) for found in west("aggregate", "list")}:
        for host in west("aggregate", "show", cloud_id)["hosts"]:
            west("aggregate", "remove", "host", cloud_id, host)
        west("aggregate", "delete", cloud_id)


def test_quotas_of_a_project(api, west):
    (row,) = [row for row in api.rows("identity/projects/", cluster="west") if row["name"] == "sandbox"]
    for kind, flag, key, said in (
        ("compute", "--compute", "cores", "cores"),
        ("storage", "--volume", "volumes", "volumes"),
        ("network", "--network", "port", "ports"),
    ):
        panel = api.get(f"identity/projects/{row['id']}/panels/{kind}-quota/")["quotas"]
        (before,) = [quota["limit"] for quota in panel if quota["name"] == key]
        done(api.do("identity/projects/", f"set-{kind}-quota", row["id"], **{key: before + 7}))
        limits = {quota["Resource"]: quota["Limit"] for quota in west("quota", "show", flag, row["cloud_id"])}
        assert limits[said] == before + 7
        done(api.do("identity/projects/", f"set-{kind}-quota", row["id"], **{key: before}))


def test_a_host_is_emptied(api, west, hypervisor, in_service, platform):
    """What runs moves while it runs, what is stopped moves cold and is confirmed; done means that it has left. A lock
    is off only meanwhile, and who stays is told with the reason."""
    here = api.rows("compute/servers/", cluster="west", host=HOST)
    locked = next(row for row in here if row["status"] == "ACTIVE" and not row["locked"])
    done(api.do("compute/servers/", "lock", locked["id"]))
    plan = api.get(f"jobs/empty-host/{hypervisor['id']}/")["servers"]
    assert {move["name"] for move in plan} == {row["name"] for row in here}
    movable = {move["cloud_id"]: move["action"] for move in plan if not move["reason"] or move["unlockable"]}
    assert locked["cloud_id"] in movable
    assert {"live-migrate", "migrate"} <= set(movable.values()), plan
    answer = requests.post(
        f"{api.url}jobs/empty-host/{hypervisor['id']}/",
        json={"reason": "new disks", "at_once": 4, "unlock": True},
        headers=api.headers,
        timeout=PATIENCE_SECONDS,
    )
    assert answer.status_code == 202, answer.text
    job = f"jobs/{answer.json()['job']['id']}/"
    wait_until(
        lambda: api.get(job)["state"] not in ("queued", "running"),
        "the host is empty",
        300,
        on_failure=lambda: f"{api.get(job)['items']}\n{platform.last_words()}",
    )
    items = api.get(job)["items"]
    assert {item["cloud_id"] for item in items if item["state"] == "done"} == set(movable), items
    stayed = {item["cloud_id"]: item["reason"] for item in items if item["state"] != "done"}
    assert set(stayed) == {move["cloud_id"] for move in plan} - set(movable) and all(stayed.values())
    # How many are there is read once more after the job.
    wait_until(lambda: api.get(job)["result"]["reached"] is not bool(stayed), "it tells what it led to")
    assert west("server", "show", locked["cloud_id"])["locked"] is True
    west("server", "unlock", locked["cloud_id"])
    left = {row["ID"]: row for row in west("server", "list", "--all-projects", "--host", HOST)}
    assert not set(movable) & set(left)
    moved = {row["ID"]: row["Status"] for row in west("server", "list", "--all-projects")}
    assert {moved[cloud_id] for cloud_id in movable} <= {"ACTIVE", "PAUSED", "SHUTOFF"}
    assert state_of(west)["Status"] == "disabled"
