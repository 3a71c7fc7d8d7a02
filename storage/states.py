"""When something of storage may be acted on: each check takes a row and gives the reason why not, or ""."""

from typing import Any

from django.utils.translation import gettext as _

from clusters.models import Cluster


def not_deleting(item: Any) -> str:
    return _("It is being deleted already.") if item.status == "deleting" else ""


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
