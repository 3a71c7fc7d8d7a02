"""The list of a resource type as a django-tables2 table, and the same cells for the detail page."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.inventory import InventoryItem
from opsys.kit.resource import Column, Resource

EMPTY = mark_safe('<span class="text-secondary" aria-hidden="true">–</span>')
LINES_SHOWN = 3


def badge(resource: Resource, item: InventoryItem, text: str) -> SafeString:
    colour = resource.status_colour(item)
    working = mark_safe(' <span class="status-dot status-dot-animated"></span>') if item.restless else ""
    return format_html('<span class="status status-{}">{}{}</span>', colour, text or _("unknown"), working)


def cell(resource: Resource, column: Column, item: InventoryItem) -> SafeString | str:
    """A value as HTML; everything a cloud sent is escaped."""
    value = column.of(item)
    if column.kind == "status":
        return badge(resource, item, str(value or ""))
    if column.kind == "name":
        text = str(value or "") or item.cloud_id
        return format_html('<a href="{}" class="item-name" title="{}">{}</a>', resource.item_url(item), text, text)
    if column.kind == "flag":
        return _("yes") if value else _("no")
    if value in (None, "", [], ()):
        return EMPTY
    return DRAWN.get(column.kind, str)(value)


def _cluster(cluster: Any) -> SafeString:
    return format_html(
        '<span class="cluster-name"><span class="status-dot bg-{}" title="{}"></span>{}</span>',
        cluster.colour,
        cluster.get_environment_display(),
        cluster.name,
    )


def _time(moment: Any) -> SafeString:
    text = f"{moment:%Y-%m-%d %H:%M} UTC"
    return format_html('<time class="ago" datetime="{}">{}</time>', moment.isoformat(), text)


def _lines(lines: list[str]) -> SafeString:
    shown = format_html_join("", '<span class="line">{}</span>', ((line,) for line in lines[:LINES_SHOWN]))
    if len(lines) <= LINES_SHOWN:
        return shown
    return format_html(
        '{}<span class="line text-secondary" title="{}">+{}</span>',
        shown,
        ", ".join(lines[LINES_SHOWN:]),
        len(lines) - LINES_SHOWN,
    )


def _code(value: Any) -> SafeString:
    return format_html("<code>{}</code>", value)


DRAWN = {"cluster": _cluster, "time": _time, "lines": _lines, "code": _code}


class _Cell(tables.Column):
    def __init__(self, resource: Resource, column: Column):
        self.resource, self.column = resource, column
        classes = f"priority-{column.priority} kind-{column.kind}"
        super().__init__(
            verbose_name=column.label,
            orderable=bool(column.sort),
            order_by=tuple(column.sort) or None,
            empty_values=(),
            accessor="pk",
            attrs={"td": {"class": classes}, "th": {"class": classes}},
        )

    def render(self, record: InventoryItem) -> SafeString | str:
        return cell(self.resource, self.column, record)


class _Select(tables.Column):
    def __init__(self):
        super().__init__(
            verbose_name="", orderable=False, empty_values=(), accessor="pk", attrs={"td": {"class": "select"}}
        )

    def render(self, record: InventoryItem) -> SafeString:
        return format_html(
            '<input type="checkbox" name="ids" value="{}" class="form-check-input row-select" aria-label="{}">',
            record.pk,
            _("Select %(name)s") % {"name": str(record)},
        )


class _Menu(tables.Column):
    def __init__(self, resource: Resource):
        self.resource = resource
        super().__init__(
            verbose_name="", orderable=False, empty_values=(), accessor="pk", attrs={"td": {"class": "menu"}}
        )

    def render(self, record: InventoryItem) -> SafeString:
        return format_html(
            '<button type="button" class="btn btn-sm btn-ghost-secondary row-menu-button" hx-get="{}" '
            'hx-target="#row-menu" aria-haspopup="menu" aria-expanded="false" aria-label="{}">⋯</button>',
            self.resource.url("menu", record.pk),
            _("Actions for %(name)s") % {"name": str(record)},
        )


def table_of(resource: Resource, rows: list[Any], order_by: str = "") -> tables.Table:
    """A table of rows that are paged and sorted already: drawing it asks no query."""
    return _class_of(resource)(rows, order_by=order_by)


_classes: dict[str, type[tables.Table]] = {}


def _class_of(resource: Resource) -> type[tables.Table]:
    if resource.name not in _classes:
        columns: dict[str, Any] = {column.name: _Cell(resource, column) for column in resource.columns}
        if resource.actions:
            columns = {"select": _Select(), **columns, "menu": _Menu(resource)}
        meta = type(
            "Meta",
            (),
            {
                "attrs": {"class": "table table-vcenter card-table"},
                "row_attrs": {"data-id": lambda record: record.pk},
                "order_by_field": "sort",
                "sequence": tuple(columns),
                "empty_text": gettext_lazy("Nothing here."),
            },
        )
        _classes[resource.name] = type("ResourceTable", (tables.Table,), {**columns, "Meta": meta})
    return _classes[resource.name]
