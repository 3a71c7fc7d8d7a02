"""Rows of the inventory whose own state is what is wrong."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from clusters.sentences import gettext as _
from monitoring.alerts.kind import MOST, Condition, Facts, Found
from opsys.kit.declare import register
from opsys.kit.declare.resource import Resource

ENABLED = ~Q(status="disabled")
"""What somebody switched off may be down."""
DOWN = {
    "compute.service": Q(state="down") & ENABLED,
    "storage.volumeservice": Q(state="down") & ENABLED,
    "networking.networkagent": Q(status="DOWN", admin_state_up=True),
    "compute.hypervisor": Q(state="down") & ENABLED,
}
ERROR = Q(status="ERROR")


def _down(*types: str) -> Callable[[Facts, float], Found]:
    def find(facts: Facts, threshold: float) -> Found:
        conditions = [one for name in types for one in _where(facts, name, DOWN[name], _said_down)]
        return Found(conditions, complete=len(conditions) <= MOST)

    return find


services_down = _down("compute.service", "storage.volumeservice")
agents_down = _down("networking.networkagent")
hosts_down = _down("compute.hypervisor")


def servers_in_error(facts: Facts, threshold: float) -> Found:
    conditions = _where(facts, "compute.server", ERROR, _said_error)
    return Found(conditions, complete=len(conditions) <= MOST)


def volumes_in_error(facts: Facts, threshold: float) -> Found:
    conditions = _where(facts, "storage.volume", Q(status__startswith="error"), _said_error)
    return Found(conditions, complete=len(conditions) <= MOST)


def _where(facts: Facts, name: str, wrong: Q, said: Callable[[Resource, Any, str], str]) -> list[Condition]:
    """One query, the longest known first."""
    resource = register.get(name)
    rows = resource.model.objects.filter(wrong, cluster__in=facts.clusters, gone_at=None).order_by("pk")
    found = []
    for row in rows.defer("search_text", "digest")[: MOST + 1]:
        row.cluster = facts.clusters[row.cluster_id]
        text = said(resource, row, row.cluster.name)
        found.append(
            Condition(text, row.cluster_id, name, row.cloud_id, _name(row), url=resource.item_url(row), value=None)
        )
    return found


def _said_down(resource: Resource, row: Any, cluster: str) -> str:
    values = {"what": resource.model._meta.verbose_name, "name": _name(row), "cluster": cluster}
    return _("%(what)s %(name)s of %(cluster)s is down.") % values


def _said_error(resource: Resource, row: Any, cluster: str) -> str:
    reason = getattr(row, "fault_text", "")
    values = {"what": resource.model._meta.verbose_name, "name": _name(row), "cluster": cluster, "reason": reason}
    if reason:
        return _("%(what)s %(name)s of %(cluster)s is in error: %(reason)s") % values
    return _("%(what)s %(name)s of %(cluster)s is in error.") % values


def _name(row: Any) -> str:
    """An agent bears only its host's name."""
    binary = getattr(row, "binary", "")
    return f"{binary} {row.name}" if binary and binary not in row.name else str(row)
