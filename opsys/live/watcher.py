"""One look at the database for all sockets of this process. Web and worker are different processes, and there may be
no Redis between them: what a worker wrote is found in the tables, the same way in every set-up.

Per look each socket gets one hint at most, so a hundred changes a second are one or two messages. A socket costs no
query; each session behind the sockets costs a few when it is looked at again.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from django.db import Error

from clusters import rights_version
from clusters.sync import LOOK_SECONDS
from opsys.live.database_state import DatabaseState, look, note_looks
from opsys.live.session_user import RECHECK_SECONDS, Person, people_of_sessions
from opsys.live.subscriptions import Subscription

INTERVAL_SECONDS = 0.5
PAUSE_SECONDS = 2
"""Between looks while the database cannot be asked."""
SESSION_OVER, BROKEN = 4401, 1011

log = structlog.get_logger()


class Socket(Protocol):
    """What the watcher knows of a page. `told` is False until the page was told that from now on it hears all."""

    session_key: str
    person: Person
    wish: Subscription
    told: bool
    tell: Callable[[dict[str, Any]], Awaitable[None]]
    close: Callable[..., Awaitable[None]]


class Watcher:
    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self._task: asyncio.Task | None = None
        self._checked: dict[str, float] = {}
        self._noted = 0.0

    def join(self, socket: Socket) -> None:
        """The first socket starts the watch, and it ends by itself after the last one left."""
        self.sockets.add(socket)
        self._checked.setdefault(socket.session_key, time.monotonic())
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())

    def leave(self, socket: Socket) -> None:
        self.sockets.discard(socket)

    async def _watch(self) -> None:
        before: DatabaseState | None = None
        try:
            while self.sockets:
                try:
                    before = await self._turn(before)
                    pause = INTERVAL_SECONDS
                except Error as error:
                    # What changed meanwhile is told after it: the last look is kept.
                    log.warning("live_lost_database", error=type(error).__name__)
                    pause = PAUSE_SECONDS
                await asyncio.sleep(pause)
        finally:
            # However the watch ended: pages must not wait for hints that nobody will give.
            for socket in list(self.sockets):
                await self._end(socket, BROKEN)

    async def _turn(self, before: DatabaseState | None) -> DatabaseState:
        await self._check_people()
        await self._note_looks()
        now = await database_sync_to_async(look)(before)
        await self._tell(now.changed_rows(before or now), now.changed_jobs(before or now))
        return now

    async def _tell(self, rows: Mapping[str, set[int]], jobs: Mapping[int, int | None]) -> None:
        for socket in list(self.sockets):
            hint = hint_for(socket, rows, jobs)
            if not socket.told:
                socket.told = hint["ready"] = True
            if hint:
                await socket.tell(hint)

    async def _check_people(self) -> None:
        """Look again at each session whose last look is old, and at all of them once somebody's rights changed: once
        for all sockets of it."""
        moment = time.monotonic()
        rights = await database_sync_to_async(rights_version.current)()
        keys = {socket.session_key for socket in self.sockets}
        self._checked = {key: at for key, at in self._checked.items() if key in keys}
        moved = {socket.session_key for socket in self.sockets if socket.person.rights != rights}
        due = [
            key for key in keys if key in moved or moment - self._checked.get(key, -RECHECK_SECONDS) >= RECHECK_SECONDS
        ]
        if not due:
            return
        people = await database_sync_to_async(people_of_sessions)(due)
        self._checked.update(dict.fromkeys(due, moment))
        for socket in list(self.sockets):
            if socket.session_key in people:
                if (person := people[socket.session_key]) is None:
                    await self._end(socket, SESSION_OVER)
                else:
                    socket.person = person

    async def _note_looks(self) -> None:
        moment = time.monotonic()
        if moment - self._noted < LOOK_SECONDS / 4:
            return
        self._noted = moment
        watched: dict[str, set[int]] = defaultdict(set)
        for socket in self.sockets:
            for resource in socket.wish.types:
                watched[resource] |= socket.wish.clusters(resource, socket.person)
        if watched:
            await database_sync_to_async(note_looks)(watched)

    async def _end(self, socket: Socket, code: int) -> None:
        self.leave(socket)
        await socket.close(code=code)


def hint_for(socket: Socket, rows: Mapping[str, set[int]], jobs: Mapping[int, int | None]) -> dict[str, Any]:
    """What this page may and wants to know of these changes."""
    hint: dict[str, Any] = {}
    if changed := [name for name in rows if rows[name] & socket.wish.clusters(name, socket.person)]:
        hint["changed"] = sorted(changed)
    if moved := [pk for pk in jobs if socket.wish.wants_job(pk) and socket.person.may_see_job_of(jobs[pk])]:
        hint["jobs"] = sorted(moved)
    return hint


def watcher() -> Watcher:
    """The one of this process; to be exact, of the event loop that its sockets live on."""
    return _watchers.setdefault(asyncio.get_running_loop(), Watcher())


_watchers: WeakKeyDictionary[asyncio.AbstractEventLoop, Watcher] = WeakKeyDictionary()
