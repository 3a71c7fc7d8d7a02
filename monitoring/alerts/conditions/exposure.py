"""What became open to the world: the critical findings of the exposure report."""

from collections import defaultdict
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Max

from clusters.models import Cluster, SyncState
from clusters.sentences import gettext as _
from monitoring.alerts.kind import MOST, Condition, Facts, Found, bounded
from opsys.kit.lists.scope import Scope
from opsys.kit.reports.doors import report_named
from opsys.kit.reports.report import Report

REPORT = "networking.exposure"

State = tuple[str, datetime | None]

_found: dict[int, tuple[State, list[Condition]]] = {}
"""By cluster what was found in this process, and in which state of its inventory: all ports and rules are looked
through again only where something changed."""


def openings(facts: Facts, threshold: float) -> Found:
    """One condition a server (or port) and level, however many rules open it."""
    report = report_named(REPORT)
    if report is None:
        return Found([])
    states = _states(report, facts)
    for pk in _found.keys() - states.keys():
        _found.pop(pk, None)
    changed = [cluster for pk, cluster in facts.clusters.items() if pk not in _found or _found[pk][0] != states[pk]]
    conditions, complete = _look(report, changed) if changed else ({}, True)
    for cluster in changed if complete else ():
        if states[cluster.pk][1] is not None:
            _found[cluster.pk] = states[cluster.pk], conditions[cluster.pk]
    same = [condition for pk in facts.clusters.keys() - {each.pk for each in changed} for condition in _found[pk][1]]
    found = bounded([*same, *(one for some in conditions.values() for one in some)])
    found.complete = found.complete and complete
    return found


def _states(report: Report, facts: Facts) -> dict[int, State]:
    """By cluster what must be the same for the report to be the same."""
    states = SyncState.objects.filter(resource__in=report.types, cluster__in=facts.clusters)
    moments = dict(states.values_list("cluster").annotate(Max("changed_at")))
    return {pk: (cluster.name, moments.get(pk)) for pk, cluster in facts.clusters.items()}


def _look(report: Report, clusters: list[Cluster]) -> tuple[dict[int, list[Condition]], bool]:
    """What is open in each of these clusters, and whether that is all."""
    # The platform looks at all of them; who is told what is decided when it is told.
    platform = get_user_model()(is_superuser=True)
    rows = report.rows(Scope(clusters, clusters), {"level": ["critical"]}, user=platform)
    found: dict[tuple[int, str], Condition] = {}
    for row in rows[: MOST + 1]:
        port = row.opening.port
        said = _("%(name)s of %(cluster)s is open to the world: %(protocol)s %(ports)s.") % {
            "name": row.server_name,
            "cluster": row.cluster.name,
            "protocol": row.protocol,
            "ports": row.ports,
        }
        place = {"name": row.server_name, "url": f"{report.url()}?cluster={row.cluster.name}"}
        found.setdefault((row.cluster.pk, port), Condition(said, row.cluster.pk, "networking.port", port, **place))
    by_cluster: dict[int, list[Condition]] = defaultdict(list)
    for (pk, _port), condition in found.items():
        by_cluster[pk].append(condition)
    return by_cluster, len(rows) <= MOST
