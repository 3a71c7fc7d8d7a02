"""A program for test_crash.py: a web process with a shell is killed or stopped; what is left is told as JSON.

A process of its own, because the tables are those of the killed platform and not of the test run.
"""

import asyncio
import json
import re
import sys
from pathlib import Path

from benchmarks.support.terminals import Place, Terminal

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
    text = "".join(text for _at, kind, text in reading.play(recording, user=session.user) if kind == "o")
    return {
        "before": before,
        "reaped": reaped,
        "state": session.state,
        "cause": session.close_cause,
        "ended": session.ended_at is not None,
        "recording": recording.state,
        "verdict": reading.verify(recording).problem,
        "shown": shown,
        "recorded": int(NUMBER.findall(text.encode())[-1]),
        "events": [f"{e.action} {e.phase}" for e in Event.objects.filter(operation=session.pk).order_by("pk")],
    }


if __name__ == "__main__":
    here = Place(Path(sys.argv[1]))
    try:
        here.start()
        last = asyncio.run(shown_at_the_end(here))
        print(json.dumps(left(here, last)), flush=True)
    finally:
        here.stop()
