"""50 clouds on one platform: what they cost while nobody looks, and how soon 20 changes a second are seen.

Web, worker and beat run as people run them, on MariaDB and Redis; the clouds are stand-ins that answer what a real one
was recorded to answer. Then a platform with one real cloud of 20,000 volumes, as `storage_readings` measures it.
"""

import argparse
import itertools
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import MySQLdb
import requests

from benchmarks import storage_readings
from benchmarks.support import lab
from benchmarks.support.figures import Failure, Figures, say
from benchmarks.support.lab import running_lab
from benchmarks.support.load import Load
from benchmarks.support.standin import CLOUD, PORT
from lab.layout import PROJECTS
from tests.platform import BASE, Platform
from tests.services import Service, ServiceError, mariadb_service, redis_service

MOST_CPU_PERCENT, MOST_GB, MOST_SECONDS = 25, 1.5, 8
GIVE_UP_SECONDS, GRACE_SECONDS = 1800, 60
VOLUME_CHANGES = 10  # of each kind
RECORDING = Path(tempfile.gettempdir()) / "opsys-benchmark-recording.json"
TYPES = 30  # of each cloud there are at least so many
TABLES = {"a": "compute_server", "b": "storage_volume", "c": "networking_port"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clouds", type=int, default=50)
    parser.add_argument("--servers", type=int, default=2000, help="of each cloud")
    parser.add_argument("--volumes", type=int, default=3000, help="of each cloud")
    parser.add_argument("--ports", type=int, default=4000, help="of each cloud")
    parser.add_argument("--changes", type=float, default=20, help="servers renamed a second")
    parser.add_argument("--rest", type=float, default=180, help="seconds over which is measured what it costs at rest")
    parser.add_argument("--busy", type=float, default=120, help="seconds of changes")
    parser.add_argument("--recording", type=Path, default=RECORDING, help="made from the lab if it is not there")
    parser.add_argument("--without-lab", action="store_true", help="only the stand-ins")
    lab.add_arguments(parser)


def run(figures: Figures, options: argparse.Namespace) -> None:
    _stand_ins(figures, options)
    if not options.without_lab:
        real = Figures()
        counts = {"volumes": storage_readings.VOLUMES, "changes": VOLUME_CHANGES}
        storage_readings.run(real, argparse.Namespace(**{**vars(options), **counts}))
        figures.include(f"a real cloud of {storage_readings.VOLUMES} volumes", real)


def _stand_ins(figures: Figures, options: argparse.Namespace) -> None:
    if not options.recording.exists():
        record(options)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opsys-benchmark-")))
        try:
            database = stack.enter_context(mariadb_service())
            redis = stack.enter_context(redis_service())
        except ServiceError as error:
            raise Failure(str(error)) from error
        clouds = stack.enter_context(standing_in(options))
        platform = Platform(folder, DATABASE_URL=database.url, REDIS_URL=redis.url)
        platform.manage("init-db", "--demo")
        register(platform, clouds, options.clouds)
        stack.callback(platform.stop)
        began = time.monotonic()
        platform.start()
        fleet = Fleet(figures, options, platform, clouds, database, redis)
        fleet.first_reading(began)
        fleet.at_rest()
        fleet.changing()


def record(options: argparse.Namespace) -> None:
    with running_lab(options) as clouds:
        clouds.cloud("west").stop(*PROJECTS, "edge")  # one is enough
        target = options.recording.with_suffix(".part")
        command = [sys.executable, "-m", "benchmarks.support.recording"]
        done = subprocess.run([*command, str(clouds.layout.clouds_yaml), "east", str(target)], cwd=BASE)
        if done.returncode:
            raise Failure("What the cloud answers could not be recorded; the reason is above.")
        target.rename(options.recording)


@contextmanager
def standing_in(options: argparse.Namespace) -> Iterator[str]:
    """The address below which the clouds are."""
    counts = map(str, (options.clouds, options.servers, options.volumes, options.ports))
    command = [sys.executable, "-m", "benchmarks.support.standin", str(options.recording), *counts]
    process = subprocess.Popen(command, cwd=BASE, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip() if process.stdout else ""
    finally:
        process.terminate()
        process.wait()


def register(platform: Platform, address: str, count: int) -> None:
    code = (
        "import os; from django.core.management import call_command\n"
        "os.environ['OPSYS_CLOUD_SECRET'] = 'any'\n"
        f"for number in range({count}):\n"
        f"    call_command('add_cluster', f'cloud-{{number:02}}',"
        f" auth_url=f'{address}/{CLOUD}{{number}}/{PORT}5000/v3',"
        " username='admin', project='admin', user_domain='Default', project_domain='Default')\n"
    )
    platform.manage("shell", "-c", code)


class Fleet:
    def __init__(
        self,
        figures: Figures,
        options: argparse.Namespace,
        platform: Platform,
        clouds: str,
        database: Service,
        redis: Service,
    ) -> None:
        self.figures, self.options, self.platform, self.clouds = figures, options, platform, clouds
        port = int(database.url.rpartition(":")[2].partition("/")[0])
        self._connection = MySQLdb.connect(host="127.0.0.1", port=port, user="root", database="opsys", autocommit=True)
        pids = {name: process.pid for name, process in platform.processes.items()}
        self.load = Load({**pids, "MariaDB": database.pid, "Redis": redis.pid})

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def first_reading(self, began: float) -> None:
        while left := self._unread():
            if time.monotonic() - began > GIVE_UP_SECONDS:
                raise Failure(f"Not read within {GIVE_UP_SECONDS} s: {left} types of clouds")
            say(f"{left} types of clouds to be read")
            time.sleep(1)
        took = time.monotonic() - began
        rows = sum(self.ask(f"SELECT COUNT(*) FROM {table}")[0][0] for table in TABLES.values())
        expected = self.options.clouds * (self.options.servers + self.options.volumes + self.options.ports)
        self.figures.equal("servers, volumes and ports", rows, expected)
        self.figures.at_most("first reading: seconds", took, None)
        self.figures.at_most("first reading: rows a second", rows / took, None)
        used = self.load.since_start()
        self.figures.at_most("first reading: CPU seconds of all processes", used, None)
        size = (
            "SELECT SUM(data_length + index_length) / 1e6 FROM information_schema.tables WHERE table_schema = 'opsys'"
        )
        self.figures.at_most("database: MB", float(self.ask(size)[0][0]), None)

    def _unread(self) -> int:
        """How many types of clouds. Their states are made when beat first comes to them."""
        made, read = self.ask("SELECT COUNT(*), COUNT(full_at) FROM clusters_syncstate")[0]
        return made - read if made >= self.options.clouds * TYPES else self.options.clouds * TYPES

    def at_rest(self) -> None:
        say("at rest")
        time.sleep(35)  # whoever looked counts for 30 s
        with self._measured("at rest", self.options.rest, MOST_CPU_PERCENT, MOST_GB):
            time.sleep(self.options.rest)

    def changing(self) -> None:
        api = self.platform.session("admin", "admin123")
        over = threading.Event()
        looker = threading.Thread(target=self._look, args=(api, over), daemon=True)
        looker.start()
        try:
            time.sleep(10)
            with self._measured("changes", self.options.busy, None, MOST_GB):
                seen, lost = self._change()
        finally:
            over.set()
            looker.join()
        self.figures.at_most("changes: made", len(seen) + lost, None)
        self.figures.at_most("changes: never seen", lost, 0)
        self.figures.at_most("changes: seconds to be seen, p50", statistics.median(seen), None)
        p95 = statistics.quantiles(seen, n=20, method="inclusive")[-1]
        self.figures.at_most("changes: seconds to be seen, p95", p95, MOST_SECONDS)

    def _look(self, api: Any, over: threading.Event) -> None:
        """Somebody has the list of all clouds open."""
        while not over.wait(5):
            api.get("compute/servers/", per_page=50)

    def _change(self) -> tuple[list[float], int]:
        """Rename one server after the other, evenly. Returns after how many seconds each was seen in the table that
        lists read, and how many were not."""
        rows = self.ask("SELECT id, cloud_id, cluster_id FROM compute_server")
        random.Random(1).shuffle(rows)
        open_changes: dict[int, tuple[str, float]] = {}
        seen: list[float] = []
        clock = time.monotonic()
        chosen, made = itertools.cycle(rows), 0
        while time.monotonic() - clock < self.options.busy + GRACE_SECONDS:
            now = time.monotonic()
            while now - clock < self.options.busy and made < (now - clock) * self.options.changes:
                pk, cloud_id, _cluster = next(chosen)
                made += 1
                if pk in open_changes:
                    continue
                name = f"changed {made}"
                requests.post(
                    f"{self.clouds}/change",
                    data=f"{int(cloud_id[:2], 16)} a {int(cloud_id[2:8], 16)} {name}",
                    timeout=5,
                )
                open_changes[pk] = (name, time.monotonic())
            if open_changes:
                found = self.ask(
                    f"SELECT id, name FROM compute_server WHERE id IN ({', '.join(map(str, open_changes))})"
                )
                for pk, name in found:
                    if open_changes[pk][0] == name:
                        seen.append(time.monotonic() - open_changes.pop(pk)[1])
            elif now - clock > self.options.busy:
                break
            time.sleep(0.1)
        return seen, len(open_changes)

    @contextmanager
    def _measured(self, name: str, seconds: float, most_cpu: float | None, most_gb: float | None) -> Iterator[None]:
        asked, clock, cpu = self._asked(), time.monotonic(), self.load.cpu_seconds()
        yield
        took, used, answered = time.monotonic() - clock, self.load.cpu_seconds(), self._asked()
        percent = {process: 100 * (used[process] - cpu[process]) / took for process in used}
        for process, value in percent.items():
            self.figures.at_most(f"{name}: % of a core, {process}", value, None)
        self.figures.at_most(f"{name}: % of a core, all processes", sum(percent.values()), most_cpu)
        memory = self.load.memory_gb()
        for process, value in memory.items():
            self.figures.at_most(f"{name}: GB, {process}", value, None)
        self.figures.at_most(f"{name}: GB, all processes", sum(memory.values()), most_gb)
        requests_made = (sum(answered.values()) - sum(asked.values())) / self.options.clouds * 60 / took
        self.figures.at_most(f"{name}: requests a cloud and minute", requests_made, None)
        for service in sorted(answered):
            value = (answered[service] - asked.get(service, 0)) / self.options.clouds * 60 / took
            self.figures.at_most(f"{name}: requests a cloud and minute, port {service}", value, None)

    def _asked(self) -> dict[str, int]:
        return json.loads(requests.get(f"{self.clouds}/asked", timeout=10).text)
