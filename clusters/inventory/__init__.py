"""Our copy of what the clouds hold. Lists read it and never a cloud; this package alone writes it.

A resource type joins with a model (`InventoryItem`) and a `Source` that says how to read it from a cloud.
"""

from clusters.inventory.comparing import mark_gone, mark_missing_gone, marks, missing, still_there
from clusters.inventory.indexes import filter_indexes, list_indexes, relation_indexes
from clusters.inventory.items import InventoryItem, InventoryQuerySet, in_clusters, seen_with
from clusters.inventory.search import SearchField, contains_sql, text_found
from clusters.inventory.sources import SOURCES, Row, Source, model_named, track, type_name
from clusters.inventory.writing import Changes, rename, store

__all__ = [
    "SOURCES", "Changes", "InventoryItem", "InventoryQuerySet", "Row", "SearchField", "Source", "contains_sql",
    "filter_indexes", "in_clusters", "list_indexes", "mark_gone", "mark_missing_gone", "marks", "missing",
    "model_named", "relation_indexes", "rename", "seen_with", "still_there", "store", "text_found", "track",
    "type_name",
]  # fmt: skip
