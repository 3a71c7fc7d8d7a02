"""The audit: what its proof costs, how quickly it is verified, and how quickly one of many events is found."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.support.figures import Failure, Figures, say
from benchmarks.support.platform import BASE, environment
from tests.services import ServiceError, mariadb

COST_MS, VERIFIED_A_SECOND, SEARCH_MS = 1.0, 20_000, 100.0
# It holds the indexes, as docs/audit.md asks for.
BUFFER_POOL = "--innodb-buffer-pool-size=2G"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--proved", type=int, default=100_000, help="events under the proof (default: 100000)")
    parser.add_argument("--rows", type=int, default=5_000_000, help="events to search among (default: 5000000)")
    parser.add_argument("--rounds", type=int, default=7, help="how often each search is asked (default: 7)")


def run(figures: Figures, options: argparse.Namespace) -> None:
    try:
        with mariadb(BUFFER_POOL) as url:
            _measure(figures, options, url)
    except ServiceError as error:
        raise Failure(str(error)) from error


def _measure(figures: Figures, options: argparse.Namespace, url: str) -> None:
    say(f"MariaDB: {options.proved} events under the proof, {options.rows} to search among")
    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "benchmarks.support.audited"),
                *(str(options.proved), str(options.rows), str(options.rounds)),
            ],
            cwd=BASE,
            env=environment(Path(folder), url),
            stdout=subprocess.PIPE,
            text=True,
        )
    if done.returncode:
        raise Failure("The platform with the events ended; its last words are above.")
    said = json.loads(done.stdout.splitlines()[-1])
    figures.at_most("proof of one event: ms", said["proof_ms"], COST_MS)
    figures.at_most("writing one event: ms", said["write_ms"], None)
    figures.at_least("verified: events a second", said["verified"], VERIFIED_A_SECOND)
    figures.equal("findings in an untouched log", said["findings"], 0)
    figures.equal("findings after one change", said["found"], 1)
    for name, ms in said["searches"].items():
        figures.at_most(f"{options.rows} events, {name}: ms", ms, SEARCH_MS)
