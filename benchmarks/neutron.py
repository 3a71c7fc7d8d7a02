"""How many requests Neutron gets from us while nobody looks: with 20,000 ports and 5,000 rules of security groups.

Counted on the wire, over all types of Neutron together. At a real Neutron for some minutes: long lists are read
completely once an hour only, so what that asks is counted at the first reading and spread over the hour. With
--stand-in for a whole hour, by a clock that is put forward, at one that answers at once with copies of what a real one
told.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from benchmarks.support import lab
from benchmarks.support.counting import Counting
from benchmarks.support.figures import Failure, Figures, say
from benchmarks.support.lab import running_lab
from benchmarks.support.platform import BASE, environment
from lab import Lab
from lab.layout import PUBLIC_PORTS
from tests.platform import Platform

PORTS, RULES, MOST_A_MINUTE = 20_000, 5_000, 6
HOUR_MINUTES = 60
ACTIVE_SECONDS = 120
"""For so long after the first reading it may still be looked at more often."""
GIVE_UP_SECONDS = 1800


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ports", type=int, default=PORTS)
    parser.add_argument("--rules", type=int, default=RULES)
    parser.add_argument("--rest", type=float, default=900, help="seconds over which requests are counted")
    parser.add_argument("--stand-in", action="store_true", help="without a lab")
    lab.add_arguments(parser)


def run(figures: Figures, options: argparse.Namespace) -> None:
    if options.stand_in:
        return _hour(figures, options)
    with running_lab(options, ["east"]) as clouds, tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        _fill(clouds, options)
        east = clouds.cloud("east")
        address = east.address.rpartition(".")[0] + ".111"
        counting = Counting(address, east.address, PUBLIC_PORTS["identity"], PUBLIC_PORTS["network"])
        clouds_yaml = Path(folder) / "clouds.yaml"
        clouds_yaml.write_text(clouds.layout.clouds_yaml.read_text().replace(f"{east.address}:", f"{address}:"))
        platform = Platform(Path(folder))
        platform.manage("init-db", "--demo")
        with counting.running():
            platform.manage("add-cluster", "east", "--from-clouds-yaml", str(clouds_yaml))
            try:
                platform.start()
                _measure(figures, platform, counting, options)
            finally:
                platform.stop()


def _hour(figures: Figures, options: argparse.Namespace) -> None:
    command = [sys.executable, "-m", "benchmarks.support.neutron_hour", str(options.ports), str(options.rules)]
    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        done = subprocess.run(command, cwd=BASE, env=environment(Path(folder)), stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failure("The measuring process ended; its last words are above.")
    told = json.loads(done.stdout)
    for path, count in sorted(told["hour"].items(), key=lambda pair: -pair[1]):
        say(f"{count / HOUR_MINUTES:6.2f} a minute: {path}")
    figures.equal("ports read", told["known"]["Port"], options.ports)
    figures.equal("rules read", told["known"]["SecurityGroupRule"], options.rules)
    figures.at_most("in the quarter of an hour of the first reading: requests", told["first"], None)
    figures.at_most(
        "in the hour after it: requests a minute", sum(told["hour"].values()) / HOUR_MINUTES, MOST_A_MINUTE
    )


def _fill(clouds: Lab, options: argparse.Namespace) -> None:
    """Up to so many of both."""
    schema = "east_neutron"
    for table, wanted, clone in (
        ("ports", options.ports, clouds.clone_ports),
        ("securitygrouprules", options.rules, clouds.clone_rules),
    ):
        missing = wanted - int(clouds.database.query(f"SELECT COUNT(*) FROM {table}", schema)[0][0])
        if missing > 0:
            clone("east", missing)


def _measure(figures: Figures, platform: Platform, counting: Counting, options: argparse.Namespace) -> None:
    began = time.monotonic()
    while not (states := _states(platform)) or not all(state["full_at"] for state in states.values()):
        if time.monotonic() - began > GIVE_UP_SECONDS:
            raise Failure(f"Not read within {GIVE_UP_SECONDS} s: {states}")
        time.sleep(1)
    say(f"all read after {time.monotonic() - began:.0f} s with {len(counting.asked)} requests")
    figures.at_least("ports read", _count(platform, "networking_port"), options.ports)
    figures.at_least("rules read", _count(platform, "networking_securitygrouprule"), options.rules)
    figures.at_most("first reading: requests", len(counting.asked), None)
    long = {name: state["full_pages"] for name, state in states.items() if (state["full_pages"] or 0) > 2}
    time.sleep(ACTIVE_SECONDS)
    began, marks = time.monotonic(), {name: state["full_at"] for name, state in _states(platform).items()}
    time.sleep(options.rest)
    minutes = (time.monotonic() - began) / 60
    asked = counting.since(began)
    again = [name for name, state in _states(platform).items() if name in long and state["full_at"] != marks[name]]
    hourly = sum(pages for name, pages in long.items() if name not in again) / HOUR_MINUTES
    for path, count in Counter(path.rpartition("/v2.0/")[2] for path in asked).most_common():
        say(f"{count / minutes:6.2f} a minute: {path}")
    figures.at_most("at rest: requests a minute", len(asked) / minutes, MOST_A_MINUTE)
    figures.at_most("complete readings of long lists, once an hour: requests a minute", hourly, None)
    figures.at_most("both: requests a minute", len(asked) / minutes + hourly, MOST_A_MINUTE)
    failing = {name: state["error"] for name, state in _states(platform).items() if state["error"]}
    figures.equal("types that could not be read", failing, {})


def _states(platform: Platform) -> dict[str, dict]:
    """How far the reading of Neutron's types is, by type."""
    with closing(sqlite3.connect(platform.folder / "opsys.sqlite3", timeout=60)) as database:
        rows = database.execute(
            "SELECT resource, json_object('full_at', full_at, 'full_pages', full_pages, 'error', error)"
            " FROM clusters_syncstate WHERE resource LIKE 'networking.%'"
        ).fetchall()
    return {name: json.loads(state) for name, state in rows}


def _count(platform: Platform, table: str) -> int:
    with closing(sqlite3.connect(platform.folder / "opsys.sqlite3", timeout=60)) as database:
        return database.execute(f"SELECT COUNT(*) FROM {table} WHERE gone_at IS NULL").fetchone()[0]
