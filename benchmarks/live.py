"""How soon an open page shows what happened in a real cloud, and what 200 open pages cost the web process.

Pages are played: a socket as the browser opens
it, and on each hint the request that htmx would make. The platform runs as people run it, on SQLite.
"""

import argparse
import asyncio
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import requests

from benchmarks.support import lab
from benchmarks.support.figures import Failure, Figures, median, say
from benchmarks.support.lab import Compute, running_lab, running_platform
from benchmarks.support.websocket import WebSocket
from tests.platform import BASE, Platform

URL = "/compute/servers/"
REGION = {"HX-Request": "true", "HX-Target": "region", "X-Poll": "1"}
WISH = {"watch": [{"type": "compute.server", "clusters": None}], "jobs": True}
MOST_SECONDS, MOST_P95_SECONDS, MOST_OWN_SECONDS = 8, 12, 1.5
PATIENCE_SECONDS = 60
# As static/opsys/live.js has it.
LEAST_PAUSE_SECONDS, AFTER_ACTION_SECONDS = 0.5, 0.3

PAGES, PEOPLE, WINDOW_SECONDS = 200, 20, 20
MOST_MB, MOST_IDLE_PERCENT, MOST_BUSY_PERCENT, MOST_RATIO = 20, 5, 15, 1.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--changes", type=int, default=15, help="changes of each kind")
    parser.add_argument("--only", choices=("soon", "many"), help="one half: how soon, or many pages")
    lab.add_arguments(parser)


def run(figures: Figures, options: argparse.Namespace) -> None:
    if options.only != "soon":
        _many_pages(figures)
    if options.only != "many":
        _how_soon(figures, options)


class Person:
    """Somebody who is logged in on the console."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url
        self._session = requests.Session()
        login = f"{url}/accounts/login/"
        self._session.get(login)
        answer = self._session.post(
            login, data={"username": username, "password": password, "csrfmiddlewaretoken": self._token}
        )
        if "sessionid" not in self._session.cookies:
            raise Failure(f"{username} could not log in: {answer.status_code}")

    @property
    def _token(self) -> str:
        return self._session.cookies["csrftoken"]

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._session.cookies.items())

    def region(self, address: str) -> str:
        answer = self._session.get(f"{self.url}{address}", headers=REGION)
        answer.raise_for_status()
        return answer.text

    def act(self, action: str, pk: int) -> None:
        headers = {"HX-Request": "true", "X-CSRFToken": self._token, "Referer": self.url}
        answer = self._session.post(f"{self.url}{URL}do/{action}/", data={"ids": pk}, headers=headers)
        answer.raise_for_status()


class Page:
    """A list, by default of servers, kept true by its socket."""

    def __init__(
        self, person: Person, address: str, wish: dict[str, Any] = WISH, patience: float = PATIENCE_SECONDS
    ) -> None:
        self.person, self.address, self.wish, self.patience = person, address, wish, patience
        self.text = ""
        self._stale = asyncio.Event()
        self._fetched = 0.0

    async def live(self) -> None:
        async with WebSocket(self.person.url, self.person.cookie) as socket, asyncio.TaskGroup() as group:
            group.create_task(self._fetch_when_stale())
            socket.say(self.wish)
            while True:
                hint = await socket.hear()
                if hint.get("ready") or hint.get("changed"):
                    self._stale.set()

    async def act(self, action: str, pk: int) -> None:
        await asyncio.to_thread(self.person.act, action, pk)
        asyncio.get_running_loop().call_later(AFTER_ACTION_SECONDS, self._stale.set)

    async def _fetch_when_stale(self) -> None:
        took = 0.0
        while True:
            await self._stale.wait()
            await asyncio.sleep(self._fetched + max(LEAST_PAUSE_SECONDS, 4 * took) - time.monotonic())
            self._stale.clear()
            self._fetched = time.monotonic()
            self.text = await asyncio.to_thread(self.person.region, self.address)
            took = time.monotonic() - self._fetched

    async def shows(self, word: str) -> float:
        """Wait for it; when that was."""
        return await _until(lambda: word in self.text, f"the page shows {word}", self.patience)

    async def shows_no_longer(self, word: str) -> float:
        return await _until(lambda: word not in self.text, f"the page shows {word} no longer", self.patience)


async def _until(condition: Any, what: str, patience: float) -> float:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(f"Not within {patience} s: {what}.")
        await asyncio.sleep(0.02)
    return time.monotonic()


# --- how soon ---------------------------------------------------------------------------------------------


def _how_soon(figures: Figures, options: argparse.Namespace) -> None:
    with running_lab(options) as clouds:
        cloud = clouds.cloud("east")
        if not Compute(cloud).clones():
            clouds.clone("east", 1)
        with running_platform(clouds) as platform:
            asyncio.run(_watch(figures, Outside(Compute(cloud)), platform, options.changes))


class Outside:
    """One server of the cloud, changed and looked at without the platform."""

    def __init__(self, cloud: Compute) -> None:
        self.cloud = cloud
        self.cloud_id = next(pk for pk, status in cloud.clones().items() if status == "ACTIVE")

    def rename(self, name: str) -> None:
        self.cloud.rename(self.cloud_id, name)

    def status(self) -> str:
        return self.cloud.status(self.cloud_id)


async def _watch(figures: Figures, outside: Outside, platform: Platform, changes: int) -> None:
    person = Person(platform.url, "admin", "admin123")
    page = Page(person, f"{URL}?q={outside.cloud_id}")
    living = asyncio.create_task(page.live())
    await page.shows(outside.cloud_id)
    draw = random.Random(1)
    others, own = [], []
    for number in range(changes):
        await asyncio.sleep(draw.uniform(3, 8))
        began = time.monotonic()
        name = f"clone-renamed-{number}-{draw.randrange(10**6)}"
        await asyncio.to_thread(outside.rename, name)
        others.append(await page.shows(name) - began)
        say(f"renamed outside: seen after {others[-1]:.2f} s")
    (row,) = platform.session("admin", "admin123").rows("compute/servers/", q=outside.cloud_id)
    for number in range(changes):
        status, action = (("SHUTOFF", "stop"), ("ACTIVE", "start"))[number % 2]
        await page.act(action, row["id"])
        reported = asyncio.create_task(_reported(outside, status))
        seen = await page.shows(status)
        own.append(max(0.0, seen - await reported))
        say(f"{action}: seen {own[-1]:.2f} s after the cloud reported it")
        await asyncio.sleep(1)
    if living.done():
        living.result()
    living.cancel()
    figures.at_most("outside: median seconds until seen", median(others), MOST_SECONDS)
    figures.at_most(
        "outside: p95 seconds until seen", statistics.quantiles(others, n=20, method="inclusive")[-1], MOST_P95_SECONDS
    )
    figures.at_most("outside: slowest of all", max(others), None)
    figures.at_most("own action: median seconds after the cloud reports it", median(own), MOST_OWN_SECONDS)
    figures.at_most("own action: slowest of all", max(own), None)


async def _reported(outside: Outside, status: str) -> float:
    while await asyncio.to_thread(outside.status) != status:
        await asyncio.sleep(0.05)
    return time.monotonic()


# --- many pages -------------------------------------------------------------------------------------------

FILL = f"""
from benchmarks.support.population import fill
from django.contrib.auth import get_user_model
from clusters import access
from clusters.models import Cluster
fill(1000)
for number in range({PEOPLE}):
    user = get_user_model().objects.create_user(f"person-{{number}}", password="many pages open")
    access.set_permissions(user, {{pk: (access.VIEW,) for pk in Cluster.objects.values_list("pk", flat=True)}})
"""


class CountedPlatform(Platform):
    """Only a web process, one that counts its queries."""

    def _command(self, name: str) -> list[str]:
        return [part if part != "opsys.asgi:application" else COUNTED for part in super()._command(name)]

    def queries(self) -> int:
        return int(requests.get(f"{self.url}/benchmark/queries").text)

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.processes['web'].pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def megabytes(self) -> float:
        status = Path(f"/proc/{self.processes['web'].pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


COUNTED = "benchmarks.support.counted:application"


def _many_pages(figures: Figures) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opsys-benchmark-")))
        platform = CountedPlatform(folder, REDIS_URL="", DATABASE_URL=f"sqlite:///{folder / 'opsys.sqlite3'}")
        platform.manage("migrate", "--verbosity", "0")
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", FILL], cwd=BASE, env=platform.environment, check=True
        )
        stack.callback(platform.stop)
        platform.start("web")
        people = [Person(platform.url, f"person-{number}", "many pages open") for number in range(PEOPLE)]
        for person in people:
            person.region(URL)
        asyncio.run(_measure_many(figures, platform, people, folder / "opsys.sqlite3"))


async def _measure_many(figures: Figures, platform: CountedPlatform, people: list[Person], database: Path) -> None:
    async with AsyncExitStack() as stack:
        heard: list[Any] = []
        await _open(stack, people, 1, heard)
        few = await _window(platform)
        before = platform.megabytes()
        await _open(stack, people, PAGES // PEOPLE - 1, heard)
        many = await _window(platform)
        grown = platform.megabytes() - before
        heard.clear()
        changing = asyncio.create_task(_change(database))
        busy = await _window(platform)
        changing.cancel()
        hints = len(heard) / PAGES / WINDOW_SECONDS
        say(f"{PEOPLE} pages: {few}; {PAGES} pages: {many}; with changes: {busy}; {hints:.2f} hints a second and page")
    figures.at_most(f"{PAGES} pages: more memory than {PEOPLE}, MB", grown, MOST_MB)
    figures.at_most(f"{PAGES} pages, nothing happens: CPU %", many["cpu"], MOST_IDLE_PERCENT)
    figures.at_most(f"{PAGES} pages, 20 changes a second: CPU %", busy["cpu"], MOST_BUSY_PERCENT)
    figures.at_most(f"{PAGES} pages, 20 changes a second: hints a second and page", hints, 2.2)
    figures.at_most(f"{PEOPLE} pages: queries a second", few["queries"], None)
    figures.at_most(f"{PAGES} pages: queries a second", many["queries"], None)
    figures.at_most(f"{PAGES} pages, 20 changes a second: queries a second", busy["queries"], None)
    figures.at_most("queries: ratio of many pages to few", many["queries"] / few["queries"], MOST_RATIO)
    figures.at_most("queries: ratio of many changes to none", busy["queries"] / many["queries"], MOST_RATIO)


async def _open(stack: AsyncExitStack, people: list[Person], each: int, heard: list[Any]) -> None:
    ready = asyncio.Semaphore(0)

    async def page(person: Person) -> None:
        async with WebSocket(person.url, person.cookie) as socket:
            socket.say(WISH)
            while True:
                hint = await socket.hear()
                if hint.get("ready"):
                    ready.release()
                heard.append(hint)

    for person in people:
        for _ in range(each):
            stack.callback(asyncio.create_task(page(person)).cancel)
    for _ in range(each * len(people)):
        await asyncio.wait_for(ready.acquire(), PATIENCE_SECONDS)


async def _window(platform: CountedPlatform) -> dict[str, float]:
    """What the web process did in a while, a second."""
    queries, cpu, began = platform.queries(), platform.cpu_seconds(), time.monotonic()
    await asyncio.sleep(WINDOW_SECONDS)
    seconds = time.monotonic() - began
    return {
        "queries": round((platform.queries() - queries) / seconds, 2),
        "cpu": round((platform.cpu_seconds() - cpu) / seconds * 100, 2),
    }


async def _change(database: Path) -> None:
    """What passes write when they changed a row, in each of 20 moments a second in another cluster."""
    with sqlite3.connect(database, timeout=20, isolation_level=None) as connection:
        number = 0
        while True:
            number += 1
            connection.execute(
                "UPDATE clusters_syncstate SET changed_at = strftime('%Y-%m-%d %H:%M:%f', 'now') "
                "WHERE id = 1 + ? % (SELECT max(id) FROM clusters_syncstate)",
                (number,),
            )
            await asyncio.sleep(0.05)
