"""A message in words, in the language of its channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.sentences import retold
from monitoring.alerts.kinds import KINDS, kind_label
from monitoring.alerts.models.alert import Alert
from monitoring.alerts.models.severity import Severity

LISTED = 20


@dataclass(frozen=True)
class Message:
    """`title` is one line, `lines` one for each alert, `url` our page ("" where the platform's address is not set)."""

    title: str
    lines: list[str]
    url: str
    firing: bool

    @property
    def text(self) -> str:
        return "\n".join([self.title, "", *self.lines, *([self.url] if self.url else [])])


def message_of(alerts: list[dict[str, Any]], more: int = 0) -> Message:
    """In the present language."""
    first = alerts[0]
    lines = [_line(one) for one in alerts[:LISTED]]
    hidden = more + max(0, len(alerts) - LISTED)
    if hidden:
        lines.append(ngettext("… and %(count)s more", "… and %(count)s more", hidden) % {"count": hidden})
    over = all(one["state"] == Alert.State.RESOLVED for one in alerts)
    path = first["path"] if len(alerts) == 1 and not more else reverse("monitoring:alerts")
    url = f"{settings.SITE_URL.rstrip('/')}{path}" if settings.SITE_URL else ""
    return Message(_title(alerts, more, over=over), lines, url, firing=not over)


def _title(alerts: list[dict[str, Any]], more: int, *, over: bool) -> str:
    first, count = alerts[0], len(alerts) + more
    label = kind_label(first["kind"]) if first["rule"] in KINDS else first["rule"]
    state = str(Alert.State.RESOLVED.label) if over else str(Severity(first["severity"]).label)
    if first["escalation"]:
        state = _("%(severity)s, not acknowledged") % {"severity": state}
    place = f" · {first['cluster']}" if first["cluster"] else ""
    number = f" ({count})" if count > 1 else ""
    return f"[{state}] {label}{number}{place}"


def _line(alert: dict[str, Any]) -> str:
    text = retold(alert["said"], alert["text"])
    over = alert["state"] == Alert.State.RESOLVED
    since = datetime.fromisoformat(alert["began_at"])
    line = _("Over: %(text)s (since %(time)s UTC)") if over else _("%(text)s (since %(time)s UTC)")
    return line % {"text": text, "time": f"{since:%Y-%m-%d %H:%M:%S}"}
