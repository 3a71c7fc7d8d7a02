"""The overview and charts of a year, of 50 clusters with 100,000 servers, and what sampling them costs."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.support.figures import Failure, Figures, say
from benchmarks.support.platform import BASE, environment
from tests.services import mariadb

SERVERS = 100_000
HOME_MS, CHART_MS, MOST_PERCENT, MOST_MB = 150.0, 200.0, 2.0, 2000.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=SERVERS, help=f"the number of servers (default: {SERVERS})")
    parser.add_argument("--database", choices=["sqlite", "mariadb"], default="sqlite")


def run(figures: Figures, options: argparse.Namespace) -> None:
    say(f"{options.database}: filling a platform with {options.rows} servers and a year of samples")
    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        if options.database == "sqlite":
            found = _measure(options.rows, Path(folder), "")
        else:
            with mariadb() as url:
                found = _measure(options.rows, Path(folder), url)
    figures.at_most("sampled figures", found["series"], None)
    figures.at_most("sampling: percent of one core", found["percent of one core"], MOST_PERCENT)
    for name in ("seconds of a frame", "seconds of a wide frame", "seconds of thinning an hour"):
        figures.at_most(f"sampling: {name}", found[name], None)
    size = found["MB of a year's blocks"] + found["MB of two days of frames"]
    figures.at_most("samples of a year: MB", size, MOST_MB)
    figures.at_most("samples of a year: of these, two days of frames: MB", found["MB of two days of frames"], None)
    for name, page in found.items():
        if not name.endswith(": everything"):
            continue
        name = name.removesuffix(": everything")
        few = found[f"{name}: few"]
        # With SQLite all of the work is in the process: what it computed is what it takes on a quiet machine.
        figures.at_most(f"{name}: ms of the processor", page["cpu"], HOME_MS if name.startswith("home") else CHART_MS)
        figures.at_most(f"{name}: ms by the clock", page["ms"], None)
        figures.equal(f"{name}: queries for 50 clusters as for 5", page["queries"], few["queries"])


def _measure(rows: int, folder: Path, url: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.support.samples", str(rows)],
        cwd=BASE,
        env=environment(folder, url),
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise Failure("The platform ended; its last words are above.")
    return json.loads(done.stdout.splitlines()[-1])
