"""A bulk action on 100 servers of two real clouds as a job, against the same calls from a bare pool of threads.

The platform runs as people run it: web, worker and beat, on SQLite.
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import chain

import requests

from benchmarks.support import lab
from benchmarks.support.figures import Failure, Figures, median, say
from benchmarks.support.lab import Compute, running_lab, running_platform
from tests.platform import ApiSession

SERVERS = 100
AT_ONCE = 4  # of each cloud, as JOB_ITEMS_PER_CLUSTER has it
MOST_SUBMIT_MS = 300
MOST_RATIO = 1.2
REST_SECONDS = 60
READY = {"stop": "ACTIVE", "start": "SHUTOFF"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=3)
    lab.add_arguments(parser)


def run(figures: Figures, options: argparse.Namespace) -> None:
    with running_lab(options) as clouds:
        for cloud in clouds.clouds:
            missing = SERVERS // 2 - len(Compute(cloud).clones())
            if missing > 0:
                clouds.clone(cloud.name, missing)
        with running_platform(clouds) as platform:
            floors = [Compute(cloud) for cloud in clouds.clouds]
            _measure(figures, floors, platform.session("admin", "admin123"), options.rounds)


def _measure(figures: Figures, clouds: list[Compute], api: ApiSession, rounds: int) -> None:
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


def _bare(clouds: list[Compute], chosen: dict[str, list[str]], action: str) -> float:
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


def _rest(clouds: list[Compute], chosen: dict[str, list[str]], api: ApiSession, wanted: set[str], state: str) -> None:
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
