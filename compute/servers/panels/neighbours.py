"""Rows of other types that a server has to do with, where those types are known here."""

from collections.abc import Iterable

from clusters.inventory import InventoryItem
from compute.servers.models import Server
from opsys.kit.declare import register


def named(type_name: str, server: Server, cloud_ids: Iterable[str], *, user) -> dict[str, InventoryItem]:
    """By cloud id, those of the server's cluster that the user may see. Empty for a type that is not there."""
    known = {resource.name: resource.model for resource in register.resources()}
    if type_name not in known:
        return {}
    rows = known[type_name].objects.visible_to(user).filter(cluster=server.cluster, cloud_id__in=list(cloud_ids))
    return {row.cloud_id: row for row in rows}


def page_of(type_name: str, server: Server, cloud_id: str) -> str:
    """The address of its page; "" where there is none."""
    known = {resource.name: resource for resource in register.resources()}
    return known[type_name].url("item", server.cluster.name, cloud_id) if type_name in known and cloud_id else ""
