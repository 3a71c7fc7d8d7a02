"""How many requests Neutron gets from us while nobody looks: with 20,000 ports and 5,000 rules of security groups.

Counted on the wire, over all types of Neutron together, for an hour by a clock that is put forward: at a stand-in that
pages and filters as Neutron does, and answers with copies of what a real one told.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.support.figures import Failure, Figures, say
from benchmarks.support.platform import BASE, environment

PORTS, RULES, MOST_A_MINUTE = 20_000, 5_000, 6
HOUR_MINUTES = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ports", type=int, default=PORTS)
    parser.add_argument("--rules", type=int, default=RULES)


def run(figures: Figures, options: argparse.Namespace) -> None:
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
