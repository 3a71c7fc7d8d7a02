"""What a platform that nobody looks at costs, and how soon an open page shows what changed outside."""

import asyncio
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from benchmarks.live import Page, Person
from benchmarks.support.figures import Failure, say
from tests.platform import Platform

MOST_SEEN_SECONDS = 300


class Outside(Protocol):
    """Resources of one type in a cloud, changed without the platform."""

    def rename(self, cloud_id: str, name: str) -> None: ...

    def delete(self, cloud_id: str) -> None: ...


def wait(condition: Callable[[], Any], seconds: float, what: str, *, pause: float = 0.1) -> float:
    """How many seconds it took until the condition was true, which is looked at after each `pause`. More than
    `seconds` is a `Failure`."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise Failure(f"Not within {seconds} s: {what}")
        time.sleep(pause)
    return time.monotonic() - began


def processor(platform: Platform) -> float:
    """Seconds that all processes together have used."""
    used = 0.0
    for process in platform.processes.values():
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


async def seen(
    person: Person, of: tuple[str, str], outside: Outside, cloud_id: str, draw: random.Random, *, gone: bool
) -> float:
    """How many seconds after the cloud answered a page of this list (type, address) that shows this row shows what was
    done to it."""
    kind, address = of
    wish = {"watch": [{"type": kind, "clusters": None}], "jobs": False}
    page = Page(person, f"{address}?q={cloud_id}", wish, patience=MOST_SEEN_SECONDS)
    living = asyncio.create_task(page.live())
    row = f"{address}east/{cloud_id}/"
    await page.shows(row)
    await asyncio.sleep(draw.uniform(3, 18))
    if gone:
        await asyncio.to_thread(outside.delete, cloud_id)
    else:
        await asyncio.to_thread(outside.rename, cloud_id, name := f"renamed {draw.randrange(10**9)}")
    began = time.monotonic()
    took = await page.shows_no_longer(row) - began if gone else await page.shows(name) - began
    say(f"{'deleted' if gone else 'renamed'} outside: seen after {took:.1f} s")
    living.cancel()
    return took
