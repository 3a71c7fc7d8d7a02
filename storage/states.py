"""When something of storage may be acted on: each check takes a row and gives the reason why not, or ""."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.models import Cluster

Check = Callable[[Any], str]


def in_status(*statuses: str) -> Check:
    def check(item: Any) -> str:
        return "" if item.status in statuses else _other_status(item.status, statuses, get_language())

    return check


@lru_cache(maxsize=2048)
def _other_status(status: str, wanted: tuple[str, ...], language: str | None) -> str:
    """Kept: a page of the API says it of each row and each action."""
    return _("It is %(status)s; this needs %(wanted)s.") % {
        "status": status or _("in an unknown state"),
        "wanted": _(" or ").join(wanted),
    }


def all_of(*checks: Check) -> Check:
    """The first reason any of them gives."""

    def check(item: Any) -> str:
        return next((reason for one in checks if (reason := one(item))), "")

    return check


def not_deleting(item: Any) -> str:
    return _("It is being deleted already.") if item.status == "deleting" else ""


def offers(cluster: Cluster, version: str) -> bool:
    """Whether the cluster's Cinder knows this microversion; yes where it was never asked."""
    newest = cluster.capabilities.get("services", {}).get("block-storage", {}).get("max")
    return not newest or _numbers(newest) >= _numbers(version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def has_backups(cluster: Cluster) -> str:
    """Whether a cinder-backup runs there; where nobody was allowed to ask, the cloud shall answer."""
    if cluster.capabilities.get("volume_backups") is False:
        return _("Cluster %(cluster)s has no backup service (cinder-backup).") % {"cluster": cluster.name}
    return ""


def cluster_has_backups(item: Any) -> str:
    return has_backups(item.cluster)


COLOURS = {"available": "green", "in-use": "blue"}


def colour(item: Any) -> str:
    return "red" if item.status.startswith("error") else COLOURS.get(item.status, "secondary")
