"""A full reading of a real cloud of about 1,000 servers into SQLite, against fetching the same pages by plain HTTP.

Uses a lab of its own (default: in the temporary folder, 127.0.3.x), so that no other cloud is filled. It is left
running with --keep, else stopped; either way the next run finds it.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import requests

from benchmarks.support.figures import Failure, Figures, median, say
from benchmarks.support.platform import environment
from lab import Cloud, Lab, LabError
from lab.layout import PROJECTS

SERVERS = 1_000
MOST_RATIO = 1.15
MOST_CPU_MS = 1.0
PAGE_SIZE, MICROVERSION = 1000, "2.96"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lab", type=Path, default=Path(tempfile.gettempdir()) / "opsys-benchmark-lab")
    parser.add_argument("--keep", action="store_true", help="leave the lab running")


def run(figures: Figures, options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder, _cloud(options) as cloud:
        os.environ.update(environment(Path(folder)))
        django.setup()
        _measure(figures, cloud, options.rounds)


@contextmanager
def _cloud(options: argparse.Namespace) -> Iterator[Cloud]:
    """A running cloud with `SERVERS` servers at least."""
    lab = Lab(
        root=options.lab,
        network="127.0.3",
        database_port=33073,
        report=lambda line, seconds: say(f"lab: {line} ({seconds:.0f} s)"),
    )
    try:
        # Both clouds, since such a lab is what the demo and the tests leave on the shelf; only one is needed.
        lab.up(("east", "west"), 2, True)
        lab.cloud("west").stop(*PROJECTS, "edge")
        cloud = lab.cloud("east")
        missing = SERVERS - sum(1 for page in PlainHttp(cloud).pages() for _ in page)
        if missing > 0:
            lab.clone("east", missing)
    except LabError as error:
        raise Failure(f"The lab does not start: {error}") from error
    try:
        yield cloud
    finally:
        if not options.keep:
            lab.down()


class PlainHttp:
    """What anybody would write with requests and a token: the floor."""

    def __init__(self, cloud: Cloud) -> None:
        self._session = requests.Session()
        user = {"name": cloud.username, "domain": {"name": cloud.user_domain}, "password": cloud.password}
        project = {"name": cloud.project_name, "domain": {"name": cloud.project_domain}}
        identity = {"methods": ["password"], "password": {"user": user}}
        answer = self._session.post(
            f"{cloud.auth_url}/auth/tokens", json={"auth": {"identity": identity, "scope": {"project": project}}}
        )
        answer.raise_for_status()
        compute = next(s for s in answer.json()["token"]["catalog"] if s["type"] == "compute")
        self._address = next(e["url"] for e in compute["endpoints"] if e["interface"] == "public") + "/servers/detail"
        self._session.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]
        self._session.headers["OpenStack-API-Version"] = f"compute {MICROVERSION}"

    def pages(self) -> Iterator[list[dict]]:
        query = {"limit": str(PAGE_SIZE), "all_tenants": "1"}
        while True:
            answer = self._session.get(self._address, params=query)
            answer.raise_for_status()
            body = answer.json()
            yield body["servers"]
            if not any(link["rel"] == "next" for link in body.get("servers_links", [])):
                return
            query["marker"] = body["servers"][-1]["id"]


def _measure(figures: Figures, cloud: Cloud, rounds: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415 (Django is ready from here on)

    from clusters import sync  # noqa: PLC0415
    from clusters.models import Cluster, Credential  # noqa: PLC0415
    from compute.servers.models import Server  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    cluster = Cluster.objects.create(name=cloud.name, auth_url=cloud.auth_url, region=cloud.region)
    Credential.objects.create(
        cluster=cluster, username=cloud.username, secret=cloud.password, project_name=cloud.project_name
    )
    plain = PlainHttp(cloud)
    works: dict[str, Callable[[], object]] = {
        "plain HTTP": lambda: sum(map(len, plain.pages())),
        "first pass": lambda: sync.run_pass(cluster, Server, full=True),
        "unchanged pass": lambda: sync.run_pass(cluster, Server, full=True),
        "delta": lambda: sync.run_pass(cluster, Server, full=False),
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
