"""Values as HTML, the same in a list and on a detail page. Everything a cloud sent is escaped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clusters.inventory import InventoryItem
from opsys.kit.references import address_of, ids_of
from opsys.kit.resource import Column, Resource

EMPTY = mark_safe('<span class="text-secondary" aria-hidden="true">–</span>')
LINES_SHOWN = 3


@dataclass(frozen=True)
class Link:
    """The value of a column that leads somewhere within the console."""

    text: str
    address: str

    def __str__(self) -> str:
        return self.text


def badge(resource: Resource, item: InventoryItem, text: str) -> SafeString:
    colour = resource.status_colour(item)
    working = mark_safe(' <span class="status-dot status-dot-animated"></span>') if item.restless else ""
    return format_html('<span class="status status-{}">{}{}</span>', colour, text or _("unknown"), working)


def cell(resource: Resource, column: Column, item: InventoryItem) -> SafeString | str:
    """The value of a column; plain text is not escaped yet, as it is to be where it is put into a page."""
    if column.refers:
        return _references(column, item) or EMPTY
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


def _references(column: Column, item: InventoryItem) -> SafeString:
    """Names that lead to what they name; the bare id of what is not known here."""
    names = item.references.get(column.refers, {})
    shown = [
        format_html('<a href="{}">{}</a>', address_of(column.refers, item, cloud_id), names[cloud_id])
        if cloud_id in names
        else format_html("<code>{}</code>", cloud_id)
        for cloud_id in ids_of(column, item)
    ]
    if len(shown) <= 1:
        return shown[0] if shown else mark_safe("")
    lines = format_html_join("", '<span class="line">{}</span>', ((one,) for one in shown[:LINES_SHOWN]))
    more = len(shown) - LINES_SHOWN
    return format_html('{}<span class="line text-secondary">+{}</span>', lines, more) if more > 0 else lines


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


def _link(link: Link) -> SafeString:
    return format_html('<a href="{}">{}</a>', link.address, link.text)


DRAWN: dict[str, Callable[[Any], SafeString]] = {
    "cluster": _cluster,
    "time": _time,
    "lines": _lines,
    "code": _code,
    "link": _link,
    "bar": lambda share: share.html(),
}
