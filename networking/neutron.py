"""Neutron's API in the few shapes that all rooms need: lists, single ones, and the requests that change them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from clusters.coerce import mapping
from clusters.gateway import Index, Listed, Listing, check, moment, one

MOST_IDS = 10_000
Read = Callable[[Mapping[str, Any]], dict[str, Any]]


def reading(
    path: str, key: str, row: Read, *, fields: Iterable[str] = (), extension: bool = False
) -> tuple[Listed, Callable]:
    """`fetch` and `fetch_one` of a source. With `fields` only these are asked for, where the rest of an answer is
    large and of no use. The collection is called as the last part of its path, with underscores. Of an `extension`
    there is nothing in a cloud that does not have it."""
    collection = path.rpartition("/")[2].replace("-", "_")
    query = {"fields": list(fields)} if fields else {}
    listing = Listing("network", path, collection, query, optional=extension)

    def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
        return row(one(conn.network, f"{path}/{cloud_id}", key))

    return Listed(lambda: (listing,), row), fetch_one


def index(path: str, *, fields: Iterable[str] = ()) -> Index:
    """Neutron tells no changes, but of many resources in one answer their ids and revisions, and a revision is new
    whenever anything changed. `fields` as for `reading`."""
    collection = path.rpartition("/")[2].replace("-", "_")
    few = Listing("network", path, collection, {"fields": ["id", "revision_number"], "limit": MOST_IDS})

    def marked(found: Mapping[str, Any]) -> dict[str, Any]:
        return {"cloud_id": found.get("id"), "mark": found.get("revision_number")}

    def some(ids: Sequence[str]) -> Listing:
        return Listing("network", path, collection, {"id": list(ids), **({"fields": list(fields)} if fields else {})})

    return Index(Listed(lambda: (few,), marked), "revision_number", some)


def common(found: Mapping[str, Any], kept: Iterable[str] = ()) -> dict[str, Any]:
    """The fields of a row that all of Neutron's resources have, with `kept` in its `data`."""
    return {
        "cloud_id": found.get("id"),
        "name": found.get("name"),
        "project_id": found.get("project_id") or found.get("tenant_id") or "",
        "created_at": moment(found.get("created_at")),
        "updated_at": moment(found.get("updated_at")),
        "data": {
            key: found.get(key)
            for key in (*kept, "description", "tags", "revision_number")
            if found.get(key) is not None
        },
    }


def create(conn, path: str, key: str, values: Mapping[str, Any]) -> str:
    """The new one's id."""
    return str(created(conn, path, key, values).get("id") or "")


def created(conn, path: str, key: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The new one as the cloud tells it."""
    response = conn.network.post(path, json={key: dict(values)})
    check(response)
    return mapping(mapping(response.json()).get(key))


def update(conn, path: str, key: str, values: Mapping[str, Any]) -> None:
    check(conn.network.put(path, json={key: dict(values)}))


def put(conn, path: str, body: Mapping[str, Any]) -> None:
    """A request that is no change of fields, as adding an interface to a router."""
    check(conn.network.put(path, json=dict(body)))


def post(conn, path: str, body: Mapping[str, Any]) -> None:
    """A request that makes nothing with an id of its own, as giving a router to an agent."""
    check(conn.network.post(path, json=dict(body)))


def delete(conn, path: str) -> None:
    check(conn.network.delete(path))
