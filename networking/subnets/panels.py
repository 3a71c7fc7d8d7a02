"""The parts of a subnet's page."""

from ipaddress import ip_address
from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping, sequence
from networking.subnets.models import Subnet
from opsys.kit.declare import register
from opsys.kit.declare.resource import Panel

SHOWN = 1000
HOLDERS = ("compute.server", "networking.router")


def addresses(conn, subnet: Subnet, *, user, query) -> dict[str, Any]:
    """`addresses` in order, each with the port that holds it and the server or router that this belongs to; `more`,
    how many there are beyond `SHOWN`."""
    resource = register.get("networking.port")
    ports = (
        resource.model.objects.visible_to(user).present().filter(cluster=subnet.cluster, network_id=subnet.network_id)
    )
    held = []
    for port in ports.select_related("cluster").order_by("pk"):
        for fixed in map(mapping, sequence(port.fixed_ips)):
            if fixed.get("subnet_id") == subnet.cloud_id:
                held.append((str(fixed.get("ip_address") or ""), port))
    held.sort(key=lambda pair: _place(pair[0]))
    holders = _holders(subnet, {port.device_id for _text, port in held[:SHOWN]}, user)
    shown = [
        {
            "address": text,
            "port": str(port),
            "url": resource.item_url(port),
            "owner": port.device_owner,
            "holder": holders.get(port.device_id),
            "status": port.status,
        }
        for text, port in held[:SHOWN]
    ]
    return {"addresses": shown, "more": max(0, len(held) - SHOWN)}


def _holders(subnet: Subnet, ids: set[str], user) -> dict[str, dict[str, str]]:
    """The name and page of each server and router that ports belong to."""
    found = {}
    for resource in map(register.get, HOLDERS):
        rows = resource.model.objects.visible_to(user).present().filter(cluster=subnet.cluster, cloud_id__in=ids)
        for row in rows.select_related("cluster"):
            found[row.cloud_id] = {"name": str(row), "url": resource.item_url(row)}
    return found


def _place(text: str) -> tuple[int, int, str]:
    try:
        found = ip_address(text)
    except ValueError:
        return (9, 0, text)
    return (found.version, int(found), text)


PANELS = (
    Panel(
        "addresses", _("Addresses in use"), "networking/subnets/addresses.html", addresses, cloud=False, icon="list"
    ),
)
