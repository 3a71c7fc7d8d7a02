"""The rows of a picture, found along the relations that the types declare."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from clusters import access
from clusters.inventory import InventoryItem
from clusters.models import Cluster
from networking.topology.graph import Graph, Node, Place, graph_of
from opsys.kit.declare import register
from opsys.kit.declare.relation import Relation
from opsys.kit.declare.resource import Resource
from opsys.kit.relate.relations import referrers_of, relations_of

TYPES = (
    "networking.network",
    "networking.subnet",
    "networking.router",
    "networking.floatingip",
    "networking.port",
    "compute.server",
)
SHARED = ("networking.network", "networking.subnet")
"""What many have in common: from these a walk goes on only to what they refer to, and to the ports of routers. From a
router it does not go into its other networks."""
ROUTERS = "network:router"
MOST = 1000
"""Of more nodes there is no picture that tells anything."""

Rows = dict[Place, InventoryItem]


class TooMany(Exception):
    """More than MOST; the count is at least so much."""

    def __init__(self, count: int):
        self.count = count
        super().__init__(count)


def whole(cluster: Cluster, project: str, *, user) -> Graph:
    """All of a cluster, or what a project has in it with what that refers to. Raises `TooMany`."""
    queries = {name: _of(name, cluster, user) for name in TYPES}
    if project:
        queries = {name: rows.filter(project_id=project) for name, rows in queries.items()}
    if (count := sum(rows.count() for rows in queries.values())) > MOST:
        raise TooMany(count)
    rows: Rows = {}
    for name, found in queries.items():
        _add(rows, name, found)
    if project:
        newest: Rows = rows
        while newest:
            newest = _referred(newest, rows, cluster, user)
    return _drawn(rows, cluster)


def around(start: InventoryItem, *, user) -> Graph:
    """What a resource is connected with: everything on the way to the networks that lead out, and nothing that merely
    shares one of them. Raises `TooMany`."""
    cluster = start.cluster
    rows: Rows = {_place(start): start}
    newest: Rows = dict(rows)
    first = True
    while newest:
        found = _referring(newest, rows, user, everything=first)
        found |= _referred(newest, rows, cluster, user)
        newest, first = found, False
        if len(rows) > MOST:
            raise TooMany(len(rows))
    return _drawn(rows, cluster)


def _referred(items: Rows, known: Rows, cluster: Cluster, user) -> Rows:
    """What these refer to and is not known yet, which it is from now on."""
    wanted: dict[str, set[str]] = {}
    for item in items.values():
        for relation in _relations(register.get(item._meta.label_lower)):
            ids = {cloud_id for cloud_id in relation.of(item) if (relation.to, cloud_id) not in known}
            wanted.setdefault(relation.to, set()).update(ids)
    found: Rows = {}
    for name, ids in wanted.items():
        if ids:
            _add(found, name, _of(name, cluster, user).filter(cloud_id__in=ids))
    known |= found
    return found


def _referring(items: Rows, known: Rows, user, *, everything: bool) -> Rows:
    """What refers to these and is not known yet, which it is from now on."""
    held = access.held_by(user)
    found: Rows = {}
    for name in TYPES:
        ends = [item for place, item in items.items() if place[0] == name]
        for referrer in referrers_of(name) if ends else ():
            source = referrer.resource.name
            if source not in TYPES or (name == "networking.router" and not everything):
                continue
            rows = referrer.rows(ends, held)
            if name in SHARED and not everything:
                if source != "networking.port":
                    continue
                rows = rows.filter(device_owner__startswith=ROUTERS)
            _add(found, source, rows)
    found = {place: item for place, item in found.items() if place not in known}
    known |= found
    return found


def _drawn(rows: Rows, cluster: Cluster) -> Graph:
    for item in rows.values():
        item.cluster = cluster
    order = {name: number for number, name in enumerate(TYPES)}
    ordered = sorted(rows.items(), key=lambda one: (order[one[0][0]], str(one[1]), one[0][1]))
    return graph_of((_node(place, item) for place, item in ordered), _edges(rows))


def _edges(rows: Rows) -> Iterator[tuple[Place, Place]]:
    for place, item in rows.items():
        for relation in _relations(register.get(place[0])):
            yield from ((place, (relation.to, cloud_id)) for cloud_id in relation.of(item))


def _node(place: Place, item: Any) -> Node:
    resource = register.get(place[0])
    return Node(
        place=place,
        name=str(item),
        status=item.status,
        colour=resource.status_colour(item) if item.status else "secondary",
        kind=resource.label,
        url=resource.item_url(item),
        external=bool(getattr(item, "external", False)),
    )


def _relations(resource: Resource) -> Sequence[Relation]:
    return [relation for relation in relations_of(resource) if relation.to in TYPES and relation.key == "cloud_id"]


def _of(name: str, cluster: Cluster, user) -> QuerySet:
    model = register.get(name).model
    return model.objects.visible_to(user).present().filter(cluster=cluster)


def _add(rows: Rows, name: str, found: Iterable[Any]) -> None:
    """At most one more than a picture may have."""
    for item in found[: MOST + 1] if isinstance(found, QuerySet) else found:
        rows[name, item.cloud_id] = item


def _place(item: InventoryItem) -> Place:
    return item._meta.label_lower, item.cloud_id
