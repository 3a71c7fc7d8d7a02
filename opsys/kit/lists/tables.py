"""The list of a resource type as a django-tables2 table."""

import copy
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clusters.inventory import InventoryItem
from opsys.kit.declare import register
from opsys.kit.declare.resource import Column, Resource
from opsys.kit.lists.cells import cell
from opsys.kit.lists.columns import Columns, columns_of
from opsys.kit.lists.filters import filter_of, value_of
from opsys.kit.lists.markup import filled, html_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CHECKBOX = '<input type="checkbox" name="ids" value="%s" class="form-check-input row-select" aria-label="%s">'
MENU = (
    '<button type="button" class="btn btn-sm btn-ghost-secondary row-menu-button" hx-get="%s" '
    'hx-target="#row-menu" aria-haspopup="menu" aria-expanded="false" aria-label="%s">⋯</button>'
)


class _Column(tables.Column):
    """A column that draws its own cells: what stands in the table's header is django-tables2's work, the body ours."""

    def __init__(self, classes: str, label: "str | StrPromise" = "", sort: Sequence[str] = ()):
        self.opening = f'<td class="{classes}">'
        super().__init__(
            verbose_name=label,
            orderable=bool(sort),
            order_by=tuple(sort) or None,
            attrs={"th": {"class": classes}} if label else {},
        )

    def __deepcopy__(self, memo: Any) -> "_Column":
        # A table copies its columns, and would copy the whole type with them.
        return copy.copy(self)

    def cells(self, rows: Sequence[InventoryItem]) -> list[str]:
        """The whole column as HTML, top to bottom."""
        opening = self.opening
        return [f"{opening}{html_of(drawn)}</td>" for drawn in self.drawn(rows)]

    def drawn(self, rows: Sequence[InventoryItem]) -> Iterator[SafeString | str]:
        raise NotImplementedError


class _Cell(_Column):
    def __init__(self, resource: Resource, column: Column, chosen: bool):
        self.resource, self.column = resource, column
        priority = 1 if chosen else column.priority
        classes = f"kind-{column.kind} priority-{priority}"
        super().__init__(classes, column.label, column.sort)
        self.filter = filter_of(resource, column)
        if self.filter is not None:
            self.filtering = f'<td class="{classes}" data-filter="{self.filter.name}" data-value="%s">'

    def cells(self, rows: Sequence[InventoryItem]) -> list[str]:
        """With the value that the column's filter would take, if it has one."""
        spec = self.filter
        if spec is None:
            return super().cells(rows)
        openings = [
            self.filtering % html_of(value) if (value := value_of(spec, row)) else self.opening for row in rows
        ]
        return [f"{start}{html_of(drawn)}</td>" for start, drawn in zip(openings, self.drawn(rows), strict=True)]

    def drawn(self, rows: Sequence[InventoryItem]) -> Iterator[SafeString | str]:
        return (cell(self.resource, self.column, row) for row in rows)


class _Select(_Column):
    def __init__(self):
        super().__init__("select")

    def drawn(self, rows: Sequence[InventoryItem]) -> Iterator[SafeString]:
        label = _("Select %(name)s")
        return (filled(CHECKBOX, row.pk, label % {"name": row}) for row in rows)


class _Menu(_Column):
    def __init__(self, resource: Resource):
        self.resource = resource
        super().__init__("menu")

    def drawn(self, rows: Sequence[InventoryItem]) -> Iterator[SafeString]:
        label = _("Actions for %(name)s")
        return (filled(MENU, self.resource.url("menu", row.pk), label % {"name": row}) for row in rows)


class ResourceTable(tables.Table):
    """Rows that are paged and sorted already; drawing them asks no query."""

    def body(self) -> SafeString:
        """The rows as HTML. Bound row by bound row and cell by cell through a template, as django-tables2 draws,
        they would take longer than all the rest of the page."""
        rows = list(self.data)
        columns = [bound.column.cells(rows) for bound in self.columns]
        lines = zip(rows, *columns, strict=True)
        return SafeString("\n".join(f'<tr data-id="{row.pk}">{"".join(cells)}</tr>' for row, *cells in lines))


def table_of(
    resource: Resource, rows: list[Any], order_by: str = "", shown: Columns | None = None, *, select: bool = True
) -> ResourceTable:
    """The rows with the columns that are `shown`, in their order; without it the usual ones. Without `select` none can
    be chosen for a bulk action."""
    shown = shown or columns_of(resource)
    names = ["select", *shown.names, "menu"] if resource.on_items else shown.names
    if not select:
        names = [name for name in names if name != "select"]
    others = [name for name in ("select", *(column.name for column in resource.columns)) if name not in names]
    table = _class_of(resource.name, shown.chosen)
    return table(rows, order_by=order_by, sequence=names, exclude=others)


@lru_cache(maxsize=256)
def _class_of(resource_name: str, chosen: bool) -> type[ResourceTable]:
    resource = register.get(resource_name)
    columns: dict[str, Any] = {column.name: _Cell(resource, column, chosen) for column in resource.columns}
    if resource.on_items:
        columns = {"select": _Select(), **columns, "menu": _Menu(resource)}
    attributes = {
        "attrs": {"class": "table table-vcenter card-table"},
        "order_by_field": "sort",
        "sequence": tuple(columns),
    }
    return type("ResourceTable", (ResourceTable,), {**columns, "Meta": type("Meta", (), attributes)})
