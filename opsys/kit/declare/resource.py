"""A resource type as one value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clusters import access
from clusters.inventory import InventoryItem, Source, type_name
from clusters.models import Cluster
from opsys.kit.declare.action import Action
from opsys.kit.declare.address import address
from opsys.kit.declare.relation import Relation

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Column:
    """One column of the list and one fact of the detail page.

    `value` is the name of an attribute of the item (a field, a property) or a function of it. `kind` says how it is
    drawn: text, name (links to the detail page), status, state (the same word without its colour), cluster, time,
    lines, code, link (a `cells.Link`), bar (a `shares.Share`), badge (a `cells.Badge`), reason (a sentence). `sort`
    are the database columns it sorts by; empty: it cannot be sorted. `priority` 1 stays on a phone, 3 goes first, 4 is
    shown to those only who choose it. `refers` names a type ("identity.project"): the value is the cloud id, or a list
    of them, of resources of that type in the same cluster, drawn as their names. With another `key` the value is what
    stands in that column of theirs.
    """

    name: str
    label: "str | StrPromise"
    value: str | Callable[[Any], Any] = ""
    kind: str = "text"
    sort: Sequence[str] = ()
    priority: int = 2
    refers: str = ""
    key: str = "cloud_id"

    def of(self, item: InventoryItem) -> Any:
        if callable(self.value):
            return self.value(item)
        return getattr(item, self.value or self.name)


@dataclass(frozen=True)
class Panel:
    """A part of the detail page that is fetched once the page stands, so that a slow cloud holds up nothing else.

    `load(conn, item, user=…, query=…)` gives its plain values, for `template` and for the API alike; `query` are the
    address's own parameters. Without `cloud` it reads our tables only and `conn` is None.
    """

    name: str
    label: "str | StrPromise"
    template: str
    load: Callable[..., dict[str, Any]]
    permission: str = access.VIEW
    cloud: bool = True
    icon: str = "list-details"
    when: Callable[[Any], bool] = lambda item: True


@dataclass(frozen=True)
class Link:
    """Another page of ours about one resource, drawn as a button beside its actions, or only in their menu when it is
    not `prominent`. `url(item)` is its address; `window` names the browser window it opens in, "" this one. Who lacks
    the permission sees why not; it is not there where `when` says so."""

    name: str
    label: "str | StrPromise"
    url: Callable[[Any], str]
    icon: str = "link"
    permission: str = access.VIEW
    window: str = ""
    when: Callable[[Any], bool] = lambda item: True
    prominent: bool = True


@dataclass(frozen=True)
class Filter:
    """One field of the filter bar. Several of its values may be chosen: of `choices` (value, label), or of those that
    the column holds. With `refers` they are ids or names of resources of that type; a `relation` says how rows refer
    to them. With `contains` it is a text that stands somewhere in the column, for what nearly every row has another
    of."""

    name: str
    label: "str | StrPromise"
    field: str = ""
    choices: Sequence[tuple[str, Any]] = ()
    contains: bool = False
    refers: str = ""
    relation: Relation | None = None

    @property
    def column(self) -> str:
        """The database column; meaningless where a relation is kept in links."""
        return self.field or self.name

    @property
    def linked(self) -> bool:
        return self.relation is not None and bool(self.relation.ids)


@dataclass(frozen=True)
class Resource:
    """Everything the doors need to know of a type. `slug` is its folder's name and stands in its addresses.
    `relations` are what it belongs to and uses: each becomes a column and a filter, unless those of its name are
    declared. Without `menu` people get there only from the resources it belongs to. `absent` is why a cluster that has
    the service has none of them nevertheless."""

    model: type[InventoryItem]
    slug: str
    source: Source
    columns: Sequence[Column]
    icon: str = "box"
    filters: Sequence[Filter] = ()
    relations: Sequence[Relation] = ()
    actions: Sequence[Action] = ()
    order: Sequence[str] = ("name", "pk")
    status_colour: Callable[[Any], str] = field(default=lambda item: "secondary")
    panels: Sequence[Panel] = ()
    links: Sequence[Link] = ()
    menu: bool = True
    absent: Callable[[Cluster], str] = lambda cluster: ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", _with_columns(self.columns, self.relations))
        object.__setattr__(self, "filters", _with_filters(self.filters, self.relations))
        # Unless it says otherwise, an action asks the service that the type is read from.
        actions = [action if action.needs else replace(action, needs=self.source.service) for action in self.actions]
        object.__setattr__(self, "actions", tuple(actions))

    @cached_property
    def name(self) -> str:
        """`compute.server`: how commands, the API and the audit call it."""
        return type_name(self.model)

    @property
    def app(self) -> str:
        return self.model._meta.app_label

    @property
    def room(self) -> str:
        """The package that holds everything of the type."""
        return self.model.__module__.rpartition(".")[0]

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def label_plural(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def on_items(self) -> list[Action]:
        """What can be done to the resources there are."""
        return [action for action in self.actions if action.scope == "item"]

    @property
    def on_clusters(self) -> list[Action]:
        """What makes a new one."""
        return [action for action in self.actions if action.scope == "cluster"]

    def action(self, name: str, scope: str = "item") -> Action:
        """KeyError if the type has no such action."""
        return {action.name: action for action in self.actions if action.scope == scope}[name]

    def url(self, door: str = "", *args: Any) -> str:
        """The address of one of the type's pages: "" the list, or item, action, new, panel, menu, count, values,
        freshness."""
        return address(f"{self.app}:{self.slug}{'-' + door if door else ''}", *args)

    def item_url(self, item: InventoryItem) -> str:
        return self.url("item", item.cluster.name, item.cloud_id)


def _with_columns(columns: Sequence[Column], relations: Sequence[Relation]) -> tuple[Column, ...]:
    """Those of relations stand before the first time, which lists end with."""
    declared = {column.name for column in columns}
    added = [
        Column(
            relation.name,
            relation.label,
            value=relation.of if relation.ids else relation.column,
            kind="lines" if relation.ids else "text",
            refers=relation.to,
            key=relation.key,
            priority=relation.priority,
        )
        for relation in relations
        if relation.name not in declared
    ]
    end = next((place for place, column in enumerate(columns) if column.kind == "time"), len(columns))
    return (*columns[:end], *added, *columns[end:])


def _with_filters(filters: Sequence[Filter], relations: Sequence[Relation]) -> tuple[Filter, ...]:
    declared = {found.name for found in filters}
    added = [
        Filter(relation.name, relation.label, field=relation.column, refers=relation.to, relation=relation)
        for relation in relations
        if relation.name not in declared
    ]
    return (*filters, *added)
