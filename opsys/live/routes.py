from django.urls import path

from opsys.live.consumer import LiveConsumer

NO_SUCH = 4404

urlpatterns = [path("live/", LiveConsumer.as_asgi())]


async def nowhere(scope, receive, send) -> None:
    """A socket at an address that none of ours has is refused."""
    await receive()
    await send({"type": "websocket.close", "code": NO_SUCH})
