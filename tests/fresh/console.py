"""The console as a browser uses it: pages by HTTP, a shell by its socket. Python's own library alone."""

import asyncio
import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from benchmarks.support.websocket import BINARY, CLOSE, PING, PONG, TEXT, WebSocket

PATIENCE_SECONDS = 60
SERVER = re.compile(r'href="/compute/servers/([\w-]+)/([0-9a-f-]{36})/')


class Console:
    """Somebody who is logged in."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url
        self._cookies = http.cookiejar.CookieJar()
        processor = urllib.request.HTTPCookieProcessor(self._cookies)
        # Not through the proxy that packages come from.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), processor)
        page = self.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if not token:
            raise SystemExit(f"The login page has no form:\n{page[:2000]}")
        form = {"csrfmiddlewaretoken": token[1], "username": username, "password": password}
        self._open("/accounts/login/", urllib.parse.urlencode(form).encode())
        if "sessionid" not in self._values():
            raise SystemExit(f"{username} is not let in.")

    def get(self, path: str) -> str:
        return self._open(path)

    def servers(self, cluster: str, **filters: str) -> list[str]:
        """The ids of the servers of a cluster, as the first page of its list shows them."""
        page = self.get(f"/compute/servers/?{urllib.parse.urlencode({'cluster': cluster, **filters})}")
        return list(dict.fromkeys(found for name, found in SERVER.findall(page) if name == cluster))

    def reachable(self, cluster: str) -> str:
        """The id of an active server that has an address."""
        for cloud_id in self.servers(cluster, status="ACTIVE"):
            found = json.loads(self.get(f"/terminal/targets/?q={cloud_id}"))["targets"]
            if any(target["detail"] for target in found):
                return cloud_id
        raise SystemExit(f"No active server of {cluster} has an address.")

    def ticket(self, key: str) -> str:
        """For a shell; where there is something to choose, what is offered first."""
        answer = self._post("/terminal/ticket/", {"target": key})
        if choice := answer.get("choice"):
            chosen = {name: choice[name] for name in ("address", "port", "credential", "username")}
            answer = self._post("/terminal/ticket/", {"target": key, **chosen})
        return answer["ticket"]

    def shell(self, key: str, command: str, wanted: str) -> str:
        """What a shell, serial line or screen shows after `command`, up to `wanted`."""
        shell = Shell(self.url, f"sessionid={self._values()['sessionid']}", "/terminal/socket/")
        try:
            return asyncio.run(asyncio.wait_for(shell.run(self.ticket(key), command, wanted), PATIENCE_SECONDS))
        except TimeoutError:
            raise SystemExit(f"{key}: {command!r} was not answered with {wanted!r}: {shell.said()[-500:]}")

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return json.loads(self._open(path, json.dumps(body).encode(), "application/json"))

    def _open(self, path: str, data: bytes | None = None, kind: str = "application/x-www-form-urlencoded") -> str:
        request = urllib.request.Request(f"{self.url}{path}", data)
        if data is not None:
            request.add_header("Content-Type", kind)
            request.add_header("X-CSRFToken", self._values().get("csrftoken", ""))
        try:
            with self._opener.open(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{path}: HTTP {error.code}\n{error.read().decode(errors='replace')[:2000]}")

    def _values(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._cookies}


class Shell(WebSocket):
    """The page of one terminal; an unknown host key is accepted."""

    _output = b""

    def said(self) -> str:
        return self._output.decode(errors="replace")

    async def run(self, ticket: str, command: str, wanted: str) -> str:
        async with self:
            self.say({"type": "open", "ticket": ticket, "columns": 80, "rows": 24})
            while wanted not in self.said():
                kind, payload = await self._frame()
                if kind == BINARY:
                    self._output += payload
                elif kind == TEXT:
                    self._hear(json.loads(payload), command)
                elif kind == PING:
                    self._send(PONG, payload)
                elif kind == CLOSE:
                    raise SystemExit(f"The shell was closed with {int.from_bytes(payload[:2])}: {self.said()}")
            self.say({"type": "close"})
            return self.said()

    def _hear(self, message: dict[str, Any], command: str) -> None:
        if message["type"] == "ask":
            self.say({"type": "answer", "id": message["id"], "accept": True})
        elif message["type"] == "opened" and command:
            self._send(BINARY, command.encode() + b"\r")
        elif message["type"] == "closed":
            self._output += json.dumps(message).encode()
