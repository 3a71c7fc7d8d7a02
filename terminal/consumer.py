"""The socket of one terminal."""

from channels.generic.websocket import AsyncWebsocketConsumer

from terminal import codes


class TerminalConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.accept()
        if not self.scope["user"].is_authenticated:
            await self.close(code=codes.SIGNED_OUT)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.close(code=codes.GARBAGE)
