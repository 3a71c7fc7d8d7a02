"""The search over everything, with 100,000 servers in 50 clusters, on SQLite and on a private MariaDB.

Times are of whole requests by somebody who holds the clusters through grants; most are what a browser asks for while
one types.
"""

import argparse
from contextlib import contextmanager

from benchmarks.support.figures import Figures, median, say
from benchmarks.support.platform import Platform
from tests.services import ServiceError, mariadb

ROWS, WARM_UP, MOST_MS = 100_000, 2, 100.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=15, help="how often each text is searched for (default: 15)")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"servers (default: {ROWS})")
    parser.add_argument("--database", choices=["sqlite", "mariadb"], help="only this one")


@contextmanager
def _sqlite():
    yield ""


def run(figures: Figures, options: argparse.Namespace) -> None:
    for name, database in (("sqlite", _sqlite), ("mariadb", mariadb)):
        if options.database in (None, name):
            try:
                with database() as url:
                    _measure(figures, name, url, options)
            except ServiceError as error:
                figures.failed(name, str(error))


def _measure(figures: Figures, database: str, url: str, options: argparse.Namespace) -> None:
    say(f"{database}: filling a platform with {options.rows} servers")
    with Platform(options.rows, url, "find") as platform:
        platform.wait()
        for _ in range(WARM_UP):
            platform.ask()
        say(f"{database}: {options.rounds} rounds")
        rounds = [platform.ask() for _ in range(options.rounds)]
    for text in rounds[0]:
        figures.at_most(f"{database}, {text}: ms", median(answers[text]["ms"] for answers in rounds), MOST_MS)
        figures.at_most(f"{database}, {text}: fastest ms", min(answers[text]["ms"] for answers in rounds), None)
        figures.at_most(f"{database}, {text}: queries", median(answers[text]["queries"] for answers in rounds), None)
    first = next(iter(rounds[0]))
    figures.at_most(f"{database}: wall time per CPU time", median(a[first]["busy"] for a in rounds), None)
