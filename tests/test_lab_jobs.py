"""Work survives what kills workers, brokers, databases and clouds; and nothing is asked of a cloud twice.

How often a server was asked is counted in Nova's own log of actions.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.conftest import PASSWORDS
from tests.platform import ApiSession, Platform, wait_until
from tests.services import mariadb_service, redis_service

pytestmark = [pytest.mark.lab, pytest.mark.slow]
SERVERS = 20  # of each cloud
WITHIN = 60
DELAY = 0.5  # seconds that each call takes longer


@pytest.fixture(scope="module")
def clones(lab):
    """Servers enough in both clouds; their names begin with clone-."""
    for cloud in lab.clouds:
        lab.clone(cloud.name, SERVERS)


class Bulk:
    """A bulk action on all clones of both clouds, whichever of stop and start they are ready for."""

    def __init__(self, platform: Platform, openstack):
        self.platform, self.openstack = platform, openstack
        self.api: ApiSession = platform.session("admin", PASSWORDS["admin"])
        rows = [row for row in self.api.rows("compute/servers/") if row["name"].startswith("clone-")]
        assert len(rows) >= 2 * SERVERS
        running = sum(row["status"] == "ACTIVE" for row in rows) > len(rows) / 2
        self.action, self.before = ("stop", "ACTIVE") if running else ("start", "SHUTOFF")
        self.rows = [row for row in rows if row["status"] == self.before][: 2 * SERVERS]
        self.began = datetime.now(UTC)
        self.job = self._submit()

    def _submit(self) -> int:
        answer = requests.post(
            f"{self.api.url}compute/servers/do/{self.action}/",
            json={"ids": [row["id"] for row in self.rows]},
            headers=self.api.headers,
            timeout=30,
        )
        assert answer.status_code == 202, answer.text
        return answer.json()["job"]["id"]

    def items(self) -> list[dict]:
        return self.api.get(f"jobs/{self.job}/")["items"]

    def done(self) -> int:
        return sum(item["state"] == "done" for item in self.items())

    def wait_for_some(self) -> None:
        """Until it is well under way, and far from its end."""
        wait_until(lambda: self.done() >= 5, 30, "some are done", on_failure=self.platform.last_words)
        assert self.done() < len(self.rows)

    def wait_for_all(self, seconds: float = WITHIN) -> float:
        took = wait_until(
            lambda: self.api.get(f"jobs/{self.job}/")["state"] not in ("queued", "running"),
            seconds,
            "the job has ended",
            on_failure=lambda: f"{self.items()}\n{self.platform.last_words()}",
        )
        assert [item for item in self.items() if item["state"] != "done"] == []
        return took

    def asked_of_the_cloud(self) -> dict[str, int]:
        """How often each server was asked for this since we began, by Nova's own log."""
        with ThreadPoolExecutor(8) as pool:  # each answer is delayed
            times = pool.map(lambda row: self._asked(row["cluster"], row["cloud_id"]), self.rows)
            return {row["cloud_id"]: count for row, count in zip(self.rows, times, strict=True)}

    def _asked(self, cluster: str, cloud_id: str) -> int:
        return sum(
            entry["action"] == self.action
            and datetime.fromisoformat(entry["start_time"]).replace(tzinfo=UTC) >= self.began - timedelta(seconds=1)
            for entry in self.openstack(cluster).instance_actions(cloud_id)
        )

    def assert_each_was_asked_once(self) -> None:
        """Once by the log; where we have no request's id the server itself told, and it may not even be that."""
        unnamed = {item["cloud_id"] for item in self.items() if not item["request_id"]}
        asked = self.asked_of_the_cloud()
        assert {cloud_id: times for cloud_id, times in asked.items() if times != 1 and cloud_id not in unnamed} == {}
        assert all(asked[cloud_id] <= 1 for cloud_id in unnamed)


@pytest.fixture
def spare(healthy, clones, tmp_path):
    """spare(**environment) → a platform of the test's own, whose processes it may kill."""
    with ExitStack() as stack:

        def start(workers: int = 1, **environment: str) -> Platform:
            running = Platform(tmp_path, **environment)
            running.init_db()
            running.add_clusters(healthy.layout.clouds_yaml, *[cloud.name for cloud in healthy.clouds])
            for cloud in healthy.clouds:  # slow enough to be interrupted
                cloud.fault("compute", "delay", DELAY)
            stack.callback(running.stop)
            running.start("web", "beat", "worker", *[f"worker-{n}" for n in range(2, workers + 1)])
            return running

        yield start


def test_the_worker_is_killed(spare, openstack):
    platform = spare()
    bulk = Bulk(platform, openstack)
    bulk.wait_for_some()
    platform.kill("worker")
    left = len(bulk.rows) - bulk.done()
    platform.start("worker")
    took = bulk.wait_for_all()
    print(f"killed with {left} left; all done {took:.0f} s after the restart")
    bulk.assert_each_was_asked_once()


def test_the_web_process_is_killed(spare, openstack):
    platform = spare()
    bulk = Bulk(platform, openstack)
    bulk.wait_for_some()
    platform.kill("web")
    platform.start("web")
    bulk.wait_for_all()
    bulk.assert_each_was_asked_once()


def test_a_cloud_is_down_for_a_minute(spare, openstack, healthy):
    platform = spare()
    bulk = Bulk(platform, openstack)
    bulk.wait_for_some()
    healthy.cloud("west").stop("nova")
    time.sleep(60)  # the outage itself
    healthy.cloud("west").start("nova")
    took = bulk.wait_for_all(120)
    print(f"all done {took:.0f} s after the cloud came back")
    bulk.assert_each_was_asked_once()


@pytest.fixture
def services():
    with mariadb_service() as database, redis_service() as cache:
        yield database, cache


def test_one_of_two_workers_is_killed_on_redis_and_mariadb(spare, openstack, services):
    database, cache = services
    platform = spare(2, DATABASE_URL=database.url, REDIS_URL=cache.url)
    bulk = Bulk(platform, openstack)
    bulk.wait_for_some()
    platform.kill("worker")
    bulk.wait_for_all()
    bulk.assert_each_was_asked_once()


def test_redis_is_away_for_twenty_seconds(spare, openstack, services):
    database, cache = services
    platform = spare(2, DATABASE_URL=database.url, REDIS_URL=cache.url)
    cache.stop()
    began = time.monotonic()
    bulk = Bulk(platform, openstack)  # asked for while Redis is away
    time.sleep(max(0, 20 - (time.monotonic() - began)))
    cache.start()
    bulk.wait_for_all()
    bulk.assert_each_was_asked_once()


def test_mariadb_is_restarted(spare, openstack, services):
    database, cache = services
    platform = spare(2, DATABASE_URL=database.url, REDIS_URL=cache.url)
    bulk = Bulk(platform, openstack)
    bulk.wait_for_some()
    database.stop()
    database.start()
    bulk.wait_for_all()
    bulk.assert_each_was_asked_once()


def test_a_worker_that_is_asked_to_stop_hands_its_job_over(spare, openstack):
    platform = spare()
    bulk = Bulk(platform, openstack)
    bulk.wait_for_some()
    worker = platform.processes.pop("worker")
    worker.terminate()
    assert worker.wait(timeout=30) == 0
    assert {item["state"] for item in bulk.items()} <= {"done", "waiting"}
    platform.start("worker")
    bulk.wait_for_all()
    bulk.assert_each_was_asked_once()
