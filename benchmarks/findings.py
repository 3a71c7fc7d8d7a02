"""What is stuck and orphaned among 100,000 resources of all types, on SQLite and on a private MariaDB.

Times are of whole requests of the page, by somebody who is no superuser. One row in a hundred is a finding.
"""

import argparse
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.support.figures import Failure, Figures, median, say
from benchmarks.support.platform import BASE, environment
from tests.services import ServiceError, mariadb

ROWS, MOST_MS = 100_000, 300.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--database", choices=["sqlite", "mariadb"], help="only this one")


def run(figures: Figures, options: argparse.Namespace) -> None:
    for name in ("sqlite", "mariadb"):
        if options.database not in (None, name):
            continue
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="opsys-benchmark-"))
            try:
                url = stack.enter_context(mariadb()) if name == "mariadb" else ""
            except ServiceError as error:
                figures.failed(name, str(error))
                continue
            _measure(figures, name, environment(Path(folder), url), options)


def _measure(figures: Figures, name: str, settings: dict[str, str], options: argparse.Namespace) -> None:
    say(f"{name}: filling {options.rows} rows")
    command = [sys.executable, "-m", "benchmarks.support.findings", str(options.rows), str(options.rounds)]
    done = subprocess.run(command, cwd=BASE, env=settings, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failure(f"{name}: the measuring process ended; its last words are above.")
    findings, queries, *times = map(float, done.stdout.split())
    figures.at_least(f"{name}: findings", findings, options.rows / 200)
    figures.at_most(f"{name}: queries of the page", queries, None)
    figures.at_most(f"{name}: page at {options.rows} rows: ms", median(times), MOST_MS)
