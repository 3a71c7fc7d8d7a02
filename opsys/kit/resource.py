"""A resource type as one value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from clusters.inventory import InventoryItem, Source, type_name
from opsys.kit.action import Action

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Column:
    """One column of the list and one fact of the detail page.

    `value` is the name of an attribute of the item (a field, a property) or a function of it. `kind` says how it
    is drawn: text, name (links to the detail page), status, cluster, time, lines, code, link (a `cells.Link`), bar
    (a `shares.Share`). `sort` are the database
    columns it sorts by; empty: it cannot be sorted. `priority` 1 stays on a phone, 3 goes first.
    """

    name: str
    label: "str | StrPromise"
    value: str | Callable[[Any], Any] = ""
    kind: str = "text"
    sort: Sequence[str] = ()
    priority: int = 2

    def of(self, item: InventoryItem) -> Any:
        if callable(self.value):
            return self.value(item)
        return getattr(item, self.value or self.name)


@dataclass(frozen=True)
class Filter:
    """One field of the filter bar. With `choices` (value, label) several may be chosen, else the text must match
    exactly, or stand in it when `contains`."""

    name: str
    label: "str | StrPromise"
    field: str = ""
    choices: Sequence[tuple[str, Any]] = ()
    contains: bool = False


@dataclass(frozen=True)
class Resource:
    """Everything the doors need to know of a type. `slug` is its folder's name and stands in its addresses."""

    model: type[InventoryItem]
    slug: str
    source: Source
    columns: Sequence[Column]
    icon: str = "box"
    filters: Sequence[Filter] = ()
    search: Sequence[str] = ("name__icontains", "cloud_id")
    actions: Sequence[Action] = ()
    order: Sequence[str] = ("name", "pk")
    status_colour: Callable[[Any], str] = field(default=lambda item: "secondary")

    @cached_property
    def name(self) -> str:
        """`compute.server`: how commands, the API and the audit call it."""
        return type_name(self.model)

    @property
    def app(self) -> str:
        return self.model._meta.app_label

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def label_plural(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    def action(self, name: str) -> Action:
        """KeyError if the type has no such action."""
        return {action.name: action for action in self.actions}[name]

    def url(self, door: str = "", *args: Any) -> str:
        """The address of one of the type's pages: "" the list, or item, action, menu, count, freshness."""
        return reverse(f"{self.app}:{self.slug}{'-' + door if door else ''}", args=args)

    def item_url(self, item: InventoryItem) -> str:
        return self.url("item", item.cluster.name, item.cloud_id)
