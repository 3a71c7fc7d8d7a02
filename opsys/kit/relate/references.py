"""Names for ids: what a row refers to, looked up once for a whole page."""

from collections.abc import Iterable, Sequence
from typing import Any

from clusters.inventory import InventoryItem
from opsys.kit.declare import register
from opsys.kit.declare.resource import Column, Resource

Names = dict[tuple[int, str], tuple[str, str]]
"""(cluster, key) → the name and the cloud id of what it names."""


def name_references(
    resource: Resource, items: Sequence[InventoryItem], columns: Iterable[Column] | None = None
) -> None:
    """Look up what these rows refer to, with one query a type, and leave it in each row's `references`:
    type → id → name, and for what is referred to by another key "type/key" → key → cloud id. What is no longer known,
    or of an unknown type, is missing there."""
    wanted: dict[tuple[str, str], set[tuple[int, str]]] = {}
    for column in resource.columns if columns is None else columns:
        if column.refers:
            for item in items:
                ids = ids_of(column, item)
                wanted.setdefault((column.refers, column.key), set()).update((item.cluster_id, one) for one in ids)
    by_cluster: dict[int, dict[str, dict[str, str]]] = {item.cluster_id: {} for item in items}
    for (type_name, key), pairs in wanted.items():
        plain = key == "cloud_id"
        for (cluster_id, value), (name, cloud_id) in _names(type_name, key, pairs).items():
            named = by_cluster[cluster_id].setdefault(type_name if plain else f"{type_name}/{key}", {})
            named[value] = name if plain else cloud_id
    for item in items:
        item.references = by_cluster[item.cluster_id]


def ids_of(column: Column, item: InventoryItem) -> list[str]:
    value = column.of(item)
    many = value if isinstance(value, list | tuple) else [value]
    return [str(one) for one in many if one]


def address_of(type_name: str, item: InventoryItem, cloud_id: str) -> str:
    """The page of what `item` refers to."""
    return register.get(type_name).url("item", item.cluster.name, cloud_id)


def _names(type_name: str, key: str, pairs: set[tuple[int, str]]) -> Names:
    known: dict[str, Any] = {resource.name: resource.model for resource in register.resources()}
    if type_name not in known or not pairs:
        return {}
    clusters, values = {cluster for cluster, _value in pairs}, {value for _cluster, value in pairs}
    # The ids are unguessable and the clusters those of visible rows, so nothing is named that may not be seen.
    rows = known[type_name].objects.filter(cluster_id__in=clusters, **{f"{key}__in": values})
    if key != "cloud_id":
        rows = rows.filter(gone_at=None)  # what is gone may have had the same name
    return {
        (cluster_id, value): (name or cloud_id, cloud_id)
        for cluster_id, value, cloud_id, name in rows.values_list("cluster_id", key, "cloud_id", "name")
        if (cluster_id, value) in pairs
    }
