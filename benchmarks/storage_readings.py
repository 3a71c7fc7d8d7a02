"""Many volumes of a real cloud: what it costs Cinder and us that nothing changes, how soon what does is on a page."""

import argparse
import asyncio
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.live import Person
from benchmarks.support import lab
from benchmarks.support.at_rest import processor, seen, wait
from benchmarks.support.figures import Figures, median, say
from benchmarks.support.lab import running_lab
from benchmarks.support.volumes import Volumes
from lab import Lab
from lab.layout import PROJECTS
from tests.platform import Platform

VOLUMES = 20_000
MOST_REQUESTS, MOST_PERCENT = 4, 3
MOST_CHANGED_SECONDS, MOST_GONE_SECONDS = 12, 35
FIRST_SECONDS = 1200
SETTLE_SECONDS = 60  # somebody who looked counts for half of it
PAGE = ("storage.volume", "/storage/volumes/")
ASKED = re.compile(r"\] (GET|POST|PUT|DELETE) http://[^/\s]+(/\S*)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--volumes", type=int, default=VOLUMES)
    parser.add_argument("--rest", type=float, default=600, help="seconds over which the requests are counted")
    parser.add_argument("--changes", type=int, default=20, help="changes of each kind")
    lab.add_arguments(parser)


def run(figures: Figures, options: argparse.Namespace) -> None:
    with running_lab(options) as clouds, tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        clouds.cloud("west").stop(*PROJECTS, "edge")  # one is enough
        outside = Volumes(clouds.cloud("east"))
        missing = options.volumes - sum(1 for _ in outside.all())
        if missing > 0:
            clouds.clone_volumes("east", missing)
        platform = Platform(Path(folder))
        platform.manage("init-db", "--demo")
        platform.manage("add-cluster", "east", "--from-clouds-yaml", str(clouds.layout.clouds_yaml))
        try:
            platform.start()
            measure(figures, clouds, outside, platform, rest=options.rest, changes=options.changes)
        finally:
            platform.stop()


def measure(figures: Figures, clouds: Lab, outside: Volumes, platform: Platform, *, rest: float, changes: int) -> None:
    """With a platform that knows the cloud "east" alone."""
    took = wait(lambda: _first_reading_ended(platform), FIRST_SECONDS, "the first reading")
    figures.at_most("volumes", platform.first_value("SELECT COUNT(*) FROM storage_volume WHERE gone_at IS NULL"), None)
    figures.at_most("first reading: seconds", took, None)
    time.sleep(SETTLE_SECONDS)
    log = clouds.layout.cloud("east") / "log" / "cinder.log"
    asked, percent = _cost(log, platform, rest)
    _tell(figures, "at rest", asked, rest)
    figures.at_most("at rest: requests a minute", 60 * asked.total() / rest, MOST_REQUESTS)
    figures.at_most("at rest: CPU %", percent, MOST_PERCENT)
    asyncio.run(_watch(figures, outside, platform, log, changes))


def _tell(figures: Figures, when: str, asked: Counter[str], seconds: float) -> None:
    for path, times in asked.most_common():
        say(f"{when}: {60 * times / seconds:5.2f} a minute {path}")


def _cost(log: Path, platform: Platform, seconds: float) -> tuple[Counter[str], float]:
    """What Cinder was asked meanwhile, by path, and how much of a core our processes took."""
    before, place = processor(platform), log.stat().st_size
    began = time.monotonic()
    time.sleep(seconds)
    percent = 100 * (processor(platform) - before) / (time.monotonic() - began)
    return _asked(log, place), percent


def _asked(log: Path, place: int) -> Counter[str]:
    """By what Cinder itself wrote down from this place on."""
    with log.open("rb") as file:
        file.seek(place)
        found = ASKED.findall(file.read().decode(errors="replace"))
    return Counter(f"{method} {re.sub(r'[0-9a-f-]{32,36}', '…', path.partition('?')[0])}" for method, path in found)


async def _watch(figures: Figures, outside: Volumes, platform: Platform, log: Path, changes: int) -> None:
    person, draw = Person(platform.url, "admin", "admin123"), random.Random(1)
    volumes = await asyncio.to_thread(lambda: list(outside.all()))
    clones = [volume["id"] for volume in volumes if str(volume["name"]).startswith("clone-")]
    before, place, began = processor(platform), log.stat().st_size, time.monotonic()
    changed = [await seen(person, PAGE, outside, one, draw, gone=False) for one in draw.sample(clones, changes)]
    gone = [await seen(person, PAGE, outside, one, draw, gone=True) for one in draw.sample(clones, changes)]
    took = time.monotonic() - began
    percent = 100 * (processor(platform) - before) / took
    asked = _asked(log, place)
    _tell(figures, "with an open page", asked, took)
    figures.at_most("with an open page: requests a minute", 60 * asked.total() / took, None)
    figures.at_most("with an open page: CPU %", percent, None)
    for what, times, bound in (("changed", changed, MOST_CHANGED_SECONDS), ("deleted", gone, MOST_GONE_SECONDS)):
        figures.at_most(f"{what} outside: median seconds until seen", median(times), None)
        p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
        figures.at_most(f"{what} outside: p95 seconds until seen", p95, bound)
        figures.at_most(f"{what} outside: slowest of all", max(times), None)


def _first_reading_ended(platform: Platform) -> bool:
    resource = "resource = 'storage.volume' AND full_at IS NOT NULL"
    return bool(platform.first_value(f"SELECT COUNT(*) FROM clusters_syncstate WHERE {resource}"))
