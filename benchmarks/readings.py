"""Many servers of a real cloud change at once: how soon all of it, and a single further change, are seen."""

import argparse
import json
import random
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.support import lab
from benchmarks.support.at_rest import wait
from benchmarks.support.figures import Figures, median, say
from benchmarks.support.lab import Compute, running_lab
from lab import Cloud, Lab
from lab.layout import PROJECTS
from tests.platform import ApiSession, Platform

SERVERS = 20_000
MOST_RATIO, MOST_SECONDS, MOST_SHARE = 1.3, 15, 0.30
PAGE_SIZE, MICROVERSION = 1000, "2.96"
GIVE_UP_SECONDS = 1800
# Whether a change is to be seen is asked this often. Ten questions a second, on the machine of the lab, make its Nova
# an eighth slower, which a bare client does not have to bear.
LOOK_SECONDS = 0.5
OF_SERVERS = "FROM clusters_syncstate WHERE resource = 'compute.server'"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--servers", type=int, default=SERVERS)
    parser.add_argument("--rest", type=float, default=600, help="seconds over which our share is measured afterwards")
    lab.add_arguments(parser)


def run(figures: Figures, options: argparse.Namespace) -> None:
    with running_lab(options) as clouds, tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        clouds.cloud("west").stop(*PROJECTS, "edge")  # one is enough
        cloud = clouds.cloud("east")
        plain = Compute(cloud, microversion=MICROVERSION)
        count, floor = _read_all(plain)
        if count < options.servers:
            clouds.clone("east", options.servers - count)
            _count, floor = _read_all(plain)
        figures.at_most("bare client, alone: seconds", floor, None)
        platform = Platform(Path(folder))
        platform.manage("init-db", "--demo")
        platform.manage("add-cluster", "east", "--from-clouds-yaml", str(clouds.layout.clouds_yaml))
        try:
            platform.start()
            _measure(figures, clouds, cloud, platform, floor, options.rest)
        finally:
            platform.stop()


def _measure(figures: Figures, clouds: Lab, cloud: Cloud, platform: Platform, floor: float, rest: float) -> None:
    began = time.monotonic()
    _wait(lambda: platform.first_value(f"SELECT COUNT(*) {OF_SERVERS} AND full_at IS NOT NULL"), "the first reading")
    took, count = time.monotonic() - began, platform.first_value("SELECT COUNT(*) FROM compute_server")
    figures.at_most("servers", count, None)
    figures.at_most("first reading: seconds", took, None)
    figures.at_most("first reading: rows a second", count / took, None)

    plain, api = Compute(cloud, microversion=MICROVERSION), platform.session("admin", "admin123")
    figures.at_most("bare client, beside the platform: seconds", _read_all(plain)[1], None)
    watch = _Watch(api)
    ending, further, seen = uuid.uuid4().hex[:6], f"clone-{uuid.uuid4().hex[:6]}", []
    total = _clones(platform)
    changed_at = _now(platform)
    victim = clouds.rename_clones("east", ending, further=further)
    began = time.monotonic()
    second = int(time.time())
    names = None
    seen.append(_wait(lambda: api.rows("compute/servers/", q=further), "a change of the same second"))
    say(f"{_clones(platform, ending)} of {total} seen, a change of the same second after {seen[0]:.1f} s")
    figures.at_most("single change of the same second: seconds", seen[0], None)
    _wait(lambda: int(time.time()) > second + 1, "the next second")  # the cloud's moments have no fractions
    while not _read_since(platform, changed_at):
        name = f"single {uuid.uuid4().hex[:6]}"
        plain.rename(victim, name)
        seen.append(_wait(lambda name=name: api.rows("compute/servers/", q=name), "a single change"))
        known, read = _clones(platform, ending), (_state(platform)["position"] or {}).get("read", total)
        names = names or (time.monotonic() - began if known >= total - 1 else None)
        say(f"{known} of {total} names known, {read} rows read, a single change after {seen[-1]:.1f} s")
        time.sleep(random.uniform(0, 3))
    took = time.monotonic() - began
    _count, floor_after = _read_all(plain)
    figures.at_most("bare client, afterwards: seconds", floor_after, None)
    figures.at_most("mass change, all names known: seconds", names or took, None)
    figures.at_most("mass change, all rows read: seconds", took, None)
    ratio = 2 * took / (floor + floor_after)  # the machine may be busier at one time than at another
    figures.at_most("mass change, all rows read: ratio to the bare client", ratio, MOST_RATIO)
    figures.at_most("single changes meanwhile", len(seen), None)
    figures.at_most("single change meanwhile: seconds p50", median(seen), None)
    figures.at_most(
        "single change meanwhile: seconds p95", statistics.quantiles(seen, n=20, method="inclusive")[-1], MOST_SECONDS
    )
    figures.at_most("single change meanwhile: seconds at most", max(seen), None)

    clouds.rename_clones("east", again := uuid.uuid4().hex[:6])
    _wait(lambda: (_state(platform)["position"] or {}).get("read", 0) > total / 10, "a complete reading")
    platform.kill("worker")
    before = _state(platform)["position"]
    platform.start("worker")
    _wait(lambda: (_state(platform)["position"] or {"read": total})["read"] > before["read"], "it goes on")
    after = _state(platform)["position"] or before
    figures.equal("after kill -9 the same reading goes on", after["began"] == before["began"], True)
    _wait(lambda: _clones(platform, again) >= total - 1, "all of it after kill -9")
    figures.equal("states of the list meanwhile", sorted(watch.end()), ["ok"])
    _wait(lambda: not _state(platform)["position"], "the end of the reading")
    figures.at_most("share of the cloud's time afterwards", _busy(platform, rest), MOST_SHARE)


class _Watch:
    """What the list says of the cluster, all the time."""

    def __init__(self, api: ApiSession):
        self._states: set[str] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(api,), daemon=True)
        self._thread.start()

    def _look(self, api: ApiSession) -> None:
        while not self._over.wait(0.5):
            state = api.get("compute/servers/", per_page=1)["clusters"][0]["state"]
            if state != "ok":
                say(f"the list is {state}")
            self._states.add(state)

    def end(self) -> set[str]:
        self._over.set()
        self._thread.join()
        return self._states


def _state(platform: Platform) -> dict[str, Any]:
    return json.loads(platform.first_value(f"SELECT json_object('position', json(position)) {OF_SERVERS}"))


def _now(platform: Platform) -> str:
    return platform.first_value("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")


def _read_since(platform: Platform, moment: str) -> bool:
    """Whether every row was read that was there then."""
    query = "SELECT COUNT(*) FROM compute_server WHERE gone_at IS NULL AND name LIKE 'clone-%'"
    return not platform.first_value(f"{query} AND synced_at < '{moment}'")


def _clones(platform: Platform, ending: str = "") -> int:
    return platform.first_value(f"SELECT COUNT(*) FROM compute_server WHERE name LIKE 'clone-%{ending}'")


def _busy(platform: Platform, seconds: float) -> float:
    """In which part of the time a reading of the servers is under way."""
    query = f"SELECT COUNT(*) {OF_SERVERS} AND running_until IS NOT NULL"
    end, looks = time.monotonic() + seconds, []
    while time.monotonic() < end:
        looks.append(bool(platform.first_value(query)))
        time.sleep(0.2)
    return sum(looks) / len(looks)


def _wait(condition: Callable[[], Any], what: str) -> float:
    return wait(condition, GIVE_UP_SECONDS, what, pause=LOOK_SECONDS)


def _read_all(plain: Compute) -> tuple[int, float]:
    """How many servers there are, and in how many seconds they were read."""
    began = time.perf_counter()
    return sum(map(len, plain.pages(PAGE_SIZE))), time.perf_counter() - began
