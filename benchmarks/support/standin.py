"""`python -m benchmarks.support.standin RECORDING CLOUDS SERVERS VOLUMES PORTS`: many clouds at one address of
loopback, each below a path of its own, that answer what a real one was recorded to answer, with ids of their own. Of
its servers, volumes and ports there are so many. Prints the address when it listens.

`POST /change` with a line "CLOUD KIND NUMBER NAME" renames one, as of now; `GET /asked` tells how many requests each
service answered; `GET /cpu` how many seconds this process has worked.
"""

import asyncio
import json
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ID = re.compile(r"\b(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32})\b")
ADDRESS = re.compile(r"http://[0-9.]+:(\d+)")
COMPUTE, NETWORK, VOLUME = "8774", "9696", "8776"
HOST = "127.0.0.1"
# A number alone would be taken for an API's version by whoever looks for it.
CLOUD, PORT = "cloud-", "port-"
ZULU, MICRO = "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.000000"


@dataclass
class Kind:
    """What a cloud has many of, made from one recorded `item`. `asked` is the path of its list."""

    name: str
    letter: str
    key: str
    asked: re.Pattern[str]
    item: dict[str, Any]
    updated: str
    stamp: str
    parts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The text of an item around what differs: cloud, number, name, moment, revision."""
        made = {**self.item, "name": "\0name\0", self.updated: "\0moment\0"}
        if "revision_number" in made:
            made["revision_number"] = "\0revision\0"
        for name in ("mac_address", "hostname", "OS-EXT-SRV-ATTR:hostname"):
            if name in made:
                made[name] = f"\0{name.rpartition(':')[2]}\0"
        if self.letter == "c":
            made |= {"device_id": "\0server\0", "device_owner": "compute:nova"}
        text = json.dumps(made).replace("\\u0000", "\0").replace(str(self.item["id"]), "\0id\0")
        self.parts = text.replace('"\0revision\0"', "\0revision\0").split("\0")

    def id(self, cloud: int, number: int) -> str:
        return f"{cloud:02x}{number:06x}-{self.letter * 4}-4000-8000-{cloud:012x}"

    def number(self, cloud_id: str) -> int:
        return int(cloud_id[2:8], 16)

    def text(self, cloud: "Cloud", number: int) -> str:
        parts = cloud.parts[self.letter]
        name, moment, revision = cloud.changed[self.letter].get(number, (f"{self.name}-{number:05}", cloud.began, 1))
        values = {
            "id": self.id(cloud.number, number),
            "name": name,
            "moment": moment.strftime(self.stamp),
            "revision": str(revision),
            "hostname": f"{self.name}-{number:05}",
            "mac_address": ":".join(f"{part:02x}" for part in (0xFA, 0x16, cloud.number, *number.to_bytes(3, "big"))),
            "server": f"{cloud.number:02x}{number // 2:06x}-aaaa-4000-8000-{cloud.number:012x}",
        }
        return "".join(values[part] if place % 2 else part for place, part in enumerate(parts))


@dataclass
class Cloud:
    number: int
    began: datetime
    changed: dict[str, dict[int, tuple[str, datetime, int]]]
    parts: dict[str, list[str]] = field(default_factory=dict)


def first(query: dict[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0]


class Clouds:
    """What they answer, and what they were asked."""

    def __init__(self, recording: dict[str, Any], clouds: int, counts: tuple[int, int, int]) -> None:
        self.address = ""
        self.asked: Counter[str] = Counter()
        self.answers = {ID.sub(_wiped, key): answer for key, answer in recording.items()}
        self.counts = dict(zip("abc", counts, strict=True))
        began = datetime.now(UTC) - timedelta(days=1)
        self.clouds = [Cloud(number, began, {letter: {} for letter in "abc"}) for number in range(clouds)]
        self.kinds = self._kinds(recording)

    def listens(self, address: str) -> None:
        self.address = address
        for cloud in self.clouds:
            cloud.parts = {kind.letter: [self._own(cloud, part) for part in kind.parts] for kind in self.kinds}

    def _kinds(self, recording: dict[str, Any]) -> list[Kind]:
        def item(port: str, ending: str, key: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
            for asked, answer in recording.items():
                if asked.startswith(f"GET {port}/") and asked.endswith(ending) and answer["status"] == 200:
                    return next(filter(wanted, json.loads(answer["body"])[key]))
            raise LookupError(f"The recording has no {ending}")

        server = item(COMPUTE, "/servers/detail", "servers", lambda server: server["status"] == "ACTIVE")
        volume = item(VOLUME, "/volumes/detail", "volumes", lambda volume: volume["status"] == "available")
        port = item(NETWORK, "/ports", "ports", lambda port: port["device_owner"].startswith("compute:"))
        return [
            Kind("server", "a", "servers", re.compile(r"/servers(/detail)?$"), server, "updated", ZULU),
            Kind("volume", "b", "volumes", re.compile(r"/volumes(/detail)?$"), volume, "updated_at", MICRO),
            Kind("port", "c", "ports", re.compile(r"/ports$"), port, "updated_at", ZULU),
        ]

    def change(self, line: str) -> None:
        cloud, letter, number, name = line.split(" ", 3)
        changed = self.clouds[int(cloud)].changed[letter]
        revision = changed.get(int(number), ("", None, 1))[2] + 1
        changed[int(number)] = (name, datetime.now(UTC), revision)

    def answer(self, method: str, target: str) -> tuple[int, dict[str, str], bytes]:
        address = urlsplit(target)
        _, name, port, *rest = address.path.split("/", 3)
        port = port.removeprefix(PORT)
        cloud, path = self.clouds[int(name.removeprefix(CLOUD))], f"/{rest[0] if rest else ''}"
        self.asked[port] += 1
        query = parse_qs(address.query)
        if method == "GET":
            for kind in self.kinds:
                if port == {"a": COMPUTE, "b": VOLUME, "c": NETWORK}[kind.letter] and kind.asked.search(path):
                    return 200, {"content-type": "application/json"}, self._many(cloud, kind, target, query)
            found = re.search(r"/(servers|volumes|ports)/(\w{8}-(aaaa|bbbb|cccc)-4000-8000-\w{12})$", path)
            if found:
                kind = next(kind for kind in self.kinds if kind.letter == found[3][0])
                body = f'{{"{kind.name}": {kind.text(cloud, kind.number(found[2]))}}}'
                return 200, {"content-type": "application/json"}, body.encode()
        return self._recorded(cloud, f"{method} {port}{path}", paged=bool(first(query, "marker")))

    def _recorded(self, cloud: Cloud, key: str, *, paged: bool) -> tuple[int, dict[str, str], bytes]:
        answer = self.answers.get(ID.sub(_wiped, key))
        if answer is None:
            return 404, {"content-type": "application/json"}, b'{"itemNotFound": {"message": "not recorded"}}'
        body = answer["body"]
        if paged and body.startswith("{"):  # what was recorded is the whole of it
            body = json.dumps(
                {name: [] if isinstance(value, list) else value for name, value in json.loads(body).items()}
            )
        headers = {name: self._own(cloud, value) for name, value in answer["headers"].items()}
        if key.startswith("POST"):
            body = _lasting(body)
        return answer["status"], headers, self._own(cloud, body).encode()

    def _many(self, cloud: Cloud, kind: Kind, target: str, query: dict[str, list[str]]) -> bytes:
        since = first(query, "changes-since") or first(query, "updated_at").removeprefix("gte:")
        if first(query, "deleted"):
            numbers: list[int] = []
        elif "id" in query:
            numbers = [kind.number(cloud_id) for cloud_id in query["id"]]
        elif since:
            moment = datetime.fromisoformat(since).replace(tzinfo=UTC)
            found = [(at, number) for number, (_name, at, _) in cloud.changed[kind.letter].items() if at >= moment]
            numbers = [number for _at, number in sorted(found)]
        else:
            numbers = list(range(self.counts[kind.letter]))
        if marker := first(query, "marker"):
            numbers = numbers[numbers.index(kind.number(marker)) + 1 :]
        limit = int(first(query, "limit") or 1000)
        page = numbers[:limit]
        fields = query.get("fields")
        if fields == ["id", "revision_number"]:
            changed = cloud.changed[kind.letter]
            items = [
                f'{{"id": "{kind.id(cloud.number, n)}", "revision_number": {changed[n][2] if n in changed else 1}}}'
                for n in page
            ]
        elif urlsplit(target).path.endswith("/volumes"):
            items = [f'{{"id": "{kind.id(cloud.number, n)}", "name": "", "links": []}}' for n in page]
        else:
            items = [kind.text(cloud, number) for number in page]
        links = ""
        if len(numbers) > limit:
            following = f"{self.address}{urlsplit(target).path}?marker={kind.id(cloud.number, page[-1])}"
            links = f', "{kind.key}_links": [{{"rel": "next", "href": "{following}"}}]'
        return f'{{"{kind.key}": [{", ".join(items)}]{links}}}'.encode()

    def _own(self, cloud: Cloud, text: str) -> str:
        text = ADDRESS.sub(
            lambda found: f"{self.address}/{CLOUD}{cloud.number}/{PORT}{found[1]}" if found[1] in PORTS else found[0],
            text,
        )
        return ID.sub(lambda found: f"{cloud.number:02x}{found[0][2:]}", text)


PORTS = {"5000", "8778", "9292", "8774", "9696", "8776"}


def _wiped(found: re.Match[str]) -> str:
    return f"00{found[0][2:]}"


def _lasting(body: str) -> str:
    """A token of now."""
    found = json.loads(body)
    now = datetime.now(UTC)
    found["token"] |= {"issued_at": f"{now:%Y-%m-%dT%H:%M:%S.000000Z}"}
    found["token"]["expires_at"] = f"{now + timedelta(hours=8):%Y-%m-%dT%H:%M:%S.000000Z}"
    return json.dumps(found)


class Connection(asyncio.Protocol):
    def __init__(self, clouds: Clouds) -> None:
        self._clouds = clouds
        self._got = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head = self._got[:end].decode("latin-1")
            length = re.search(r"(?i)^content-length: *(\d+)", head, re.MULTILINE)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._got) < whole:
                return
            body, self._got = self._got[end + 4 : whole], self._got[whole:]
            method, target, _ = head.split(" ", 2)
            self._transport.write(self._answer(method, target, body))

    def _answer(self, method: str, target: str, body: bytes) -> bytes:
        if target == "/change":
            for line in body.decode().splitlines():
                self._clouds.change(line)
            return _response(200, {}, b"")
        if target in ("/asked", "/cpu"):
            told = dict(self._clouds.asked) if target == "/asked" else time.process_time()
            return _response(200, {"content-type": "application/json"}, json.dumps(told).encode())
        return _response(*self._clouds.answer(method, target))


def _response(status: int, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status} -", f"Content-Length: {len(body)}", f"Date: {formatdate(usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def serve(clouds: Clouds) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Connection(clouds), HOST, 0, backlog=1000)
    clouds.listens(f"http://{HOST}:{server.sockets[0].getsockname()[1]}")
    print(clouds.address, flush=True)
    await server.serve_forever()


def main() -> None:
    recording = json.loads(Path(sys.argv[1]).read_text())
    count, servers, volumes, ports = map(int, sys.argv[2:6])
    asyncio.run(serve(Clouds(recording, count, (servers, volumes, ports))))


if __name__ == "__main__":
    main()
