"""Schedules on a real cloud: made up for after an outage, and snapshots of which the older one goes."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.platform import PATIENCE_SECONDS, wait_until
from tests.schedules import post, run

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def servers(lab, openstack, platform):
    """Two running servers in east, called sched-0 and sched-1, which the platform knows."""
    lab.clone("east", 2)
    compute = openstack("east").connection.compute
    two = [s for s in compute.servers(all_projects=True, name="clone-") if s.status == "ACTIVE"][:2]
    with ExitStack() as stack:
        for number, server in enumerate(two):
            compute.update_server(server, name=f"sched-{number}")
            stack.callback(compute.update_server, server, name=server.name)
        platform.manage("sync-cluster", "east")
        yield [server.id for server in two]


@pytest.fixture
def write(api):
    """write(name=…, …) → the address of a new schedule, which is gone after the test."""
    with ExitStack() as stack:

        def one(**fields):
            made = post(api, "jobs/schedules/", {"time_zone": "UTC", **fields})
            address = f"jobs/schedules/{made['id']}/"
            stack.callback(requests.delete, f"{api.url}{address}", headers=api.headers, timeout=PATIENCE_SECONDS)
            return address

        yield one


def test_what_was_due_during_an_outage_is_made_up_for_once(api, platform, openstack, healthy, servers, write):
    platform.kill("beat")
    latest = (datetime.now(UTC) - timedelta(minutes=12)).replace(second=0, microsecond=0)  # hourly, and not just now
    address = write(name="evenings", action="stop", query="cluster=east&q=sched-", cron=f"{latest.minute} * * * *")
    earlier = latest - timedelta(hours=2)
    platform.manage(
        "shell",
        "-c",
        f"from jobs.models import Schedule\nSchedule.objects.filter(name='evenings').update(next_due_at='{earlier}')",
    )
    platform.start("beat")
    compute = openstack("east").connection.compute
    try:
        took = wait_until(
            lambda: {compute.get_server(pk).status for pk in servers} == {"SHUTOFF"},
            "both are stopped",
            on_failure=lambda: f"{api.get(f'{address}runs/')}\n{platform.last_words()}",
        )
        (run,) = api.get(f"{address}runs/")["results"]
        print(f"stopped {took:.0f} s after the outage: {run['note']}")
        assert (run["state"], run["missed"]) == ("started", 2)
        assert run["note"] == (
            f"2 runs were missed since {earlier:%Y-%m-%d %H:%M} UTC. "
            f"The run of {latest:%Y-%m-%d %H:%M} UTC was made up for."
        )
        (event,) = api.get("audit/events/", action="jobs.schedule.run", q="evenings")["results"]
        assert event["params"]["job"] == run["job"]
        assert {item["cloud_id"] for item in api.get(f"jobs/{run['job']}/")["items"]} == set(servers)
    finally:
        for pk in servers:
            if compute.get_server(pk).status == "SHUTOFF":
                compute.start_server(pk)
            compute.wait_for_server(compute.get_server(pk), interval=0.5, wait=PATIENCE_SECONDS)


def test_a_snapshot_is_taken_and_the_one_before_goes(api, platform, openstack, healthy, servers, write):
    address = write(
        name="nightly",
        kind="snapshot",
        query="cluster=east&q=sched-1",
        keep=1,
        cron="0 2 * * *",
        pattern="sched {date}",
    )
    image = openstack("east").connection.image
    image.create_image(name="sched by hand", allow_duplicates=True)
    try:
        jobs = []
        for _run_number in range(2):
            wait_until(lambda: _rests(api), "the platform knows that the server rests")
            jobs.append(run(api, platform, address))
        reasons = [job["items"][0]["reason"] for job in jobs]
        assert [job["state"] for job in jobs] == ["done", "done"], reasons
        assert reasons == ["", "1 older copy was deleted."]
        left = [one for one in image.images() if one.name.startswith("sched ")]
        assert len(left) == 2 and {one.status for one in left} == {"active", "queued"}
        (kept,) = [one for one in left if one.name != "sched by hand"]
        assert kept.instance_uuid == servers[1]
    finally:
        for one in image.images():
            if one.name.startswith("sched "):
                image.delete_image(one)


def _rests(api):
    (row,) = api.rows("compute/servers/", cluster="east", q="sched-1")
    return row["status"] in ("ACTIVE", "SHUTOFF") and not row["task_state"]
