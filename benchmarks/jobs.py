"""A bulk action on 100 servers of two real clouds as a job, against the same calls from a bare pool of threads.

Uses the lab of `sync` (default: in the temporary folder, 127.0.3.x). The platform runs as people run it: web, worker
and beat, on SQLite.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import requests

from benchmarks.support.figures import Failure, Figures, median, say
from lab import Cloud, Lab, LabError
from tests.platform import ApiSession, Platform

SERVERS = 100
AT_ONCE = 4  # of each cloud, as JOB_ITEMS_PER_CLUSTER has it
MOST_SUBMIT_MS = 300
MOST_RATIO = 1.2
REST_SECONDS = 60
READY = {"stop": "ACTIVE", "start": "SHUTOFF"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lab", type=Path, default=Path(tempfile.gettempdir()) / "opsys-benchmark-lab")
    parser.add_argument("--keep", action="store_true", help="leave the lab running")


def run(figures: Figures, options: argparse.Namespace) -> None:
    lab = Lab(
        root=options.lab,
        network="127.0.3",
        database_port=33073,
        report=lambda line, seconds: say(f"lab: {line} ({seconds:.0f} s)"),
    )
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="opsys-benchmark-"))
        if not options.keep:
            stack.callback(lab.down)
        try:
            lab.up(("east", "west"), 2, True)
            for cloud in lab.clouds:
                missing = SERVERS // 2 - len(Bare(cloud).clones())
                if missing > 0:
                    lab.clone(cloud.name, missing)
        except LabError as error:
            raise Failure(f"The lab does not start: {error}") from error
        platform = Platform(Path(folder))
        platform.manage("init-db", "--demo")
        for cloud in lab.clouds:
            platform.manage("add-cluster", cloud.name, "--from-clouds-yaml", str(lab.layout.clouds_yaml))
        platform.manage("sync-cluster", "--all")
        stack.callback(platform.stop)
        platform.start()
        _measure(figures, [Bare(cloud) for cloud in lab.clouds], platform.session("admin", "admin123"), options.rounds)


class Bare:
    """One cloud's servers and actions with requests and a token: the floor."""

    def __init__(self, cloud: Cloud) -> None:
        self.name = cloud.name
        self._session = requests.Session()
        user = {"name": cloud.username, "domain": {"name": cloud.user_domain}, "password": cloud.password}
        project = {"name": cloud.project_name, "domain": {"name": cloud.project_domain}}
        identity = {"methods": ["password"], "password": {"user": user}}
        body = {"auth": {"identity": identity, "scope": {"project": project}}}
        answer = self._session.post(f"{cloud.auth_url}/auth/tokens", json=body)
        answer.raise_for_status()
        compute = next(s for s in answer.json()["token"]["catalog"] if s["type"] == "compute")
        self._address = next(e["url"] for e in compute["endpoints"] if e["interface"] == "public")
        self._session.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]

    def clones(self) -> dict[str, str]:
        """The states of the cloned servers, by id."""
        query = {"all_tenants": "1", "name": "clone-"}
        servers = self._session.get(f"{self._address}/servers/detail", params=query).json()["servers"]
        return {server["id"]: server["status"] for server in servers}

    def act(self, cloud_id: str, action: str) -> None:
        answer = self._session.post(f"{self._address}/servers/{cloud_id}/action", json={f"os-{action}": None})
        answer.raise_for_status()


def _measure(figures: Figures, clouds: list[Bare], api: ApiSession, rounds: int) -> None:
    chosen = {cloud.name: list(cloud.clones())[: SERVERS // 2] for cloud in clouds}
    for cloud in clouds:  # an earlier run may have left some of them stopped
        for cloud_id, state in cloud.clones().items():
            if state == READY["start"] and cloud_id in chosen[cloud.name]:
                cloud.act(cloud_id, "start")
    wanted = set(chain.from_iterable(chosen.values()))
    ids = [row["id"] for row in api.rows("compute/servers/") if row["cloud_id"] in wanted]
    if len(ids) != SERVERS:
        raise Failure(f"{len(ids)} of {SERVERS} servers are listed.")
    submits, totals, floors = [], [], []
    for _round in range(rounds):
        # Each of the two does each action once, and neither always comes first.
        for ours, action in ((True, "stop"), (False, "start"), (False, "stop"), (True, "start")):
            _rest(clouds, chosen, api, wanted, READY[action])
            if ours:
                submit, total = _job(api, ids, action)
                submits.append(submit)
                totals.append(total)
                say(f"job, {action}: asked in {submit * 1000:.0f} ms, done after {total:.2f} s")
            else:
                floors.append(_bare(clouds, chosen, action))
                say(f"bare pool, {action}: {floors[-1]:.2f} s")
    figures.at_most("the request returns: ms", median(submits) * 1000, MOST_SUBMIT_MS)
    figures.at_most("job of 100: seconds", median(totals), None)
    figures.at_most("bare pool of threads: seconds", median(floors), None)
    figures.at_most("job: ratio to the bare pool", median(totals) / median(floors), MOST_RATIO)


def _bare(clouds: list[Bare], chosen: dict[str, list[str]], action: str) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as one, ThreadPoolExecutor(AT_ONCE) as other:
        for pool, cloud in zip((one, other), clouds, strict=True):
            for cloud_id in chosen[cloud.name]:
                pool.submit(cloud.act, cloud_id, action)
    return time.perf_counter() - began


def _job(api: ApiSession, ids: list[int], action: str) -> tuple[float, float]:
    """Seconds until the request returned and until the job had ended, by the job's own record of it."""
    asked_at, began = datetime.now(UTC), time.perf_counter()
    answer = requests.post(
        f"{api.url}compute/servers/do/{action}/", json={"ids": ids}, headers=api.headers, timeout=60
    )
    submitted = time.perf_counter() - began
    if answer.status_code != 202:
        raise Failure(f"No job was made: {answer.text}")
    pk = answer.json()["job"]["id"]
    while (job := api.get(f"jobs/{pk}/"))["state"] in ("queued", "running"):
        time.sleep(0.2)
    total = (datetime.fromisoformat(job["finished_at"]) - asked_at).total_seconds()
    if job["state"] != "done":
        bad = next(item for item in job["items"] if item["state"] != "done")
        raise Failure(f"{bad['name']} is {bad['state']}: {bad['reason']}")
    return submitted, total


def _rest(clouds: list[Bare], chosen: dict[str, list[str]], api: ApiSession, wanted: set[str], state: str) -> None:
    """Wait until all the servers rest in this state, in the clouds and in our list."""
    deadline = time.monotonic() + REST_SECONDS
    while time.monotonic() < deadline:
        there = {cloud_id: now for cloud in clouds for cloud_id, now in cloud.clones().items() if cloud_id in wanted}
        here = {row["cloud_id"]: row for row in api.rows("compute/servers/") if row["cloud_id"] in wanted}
        if {*there.values()} == {state} and all(
            row["status"] == state and not row["task_state"] for row in here.values()
        ):
            return
        time.sleep(0.5)
    raise Failure(f"After {REST_SECONDS} s not all servers are {state}.")
