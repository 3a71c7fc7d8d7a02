"""Names for ids: what a row refers to, looked up once for a whole page."""

from collections.abc import Iterable, Sequence
from typing import Any

from clusters.inventory import InventoryItem
from opsys.kit.declare import register
from opsys.kit.declare.resource import Column, Resource

Names = dict[tuple[int, str], str]


def name_references(
    resource: Resource, items: Sequence[InventoryItem], columns: Iterable[Column] | None = None
) -> None:
    """Look up what these rows refer to, with one query a type, and leave it in each row's `references`:
    type → id → name. What is no longer known, or of an unknown type, is missing there."""
    wanted: dict[str, set[tuple[int, str]]] = {}
    for column in resource.columns if columns is None else columns:
        if column.refers:
            for item in items:
                wanted.setdefault(column.refers, set()).update((item.cluster_id, one) for one in ids_of(column, item))
    by_cluster: dict[int, dict[str, dict[str, str]]] = {item.cluster_id: {} for item in items}
    for type_name, pairs in wanted.items():
        for (cluster_id, cloud_id), name in _names(type_name, pairs).items():
            by_cluster[cluster_id].setdefault(type_name, {})[cloud_id] = name
    for item in items:
        item.references = by_cluster[item.cluster_id]


def ids_of(column: Column, item: InventoryItem) -> list[str]:
    value = column.of(item)
    many = value if isinstance(value, list | tuple) else [value]
    return [str(one) for one in many if one]


def address_of(type_name: str, item: InventoryItem, cloud_id: str) -> str:
    """The page of what `item` refers to."""
    return register.get(type_name).url("item", item.cluster.name, cloud_id)


def _names(type_name: str, pairs: set[tuple[int, str]]) -> Names:
    known: dict[str, Any] = {resource.name: resource.model for resource in register.resources()}
    if type_name not in known or not pairs:
        return {}
    clusters, ids = {cluster for cluster, _id in pairs}, {cloud_id for _cluster, cloud_id in pairs}
    # The ids are unguessable and the clusters those of visible rows, so nothing is named that may not be seen.
    rows = known[type_name].objects.filter(cluster_id__in=clusters, cloud_id__in=ids)
    return {
        (cluster_id, cloud_id): name or cloud_id
        for cluster_id, cloud_id, name in rows.values_list("cluster_id", "cloud_id", "name")
        if (cluster_id, cloud_id) in pairs
    }
