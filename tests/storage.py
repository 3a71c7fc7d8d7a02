"""What the tests of storage on real clouds have in common. All of it happens in west."""

from pathlib import Path
from typing import Any

from tests.platform import ApiSession, wait_until

VOLUMES, SNAPSHOTS, BACKUPS = "storage/volumes/", "storage/snapshots/", "storage/backups/"
TRANSFERS, SERVERS = "storage/transfers/", "compute/servers/"
MADE = "lab storage"
"""What everything the tests make is called, or begins with."""


def new(api: ApiSession, room: str, action: str = "create", **params: Any) -> dict[str, Any]:
    """The outcome of making something, which was done."""
    (outcome,) = api.make(room, action, "west", **params)["outcomes"]
    assert outcome["status"] == "done", f"{action}: {outcome['reason']}"
    return outcome


def volume(api: ApiSession, **params: Any) -> dict[str, Any]:
    """A new volume that can be used."""
    made = new(api, VOLUMES, **{"name": MADE, "size": 1, **params})
    return rested(api, VOLUMES, made, "available")


def done(api: ApiSession, room: str, action: str, made: dict[str, Any], **params: Any) -> dict[str, Any]:
    """The outcome of doing something to what `made` tells, which was done."""
    (outcome,) = api.do(room, action, made["id"], **params)
    assert outcome["status"] == "done", f"{action}: {outcome['reason']}"
    return outcome


def refused(api: ApiSession, room: str, action: str, made: dict[str, Any], **params: Any) -> dict[str, Any]:
    (outcome,) = api.do(room, action, made["id"], **params)
    assert outcome["status"] == "refused", f"{action}: {outcome}"
    return outcome


def rested(api: ApiSession, room: str, made: dict[str, Any], *statuses: str) -> dict[str, Any]:
    """`made`, once its row has one of these statuses."""
    address = f"{room}{made['id']}/"
    wait_until(lambda: api.get(address)["status"] in statuses, f"{made['name']} is {' or '.join(statuses)}")
    return made


def listed(api: ApiSession, room: str, **query: Any) -> dict[str, Any]:
    """The one row that these filters find, once there is one."""
    wait_until(lambda: api.rows(room, cluster="west", **query), f"{room} shows {query}")
    (row,) = api.rows(room, cluster="west", **query)
    return row


def gone(api: ApiSession, room: str, made: dict[str, Any]) -> None:
    query = {"cluster": "west", "q": made["cloud_id"]}
    wait_until(lambda: not api.rows(room, **query), f"{room} shows {made['name']} no longer")


class Content:
    """The first bytes of a volume, as whoever has it attached sees them: the lab's volumes are files."""

    def __init__(self, state: Path):
        self.state = state

    def __call__(self, made: dict[str, Any]) -> bytes:
        with self._file(made).open("rb") as file:
            return file.read(100).rstrip(b"\0")

    def write(self, made: dict[str, Any], data: bytes) -> None:
        with self._file(made).open("r+b") as file:
            file.write(data.ljust(100, b"\0"))

    def _file(self, made: dict[str, Any]) -> Path:
        (found,) = self.state.glob(f"**/volumes/*/{made['cloud_id']}")
        return found
