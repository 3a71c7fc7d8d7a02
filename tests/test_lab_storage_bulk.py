"""Many volumes are snapshotted by one job whose worker is killed twice: each has just one snapshot of it."""

import os
from collections import Counter

import pytest
import requests

from tests.conftest import PASSWORDS
from tests.platform import PATIENCE_SECONDS, Platform, wait_until
from tests.storage import MADE, VOLUMES

pytestmark = [pytest.mark.lab, pytest.mark.slow]
COUNT = int(os.environ.get("SNAPSHOT_VOLUMES", "48"))
"""1000 was tried by hand."""
# Seconds that each answer of Cinder takes longer, so that there is something to interrupt.
DELAY = 0.2 if COUNT < 200 else 0


@pytest.fixture
def clones(healthy, openstack):
    """Volumes in west that can be snapshotted without end; their ids."""
    storage = openstack("west").connection.block_storage
    ids = healthy.clone_volumes("west", COUNT)
    quotas = f"/os-quota-sets/{storage.get_project_id()}"  # whoever asks pays, whose ever the volume is
    before = storage.get(quotas).json()["quota_set"]
    storage.put(quotas, json={"quota_set": {"snapshots": -1, "gigabytes": -1}})
    yield ids
    healthy.remove_volume_clones("west")
    storage.put(quotas, json={"quota_set": {name: before[name] for name in ("snapshots", "gigabytes")}})


@pytest.fixture
def platform(healthy, clones, tmp_path):
    """One of the test's own, whose worker it may kill."""
    running = Platform(tmp_path)
    running.init_db()
    running.add_clusters(healthy.layout.clouds_yaml, "west")
    if DELAY:
        healthy.cloud("west").fault("block-storage", "delay", DELAY)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def test_each_volume_has_one_snapshot_of_a_job_whose_worker_is_killed_twice(platform, clones, openstack):
    api = platform.session("admin", PASSWORDS["admin"])
    rows = [row for row in api.rows(VOLUMES) if row["cloud_id"] in set(clones)]
    assert len(rows) == COUNT
    wish = {"ids": [row["id"] for row in rows], "params": {"name": f"{MADE} of {{name}}"}}
    answer = requests.post(f"{api.url}{VOLUMES}do/snapshot/", json=wish, headers=api.headers, timeout=PATIENCE_SECONDS)
    assert answer.status_code == 202, answer.text
    job = f"jobs/{answer.json()['job']['id']}/"

    def states() -> Counter[str]:
        return Counter(item["state"] for item in api.get(job)["items"])

    for part in (COUNT // 6, COUNT // 2):
        wait_until(lambda part=part: states()["done"] >= part, "some are done", on_failure=platform.last_words)
        platform.kill("worker")
        left = COUNT - states()["done"]
        assert left, "it was killed before its end"
        print(f"killed with {left} of {COUNT} left")
        platform.start("worker")
    took = wait_until(
        lambda: api.get(job)["state"] not in ("queued", "running"),
        "the job has ended",
        PATIENCE_SECONDS + COUNT,
        on_failure=platform.last_words,
    )
    assert states() == {"done": COUNT}, [item["reason"] for item in api.get(job)["items"] if item["state"] != "done"]
    found = openstack("west").connection.block_storage.snapshots(all_projects=True)
    made = Counter(one.volume_id for one in found if (one.name or "").startswith(f"{MADE} of clone-"))
    print(f"{made.total()} snapshots of {len(made)} volumes, {took:.0f} s after the last start")
    assert made == Counter(clones)
