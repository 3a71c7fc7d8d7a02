"""Taking a host out of service and back: what hypervisors and compute services have in common."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from clusters.sentences import gettext as _
from opsys.kit.forms.form import ActionForm

NEEDS = "compute 2.53"
"""Since then services have ids that are unique over all cells."""


class ReasonForm(ActionForm):
    """Why: Nova shows it to everybody who wonders later."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=255)


def disable(conn, service_id: str, reason: str) -> None:
    conn.compute.update_service(service_id, status="disabled", disabled_reason=reason)


def enable(conn, service_id: str) -> None:
    conn.compute.update_service(service_id, status="enabled")


def force_down(conn, service_id: str, forced: bool) -> None:
    conn.compute.update_service(service_id, forced_down=forced)


def enabled(item: Any) -> str:
    """Why it cannot be disabled."""
    return _("It is disabled already.") if item.status == "disabled" else ""


def disabled(item: Any) -> str:
    """Why it cannot be enabled."""
    return "" if item.status == "disabled" else _("It is enabled already.")


def set_command(host: str, *words: str) -> list[str]:
    return ["compute", "service", "set", *words, host, "nova-compute"]
