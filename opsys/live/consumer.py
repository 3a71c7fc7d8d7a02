"""The socket of one page."""

import json
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from opsys.live.session_user import Person, person_of_session
from opsys.live.subscriptions import InvalidSubscription, Subscription, parse_subscription
from opsys.live.watcher import SESSION_OVER, watcher

GARBAGE = 4400


class LiveConsumer(AsyncWebsocketConsumer):
    """Closes with 4401 when the session does not (or no longer) let anybody in, with 4400 on what no page of ours
    sends. A refusal comes after the handshake, because a browser tells the page no code of one before it."""

    session_key: str
    person: Person
    wish = Subscription()
    told = False

    async def connect(self) -> None:
        await self.accept()
        self.session_key = self.scope["session"].session_key or ""
        person = await database_sync_to_async(person_of_session)(self.session_key)
        if person is None:
            await self.close(code=SESSION_OVER)
            return
        self.person = person

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not hasattr(self, "person"):
            return
        try:
            self.wish = parse_subscription(text_data)
        except InvalidSubscription:
            await self.close(code=GARBAGE)
            return
        # What changed before the watcher's next look is found by the page itself, once it is told that it is ready.
        self.told = False
        watcher().join(self)

    async def disconnect(self, code: int) -> None:
        watcher().leave(self)

    async def tell(self, hint: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(hint))
