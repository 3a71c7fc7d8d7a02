"""The platform's ASGI application that also tells how many queries its process has made: `GET /benchmark/queries`."""

from typing import Any

from django.db.backends.signals import connection_created

from opsys.asgi import application as platform

asked = 0


def count(execute: Any, *arguments: Any) -> Any:
    global asked
    asked += 1
    return execute(*arguments)


def watch(connection: Any, **_rest: Any) -> None:
    if count not in connection.execute_wrappers:
        connection.execute_wrappers.append(count)


connection_created.connect(watch)


async def application(scope: dict, receive: Any, send: Any) -> None:
    if scope.get("path") != "/benchmark/queries":
        await platform(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(asked).encode()})
