"""How each resource type is read from a cloud."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from clusters.gateway import Index, Listing
from clusters.inventory.items import InventoryItem

Row = Mapping[str, Any]
"""One resource as plain values: the model's own fields by name. `gone=True` says it was deleted in the cloud,
`partial=True` that the cloud did not send all of it: what is not in the row stays as it was last known. A partial row
that was sent without its id says by which columns (`known_by`) the rows are found that it is about."""


@dataclass(frozen=True)
class Source:
    """How one resource type is read from a cloud. The functions take an SDK connection and return plain values.

    `fetch` yields all rows page by page; `changes`, where the service can tell, those touched since a moment of
    the cloud's clock, deleted ones included; `fetch_one` a single row, raising when it does not exist. Types of which
    there may be many give `Listed` values instead of functions (changes in their order), so that a pass goes on from
    the page it came to. With an `index` long lists are read completely only now and then, and compared with it in
    between; it also says that `changes` do not tell what is gone.
    `full_seconds` is how old a complete reading may become (None: the setting `SYNC_FULL_SECONDS`). `role` is the one
    that OpenStack's own policies ask of whoever lists it. `events` are the beginnings of the types of the service's
    notifications that tell of a resource of this type, with the places of the payload where its id may stand.
    """

    service: str
    fetch: Callable[[Any], Iterable[Sequence[Row]]]
    fetch_one: Callable[[Any, str], Row]
    changes: Callable[[Any, datetime], Iterable[Sequence[Row]]] | None = None
    full_seconds: float | None = None
    index: Index | None = None
    names: Callable[[datetime], Listing] | None = None
    role: str = "reader"
    events: Mapping[str, Sequence[str]] = field(default_factory=dict)


SOURCES: dict[type[InventoryItem], Source] = {}


def track(model: type[InventoryItem], source: Source) -> None:
    """From now on the sync reads this type from every cluster."""
    SOURCES[model] = source


def type_name(model: type[InventoryItem]) -> str:
    """How a resource type is called in addresses, commands and the audit: `compute.server`."""
    return model._meta.label_lower


def model_named(name: str) -> type[InventoryItem]:
    """The tracked model of this type name; KeyError if there is none."""
    return {type_name(model): model for model in SOURCES}[name]
