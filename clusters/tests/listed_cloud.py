"""One long list of a cloud, page by page as the services have it, and what happens to it while it is read."""

import json
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from django.utils import timezone

from clusters import gateway
from clusters.gateway import Index, Listed, Listing, moment
from clusters.gateway.translation import RAISED, translate
from clusters.inventory import Source

PAGE = 7
START = datetime(2026, 1, 1, tzinfo=UTC)


class Killed(BaseException):
    """The worker is gone in the middle."""


@dataclass
class ListedCloud:
    """`rows` by id: where it stands in the list, its name, when it was changed. `happens` is called before each page
    of the complete list with the page's number and may do anything; `changes` are the pages of changes asked."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    happens: Callable[[int], object] = lambda number: None
    shrink: Callable[[list[dict]], list[dict]] = lambda page: page
    most: int = 1000
    marks: bool = True
    now: datetime = START

    @property
    def pages(self) -> list[dict[str, Any]]:
        return [query for query in self.asked if "since" not in query]

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [query for query in self.asked if "since" in query and query["path"] == "/things"]

    @property
    def names(self) -> list[dict[str, Any]]:
        return [query for query in self.asked if query["path"] == "/names"]

    def add(self, *names: str) -> None:
        for name in names:
            self.rows[name] = {"id": name, "place": name, "name": name, "updated": self.now, "revision": 1}

    def rename(self, name: str, becomes: str) -> None:
        revision = self.rows[name]["revision"] + 1
        self.rows[name] |= {"name": becomes, "updated": self.now, "revision": revision}

    # What the SDK's proxy has.
    def get(self, path: str, params: Any = None, microversion: str | None = None) -> requests.Response:
        if path not in ("/things", "/ids", "/names"):
            found = self.rows.get(path.rpartition("/")[2])
            return _answer(200, {"thing": _shown(found)}) if found else _answer(404, {})
        self.asked.append({**params, "path": path})
        if "id" in params:
            return _answer(200, {"things": [_shown(self.rows[name]) for name in params["id"] if name in self.rows]})
        if "since" not in params:
            self.happens(len(self.pages))
        key = "updated" if "since" in params and path == "/things" else "place"
        rows = sorted(self.rows.values(), key=lambda row: (row[key], row["id"]))
        rows = [row for row in rows if "since" not in params or row["updated"] >= moment(params["since"])]
        if marker := params.get("marker"):
            if marker not in self.rows:
                return _answer(400, {"badRequest": {"message": f"marker {marker} not found"}})
            rows = rows[[row["id"] for row in rows].index(marker) + 1 :]
        limit = min(params["limit"], self.most)
        page = self.shrink(rows[:limit]) if "since" not in params else rows[:limit]
        body: dict[str, Any] = {"things": [_shown(row) for row in page]}
        if len(page) == limit and len(rows) > limit:
            body["things_links"] = [{"rel": "next", "href": f"http://x/things?marker={page[-1]['id']}"}]
        return _answer(200, body)

    def index(self, *, marks: bool = True) -> Index:
        def ids(item: dict[str, Any]) -> dict[str, Any]:
            return {"cloud_id": item["id"], **({"mark": item["revision"]} if marks and self.marks else {})}

        def some(names: Sequence[str]) -> Listing:
            return Listing("compute", "/things", "things", {"id": list(names)})

        found = Listed(lambda: (Listing("compute", "/ids", "things"),), ids)
        return Index(found, "revision", some) if marks else Index(found)

    def source(self, *, changes: bool = False, index: Index | None = None, names: bool = False) -> Source:
        def lists(since: datetime) -> tuple[Listing, ...]:
            return (Listing("compute", "/things", "things", {"since": since.isoformat()}),)

        return Source(
            "compute",
            Listed(lambda: (Listing("compute", "/things", "things"),), _row),
            lambda conn, cloud_id: _row(gateway.one(conn.compute, f"/things/{cloud_id}", "thing")),
            changes=Listed(lists, _row) if changes else None,
            full_seconds=30,
            index=index,
            names=self._names if names else None,
        )

    def _names(self, since: datetime) -> Listing:
        return Listing("compute", "/names", "things", {"since": since.isoformat()})

    @contextmanager
    def call(self, cluster, **options):
        try:
            yield self
        except RAISED as error:
            raise translate(error, cluster.name) from error

    @property
    def conn(self):
        return self

    @property
    def compute(self):
        return self

    def answers(self, service: str) -> tuple[int, float]:
        return 0, 0.0

    def cloud_time(self, moment: datetime) -> datetime:
        return self.now + (moment - timezone.now())

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "updated": row["updated"].isoformat()}


def _row(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": item["id"],
        "name": item["name"],
        "status": "ACTIVE",
        "updated_at": moment(item["updated"]),
        "data": {"revision": item["revision"]},
    }


def _answer(status: int, body: dict[str, Any]) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers["content-type"] = "application/json"
    response._content = json.dumps(body).encode()
    return response
