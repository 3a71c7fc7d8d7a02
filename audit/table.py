"""The events of a page as a table, drawn row by row: cell by cell through django-tables2 is most of such a page."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.links import resource_url
from audit.models import Event
from audit.wording import action_text
from opsys.kit.declare.address import address
from opsys.kit.lists.markup import filled, html_of

PHASE_COLOURS = {
    Event.Phase.STARTED: "azure",
    Event.Phase.DONE: "green",
    Event.Phase.REFUSED: "orange",
    Event.Phase.FAILED: "red",
    Event.Phase.NOTED: "secondary",
}
PHASES, DOORS = dict(Event.Phase.choices), dict(Event.Via.choices)
# Of each column: its classes, also those by which it gives way on small screens.
COLUMNS = {
    "at": (_("Time"), "text-nowrap"),
    "username": (_("User"), ""),
    "action": (_("Action"), ""),
    "name": (_("Name"), "kind-name"),
    "cluster_name": (_("Cluster"), "kind-cluster priority-2"),
    "phase": (_("Outcome"), ""),
    "reason": (_("Reason"), "kind-reason priority-2"),
    "via": (_("Via"), "priority-3"),
}


class _EventTable(tables.Table):
    class Meta:
        orderable = False
        attrs = {"class": "table table-vcenter card-table events"}

    def body(self) -> SafeString:
        return SafeString("\n".join(map(_row, self.data)))


EventTable = type(
    "EventTable",
    (_EventTable,),
    {
        name: tables.Column(verbose_name=label, attrs={"th": {"class": classes}})
        for name, (label, classes) in COLUMNS.items()
    },
)


def _row(event: Event) -> str:
    cells = {name: getattr(event, name) for name in COLUMNS} | _drawn(event)
    drawn = (f'<td class="{COLUMNS[name][1]}">{html_of(value)}</td>' for name, value in cells.items())
    return f'<tr data-id="{event.pk}">{"".join(drawn)}</tr>'


def _drawn(event: Event) -> dict[str, Any]:
    moment = f"{event.at:%Y-%m-%d %H:%M:%S} UTC"
    page = address("audit:event", event.pk)
    resource = resource_url(event)
    name = event.name or event.cloud_id
    return {
        "at": filled('<a href="%s"><time class="at" datetime="%s">%s</time></a>', page, event.at.isoformat(), moment),
        "action": filled('<span title="%s">%s</span>', event.action, action_text(event.action)),
        "name": filled('<a href="%s">%s</a>', resource, name) if resource else name,
        "phase": phase_badge(event),
        "reason": event.told,
        "via": DOORS.get(event.via, event.via),
    }


def phase_badge(event: Event) -> SafeString:
    colour = PHASE_COLOURS.get(Event.Phase(event.phase), "secondary") if event.phase in PHASES else "secondary"
    return filled('<span class="status status-%s">%s</span>', colour, PHASES.get(event.phase, event.phase))
