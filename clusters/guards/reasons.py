"""The sentences with which guard rails refuse."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from clusters.models import Cluster
from clusters.sentences import gettext as _


def closures_of(cluster: Cluster) -> list[dict[str, Any]]:
    """Those that hold now."""
    now = time.time()
    return [
        closure
        for closure in cluster.guards.get("closures", ())
        if closure["from"] <= now and (closure["until"] is None or closure["until"] > now)
    ]


def why_closed(cluster: Cluster) -> str:
    """Why nothing may be changed on this cluster now, or ""."""
    for closure in closures_of(cluster):
        values = {"cluster": cluster.name, "reason": closure["reason"], "until": until_text(closure)}
        if closure["kind"] == "freeze":
            if values["until"]:
                return _("Changes on cluster %(cluster)s are frozen until %(until)s: %(reason)s") % values
            return _("Changes on cluster %(cluster)s are frozen: %(reason)s") % values
        if values["until"]:
            return _("Cluster %(cluster)s is locked for maintenance until %(until)s: %(reason)s") % values
        return _("Cluster %(cluster)s is locked for maintenance: %(reason)s") % values
    return ""


def until_text(closure: dict[str, Any]) -> str:
    if closure["until"] is None:
        return ""
    return date_format(timezone.localtime(datetime.fromtimestamp(closure["until"], tz=UTC)), "SHORT_DATETIME_FORMAT")


def protection_of(cluster: Cluster, resource: str, cloud_id: str) -> str | None:
    """Who protected it and why; None: nobody did."""
    return cluster.guards.get("protected", {}).get(resource, {}).get(cloud_id)


def why_protected(cluster: Cluster, resource: str, cloud_id: str) -> str:
    note = protection_of(cluster, resource, cloud_id)
    if note is None:
        return ""
    return _("It is protected (%(note)s). Take the protection off first.") % {"note": note or "–"}


def wants_reason(cluster: Cluster) -> bool:
    """Whether what cannot be undone wants a reason there."""
    return cluster.environment in settings.GUARD_REASON_ENVIRONMENTS


def closed_clusters(clusters: Iterable[Cluster]) -> list[tuple[Cluster, str]]:
    """For the banner: each cluster that is closed, with the sentence."""
    return [(cluster, reason) for cluster in clusters if (reason := why_closed(cluster))]
