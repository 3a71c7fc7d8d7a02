"""Many ports of a real cloud: what Neutron is asked while nobody looks, how soon a change outside is on a page.

`neutron` counts an hour of the same by a clock that is put forward, at a stand-in.
"""

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
from benchmarks.neutron import HOUR_MINUTES, MOST_A_MINUTE, PORTS, RULES
from benchmarks.support import lab
from benchmarks.support.at_rest import processor, seen, wait
from benchmarks.support.figures import Figures, median, say
from benchmarks.support.lab import running_lab
from benchmarks.support.ports import Ports
from lab import Lab
from lab.layout import PROJECTS, PUBLIC_PORTS
from tests.platform import Platform

MOST_SEEN_SECONDS = 90  # ids and revisions are compared once a minute
FIRST_SECONDS = 1800
SETTLE_SECONDS = 60  # somebody who looked counts for half of it
PAGE = ("networking.port", "/networking/ports/")
OF_NEUTRON = "FROM clusters_syncstate WHERE resource LIKE 'networking.%'"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ports", type=int, default=PORTS)
    parser.add_argument("--rules", type=int, default=RULES)
    parser.add_argument("--rest", type=float, default=600, help="seconds over which the requests are counted")
    parser.add_argument("--changes", type=int, default=10, help="changes of each kind")
    lab.add_arguments(parser)


def run(figures: Figures, options: argparse.Namespace) -> None:
    with running_lab(options) as clouds, tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        clouds.cloud("west").stop(*PROJECTS, "edge")  # one is enough
        _fill(clouds, options)
        outside = Ports(clouds.cloud("east"))
        began = time.monotonic()
        count = sum(1 for _ in outside.all())
        figures.at_most("bare client, all ports: seconds", time.monotonic() - began, None)
        platform = Platform(Path(folder))
        platform.manage("init-db", "--demo")
        platform.manage("add-cluster", "east", "--from-clouds-yaml", str(clouds.layout.clouds_yaml))
        try:
            platform.start()
            _measure(figures, clouds, outside, platform, options, count)
        finally:
            platform.stop()


def _fill(clouds: Lab, options: argparse.Namespace) -> None:
    """Up to so many of both."""
    for table, wanted, clone in (
        ("ports", options.ports, clouds.clone_ports),
        ("securitygrouprules", options.rules, clouds.clone_rules),
    ):
        missing = wanted - int(clouds.database.query(f"SELECT COUNT(*) FROM {table}", "east_neutron")[0][0])
        if missing > 0:
            clone("east", missing)


def _measure(
    figures: Figures, clouds: Lab, outside: Ports, platform: Platform, options: argparse.Namespace, count: int
) -> None:
    log = clouds.layout.cloud("east") / "log" / "network-access.log"
    place = log.stat().st_size
    unread = f"SELECT COUNT(*) {OF_NEUTRON} AND full_at IS NULL"
    known = "SELECT COUNT(*) FROM clusters_syncstate WHERE resource = 'networking.port'"
    took = wait(
        lambda: platform.first_value(known) and not platform.first_value(unread), FIRST_SECONDS, "the first reading"
    )
    figures.equal("ports read", _rows(platform, "port"), count)
    figures.at_least("rules read", _rows(platform, "securitygrouprule"), options.rules)
    figures.at_most("first reading of all types: seconds", took, None)
    figures.at_most("first reading of all types: requests", _asked(log, place).total(), None)
    time.sleep(SETTLE_SECONDS)
    _rest(figures, log, platform, options.rest)
    failing = platform.first_value(
        f"SELECT json_group_array(resource || ': ' || error) {OF_NEUTRON} AND error_code != ''"
    )
    figures.equal("types that could not be read", failing, "[]")
    asyncio.run(_watch(figures, outside, platform, options.changes))


def _rest(figures: Figures, log: Path, platform: Platform, seconds: float) -> None:
    """Long lists are read completely once an hour, so what of that was not in this time is added by its share."""
    complete = f"SELECT COALESCE(SUM(full_pages), 0) {OF_NEUTRON} AND full_pages > 2 AND full_at <= "
    moment = platform.first_value("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
    before, place, began = processor(platform), log.stat().st_size, time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    percent, asked = 100 * (processor(platform) - before) / took, _asked(log, place)
    for path, times in asked.most_common():
        say(f"at rest: {60 * times / took:5.2f} a minute {path}")
    counted, hourly = 60 * asked.total() / took, platform.first_value(f"{complete}'{moment}'") / HOUR_MINUTES
    figures.at_most("at rest: requests a minute", counted, MOST_A_MINUTE)
    figures.at_most("at rest, with the share of what is read once an hour: requests a minute", counted + hourly, None)
    figures.at_most("at rest: CPU %", percent, None)


def _asked(log: Path, place: int) -> Counter[str]:
    """What was asked from outside the cloud, by what Neutron itself was asked from this place of its log on."""
    with log.open("rb") as file:
        file.seek(place)
        lines = [line.split(" ", 2) for line in file.read().decode(errors="replace").splitlines()]
    ours = [(method, path) for host, method, path in lines if host.endswith(f":{PUBLIC_PORTS['network']}")]
    return Counter(f"{method} {re.sub(r'[0-9a-f-]{32,36}', '…', path.partition('?')[0])}" for method, path in ours)


async def _watch(figures: Figures, outside: Ports, platform: Platform, changes: int) -> None:
    person, draw = Person(platform.url, "admin", "admin123"), random.Random(1)
    ports = await asyncio.to_thread(lambda: list(outside.all("id", "name")))
    clones = [port["id"] for port in ports if port["name"].startswith("clone-")]
    changed = [await seen(person, PAGE, outside, one, draw, gone=False) for one in draw.sample(clones, changes)]
    gone = [await seen(person, PAGE, outside, one, draw, gone=True) for one in draw.sample(clones, changes)]
    for what, times in (("changed", changed), ("deleted", gone)):
        figures.at_most(f"{what} outside: median seconds until seen", median(times), None)
        p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
        figures.at_most(f"{what} outside: p95 seconds until seen", p95, MOST_SEEN_SECONDS)
        figures.at_most(f"{what} outside: slowest of all", max(times), None)


def _rows(platform: Platform, kind: str) -> int:
    return platform.first_value(f"SELECT COUNT(*) FROM networking_{kind} WHERE gone_at IS NULL")
