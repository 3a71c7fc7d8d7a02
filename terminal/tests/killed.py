"""A program for test_crash.py: a web process with a shell is killed or stopped; what is left is told as JSON.

A process of its own, because the tables are those of the killed platform and not of the test run.
"""

import asyncio
import base64
import json
import os
import re
import sys
from pathlib import Path

from benchmarks.support.consoles import ConsolePlace
from benchmarks.support.terminals import Place, Terminal
from tests.platform import wait_until

NUMBER = re.compile(rb"n(\d+)\r\n")


async def shown_at_the_end(place: Place) -> int:
    terminal = await Terminal(place).__aenter__()
    terminal.type(b"for i in $(seq 1 1000); do echo n$i; sleep 0.05; done\r")
    await terminal.shows(b"n60\r\n")
    if sys.argv[2] == "kill":
        place.platform.kill("web")
    else:
        await asyncio.to_thread(place.platform.stop)
    await terminal.until(lambda: terminal.code, "the socket is gone")
    return int(NUMBER.findall(bytes(terminal.kept))[-1])


async def screen_at_the_end(place: ConsolePlace) -> int:
    """Of a recorded screen: how much of it was in the file before the process was killed."""
    from terminal.models import Policy  # noqa: PLC0415 (Django is ready from here on)

    await asyncio.to_thread(lambda: Policy.objects.update(record_screens=True))
    page = await Terminal(place).__aenter__()
    size = lambda: sum(file.stat().st_size for file in Path(sys.argv[1]).rglob("*.rec"))  # noqa: E731
    begun = size()
    page.type(os.urandom(4000))
    await page.until(lambda: page.received >= 4000, "an answer of the screen")
    await asyncio.to_thread(wait_until, lambda: size() > begun + 4000, "it is in the file")
    place.platform.kill("web")
    await page.until(lambda: page.code, "the socket is gone")
    return page.received


def left(place: Place, shown: int) -> dict:
    from audit.models import Event  # noqa: PLC0415 (Django is ready from here on)
    from terminal.models import Recording, Session  # noqa: PLC0415
    from terminal.recording import reading  # noqa: PLC0415
    from terminal.session import reaping  # noqa: PLC0415

    session = Session.objects.get()
    before = (session.state, reaping.reap()["sessions"])
    reaping.SILENT_SECONDS = 0
    reaped = [reaping.reap()["sessions"], reaping.reap()["sessions"]]
    session = Session.objects.get()
    recording = Recording.objects.select_related("session__cluster").get()
    pieces = [text for _at, kind, text in reading.play(recording, user=session.user) if kind == "o"]
    if session.is_screen:
        recorded = sum(len(base64.b64decode(piece)) for piece in pieces)
    else:
        recorded = int(NUMBER.findall("".join(pieces).encode())[-1])
    return {
        "before": before,
        "reaped": reaped,
        "state": session.state,
        "cause": session.close_cause,
        "ended": session.ended_at is not None,
        "recording": recording.state,
        "verdict": reading.verify(recording).problem,
        "shown": shown,
        "recorded": recorded,
        "events": [f"{e.action} {e.phase}" for e in Event.objects.filter(operation=session.pk).order_by("pk")],
    }


if __name__ == "__main__":
    screen = sys.argv[2] == "kill-screen"
    here = (ConsolePlace if screen else Place)(Path(sys.argv[1]))
    try:
        here.start()
        last = asyncio.run((screen_at_the_end if screen else shown_at_the_end)(here))
        print(json.dumps(left(here, last)), flush=True)
    finally:
        here.stop()
