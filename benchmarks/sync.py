"""A full reading of a real cloud of about 1,000 servers into SQLite, against fetching the same pages by plain HTTP."""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

from benchmarks.support import lab
from benchmarks.support.figures import Failure, Figures, median, say
from benchmarks.support.lab import Compute, running_lab
from benchmarks.support.platform import environment
from lab import Cloud
from lab.layout import PROJECTS

SERVERS = 1_000
MOST_RATIO = 1.15
MOST_CPU_MS = 1.0
PAGE_SIZE, MICROVERSION = 1000, "2.96"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5)
    lab.add_arguments(parser)


def run(figures: Figures, options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder, running_lab(options) as clouds:
        clouds.cloud("west").stop(*PROJECTS, "edge")  # one is enough
        cloud = clouds.cloud("east")
        plain = Compute(cloud, microversion=MICROVERSION)
        missing = SERVERS - sum(map(len, plain.pages(PAGE_SIZE)))
        if missing > 0:
            clouds.clone("east", missing)
        os.environ.update(environment(Path(folder)))
        django.setup()
        _measure(figures, cloud, plain, options.rounds)


def _measure(figures: Figures, cloud: Cloud, plain: Compute, rounds: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415 (Django is ready from here on)

    from clusters import sync  # noqa: PLC0415
    from clusters.models import Cluster, Credential  # noqa: PLC0415
    from compute.servers.models import Server  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    cluster = Cluster.objects.create(name=cloud.name, auth_url=cloud.auth_url, region=cloud.region)
    Credential.objects.create(
        cluster=cluster, username=cloud.username, secret=cloud.password, project_name=cloud.project_name
    )
    works: dict[str, Callable[[], object]] = {
        "plain HTTP": lambda: sum(map(len, plain.pages(PAGE_SIZE))),
        "first pass": lambda: sync.run_pass(cluster, Server),
        "unchanged pass": lambda: sync.run_pass(cluster, Server),
        "delta": lambda: sync.run_pass(cluster, Server, "delta"),
    }
    for name in ("plain HTTP", "first pass"):
        works[name]()
    count = Server.objects.present().count()
    say(f"{count} servers, {rounds} rounds")
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    names = list(works)
    for number in range(rounds):
        # Each begins a round in its turn, for whatever the machine does besides.
        for name in names[number % len(names) :] + names[: number % len(names)]:
            if name == "first pass":
                Server.objects.all().delete()
            taken[name].append(_time(works[name]))
        say(f"round {number + 1}: " + ", ".join(f"{name} {times[-1][0]:.2f} s" for name, times in taken.items()))
        if Server.objects.present().count() != count:
            raise Failure("The cloud changed while it was read; nothing can be compared.")
    wall, cpu = ({name: median(t[place] for t in times) for name, times in taken.items()} for place in (0, 1))
    figures.at_most("servers", count, None)
    figures.at_most("plain HTTP: seconds", wall["plain HTTP"], None)
    for name in ("first pass", "unchanged pass"):
        figures.at_most(f"{name}: seconds", wall[name], None)
        pairs = zip(taken[name], taken["plain HTTP"], strict=True)
        figures.at_most(
            f"{name}: ratio to plain HTTP", median(ours[0] / floor[0] for ours, floor in pairs), MOST_RATIO
        )
        figures.at_most(f"{name}: CPU ms a server", (cpu[name] - cpu["plain HTTP"]) / count * 1000, MOST_CPU_MS)
        best = min(seconds for seconds, _cpu in taken[name]) / min(seconds for seconds, _cpu in taken["plain HTTP"])
        figures.at_most(f"{name}: ratio, best of each", best, None)
    figures.at_most("delta, nothing changed: ms", wall["delta"] * 1000, None)
    figures.at_most("delta, nothing changed: CPU ms", cpu["delta"] * 1000, None)


def _time(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall time and of this process's CPU time, all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu
