"""Values as HTML, the same in a list and on a detail page. Everything a cloud sent is escaped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clusters.inventory import InventoryItem
from clusters.models import Environment
from opsys.kit.declare.resource import Column, Resource
from opsys.kit.lists.markup import filled, together
from opsys.kit.lists.statuses import status_text
from opsys.kit.relate.references import address_of, ids_of

EMPTY = mark_safe('<span class="text-secondary" aria-hidden="true">–</span>')
ENVIRONMENTS = dict(Environment.choices)
LINE = '<span class="line">%s</span>'
LINES_SHOWN = 3


@dataclass(frozen=True)
class Link:
    """The value of a column that leads somewhere within the console."""

    text: str
    address: str

    def __str__(self) -> str:
        return self.text


def partial_reason(item: InventoryItem) -> str:
    """Why some of it may be old; "" where the cloud sends all of it."""
    if not item.partial:
        return ""
    if item.partial_since is None:
        return _("The cloud sends only a part of it: the cell that holds it does not answer.")
    return _(
        "The cloud sends only a part of it: the cell that holds it does not answer. The rest is what was known at "
        "%(moment)s."
    ) % {"moment": f"{item.partial_since:%Y-%m-%d %H:%M:%S} UTC"}


@dataclass(frozen=True)
class Badge:
    """The value of a column that judges: a word for programs, its text for people, and a colour."""

    word: str
    text: str
    colour: str

    def __str__(self) -> str:
        return self.word


def badge(resource: Resource, item: InventoryItem, text: str) -> SafeString:
    colour = resource.status_colour(item)
    working: SafeString = (
        mark_safe(' <span class="status-dot status-dot-animated"></span>') if item.transitional else mark_safe("")
    )
    if item.partial:
        working += filled(' <span class="text-secondary" title="%s">%s</span>', partial_reason(item), _("in part"))
    return filled('<span class="status status-%s">%s%s</span>', colour, status_text(text) or _("unknown"), working)


def cell(resource: Resource, column: Column, item: InventoryItem) -> SafeString | str:
    """The value of a column; plain text is not escaped yet, as it is to be where it is put into a page."""
    if column.refers:
        return _references(column, item) or EMPTY
    value = column.of(item)
    if column.kind == "status":
        return badge(resource, item, str(value or ""))
    if column.kind == "name":
        text = str(value or "") or item.cloud_id
        return filled('<a href="%s" class="item-name" title="%s">%s</a>', resource.item_url(item), text, text)
    return drawn(column.kind, value)


def drawn(kind: str, value: Any) -> SafeString | str:
    """A value of a kind that says all by itself."""
    if kind == "flag":
        return _("yes") if value else _("no")
    if value in (None, "", [], ()):
        return EMPTY
    return DRAWN.get(kind, str)(value)


def _references(column: Column, item: InventoryItem) -> SafeString:
    """Names that lead to what they name; the bare id of what is not known here."""
    if column.key != "cloud_id":
        return _references_by_key(column, item)
    names = item.references.get(column.refers, {})
    shown = [
        filled('<a href="%s">%s</a>', address_of(column.refers, item, cloud_id), names[cloud_id])
        if cloud_id in names
        else filled("<code>%s</code>", cloud_id)
        for cloud_id in ids_of(column, item)
    ]
    return _few(shown)


def _references_by_key(column: Column, item: InventoryItem) -> SafeString:
    """What the cloud names otherwise than by id stands as it does there, and leads to what it names."""
    known = item.references.get(f"{column.refers}/{column.key}", {})
    return _few(
        [
            filled('<a href="%s">%s</a>', address_of(column.refers, item, known[value]), value)
            if value in known
            else filled("%s", value)
            for value in ids_of(column, item)
        ]
    )


def _few(shown: list[SafeString]) -> SafeString:
    if len(shown) <= 1:
        return shown[0] if shown else mark_safe("")
    lines = together(filled(LINE, one) for one in shown[:LINES_SHOWN])
    more = len(shown) - LINES_SHOWN
    return filled('%s<span class="line text-secondary">+%s</span>', lines, more) if more > 0 else lines


def _cluster(cluster: Any) -> SafeString:
    return filled(
        '<span class="cluster-name"><span class="status-dot bg-%s" title="%s"></span>%s</span>',
        cluster.colour,
        ENVIRONMENTS.get(cluster.environment, cluster.environment),
        cluster.name,
    )


def _time(moment: Any) -> SafeString:
    text = f"{moment:%Y-%m-%d %H:%M} UTC"
    return filled('<time class="ago" datetime="%s">%s</time>', moment.isoformat(), text)


def _lines(lines: list[str]) -> SafeString:
    shown = together(filled(LINE, line) for line in lines[:LINES_SHOWN])
    if len(lines) <= LINES_SHOWN:
        return shown
    return filled(
        '%s<span class="line text-secondary" title="%s">+%s</span>',
        shown,
        ", ".join(lines[LINES_SHOWN:]),
        len(lines) - LINES_SHOWN,
    )


def _code(value: Any) -> SafeString:
    return filled("<code>%s</code>", value)


def _link(link: Link) -> SafeString:
    return filled('<a href="%s">%s</a>', link.address, link.text)


def _badge(badge: Badge) -> SafeString:
    return filled('<span class="status status-%s">%s</span>', badge.colour, badge.text)


DRAWN: dict[str, Callable[[Any], SafeString | str]] = {
    "state": status_text,
    "cluster": _cluster,
    "time": _time,
    "lines": _lines,
    "code": _code,
    "link": _link,
    "bar": lambda share: share.html(),
    "badge": _badge,
    "reason": lambda text: filled('<span class="reason">%s</span>', text),
}
