"""Work survives what kills workers, brokers, databases and clouds; and nothing is asked of a cloud twice.

How often a server was asked is counted in Nova's own log of actions.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.conftest import PASSWORDS, running_platform
from tests.platform import PATIENCE_SECONDS, ApiSession, Platform, wait_until
from tests.services import mariadb_service, redis_service

pytestmark = [pytest.mark.lab, pytest.mark.slow]
SERVERS = 20  # of each cloud
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
        # What the job before did is seen by now.
        wait_until(lambda: len(self.states()) == 1, "all clones are alike", on_failure=self.seen_and_true, pause=0.5)
        rows = self.clones()
        assert len(rows) >= 2 * SERVERS
        self.before = rows[0]["status"]
        self.action = {"ACTIVE": "stop", "SHUTOFF": "start"}[self.before]
        self.rows = rows  # all: tests before may have left clones too
        self.began = datetime.now(UTC)
        self.job = self._submit()

    def clones(self) -> list[dict]:
        return [row for row in self.api.rows("compute/servers/", q="clone-") if row["name"].startswith("clone-")]

    def states(self) -> set[str]:
        return {row["status"] for row in self.clones()}

    def seen_and_true(self) -> str:
        """How many clones of each cluster have which status, in the list and in the cloud; and which differ."""
        seen = {row["cloud_id"]: (row["cluster"], row["status"]) for row in self.clones()}
        true = {
            server["ID"]: (cluster, server["Status"])
            for cluster in {cluster for cluster, _ in seen.values()}
            for server in self.openstack(cluster)("server", "list", "--all-projects", "--name", "clone-")
        }
        differing = {one: (seen.get(one), status) for one, status in true.items() if seen.get(one) != status}
        return f"list {Counter(seen.values())}\ncloud {Counter(true.values())}\ndiffering {differing}"

    def _submit(self) -> int:
        answer = requests.post(
            f"{self.api.url}compute/servers/do/{self.action}/",
            json={"ids": [row["id"] for row in self.rows]},
            headers=self.api.headers,
            timeout=PATIENCE_SECONDS,
        )
        assert answer.status_code == 202, answer.text
        return answer.json()["job"]["id"]

    def items(self) -> list[dict]:
        return self.api.get(f"jobs/{self.job}/")["items"]

    def done(self) -> int:
        return sum(item["state"] == "done" for item in self.items())

    def wait_for_some(self) -> None:
        """Until it is well under way, and far from its end."""
        wait_until(lambda: self.done() >= 5, "some are done", on_failure=self.platform.last_words)
        assert self.done() < len(self.rows)

    def wait_for_all(self) -> float:
        took = wait_until(
            lambda: self.api.get(f"jobs/{self.job}/")["state"] not in ("queued", "running"),
            "the job has ended",
            on_failure=lambda: f"{self.items()}\n{self.platform.last_words()}",
        )
        assert [item for item in self.items() if item["state"] != "done"] == []
        wait_until(
            lambda: self.before not in self.states(),
            "the list shows what was done",
            on_failure=self.seen_and_true,
            pause=0.5,
        )
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
def slow(healthy, clones):
    """Clouds slow enough to be interrupted."""
    for cloud in healthy.clouds:
        cloud.fault("compute", "delay", DELAY)


@pytest.mark.usefixtures("slow")
class TestOnSqlite:
    @pytest.fixture(scope="class")
    def platform(self, lab, clones, tmp_path_factory):
        with running_platform(lab, tmp_path_factory.mktemp("jobs")) as running:
            yield running

    def test_the_worker_is_killed(self, platform, openstack):
        bulk = Bulk(platform, openstack)
        bulk.wait_for_some()
        platform.kill("worker")
        left = len(bulk.rows) - bulk.done()
        platform.start("worker")
        took = bulk.wait_for_all()
        print(f"killed with {left} left; all done {took:.0f} s after the restart")
        bulk.assert_each_was_asked_once()

    def test_the_web_process_is_killed(self, platform, openstack):
        bulk = Bulk(platform, openstack)
        bulk.wait_for_some()
        platform.kill("web")
        platform.start("web")
        bulk.wait_for_all()
        bulk.assert_each_was_asked_once()

    def test_a_cloud_is_down_for_a_minute(self, platform, openstack, healthy):
        bulk = Bulk(platform, openstack)
        bulk.wait_for_some()
        healthy.cloud("west").stop("nova")
        time.sleep(60)  # the outage itself
        healthy.cloud("west").start("nova")
        took = bulk.wait_for_all()
        print(f"all done {took:.0f} s after the cloud came back")
        bulk.assert_each_was_asked_once()

    def test_a_worker_that_is_asked_to_stop_hands_its_job_over(self, platform, openstack):
        bulk = Bulk(platform, openstack)
        bulk.wait_for_some()
        worker = platform.processes.pop("worker")
        worker.terminate()
        assert worker.wait(timeout=PATIENCE_SECONDS) == 0
        # One whose failure can pass waits for its next try with a reason.
        assert {item["state"] for item in bulk.items() if not item["reason"]} <= {"done", "waiting"}
        platform.start("worker")
        bulk.wait_for_all()
        bulk.assert_each_was_asked_once()


@pytest.mark.usefixtures("slow")
class TestOnMariadbAndRedis:
    """With two workers."""

    @pytest.fixture(scope="class")
    def services(self):
        with mariadb_service() as database, redis_service() as cache:
            yield database, cache

    @pytest.fixture(scope="class")
    def platform(self, lab, clones, services, tmp_path_factory):
        database, cache = services
        folder = tmp_path_factory.mktemp("jobs")
        with running_platform(lab, folder, 2, DATABASE_URL=database.url, REDIS_URL=cache.url) as running:
            yield running

    def test_one_of_two_workers_is_killed(self, platform, openstack):
        bulk = Bulk(platform, openstack)
        bulk.wait_for_some()
        platform.kill("worker")
        bulk.wait_for_all()
        platform.start("worker")
        bulk.assert_each_was_asked_once()

    def test_redis_is_away_for_twenty_seconds(self, platform, openstack, services):
        _database, cache = services
        cache.stop()
        began = time.monotonic()
        bulk = Bulk(platform, openstack)  # asked for while Redis is away
        time.sleep(max(0, 20 - (time.monotonic() - began)))
        cache.start()
        bulk.wait_for_all()
        bulk.assert_each_was_asked_once()

    def test_mariadb_is_restarted(self, platform, openstack, services):
        database, _cache = services
        bulk = Bulk(platform, openstack)
        bulk.wait_for_some()
        database.stop()
        database.start()
        bulk.wait_for_all()
        bulk.assert_each_was_asked_once()
