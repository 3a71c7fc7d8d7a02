"""What stands on the page of an aggregate beyond its facts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from compute.aggregates import cloud
from compute.aggregates.models import Aggregate
from opsys.kit.declare import register
from opsys.kit.declare.resource import Panel
from opsys.kit.lists.shares import Share


def hosts(conn, item: Aggregate, *, user, query) -> dict[str, Any]:
    """Its hosts with their state and use. A host without a hypervisor is named all the same."""
    resource = register.get("compute.hypervisor")
    rows = resource.model.objects.visible_to(user).present().filter(cluster=item.cluster, host__in=item.hosts)
    known = {row.host: row for row in rows.select_related("cluster")}
    return {"hosts": [{"name": host, **_facts(resource, known.get(host))} for host in item.hosts]}


def _facts(resource, row) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "url": resource.item_url(row),
        "status": row.status,
        "state": row.state,
        "servers": row.servers,
        "vcpus": Share(row.vcpus_used, row.vcpus_total).as_dict(),
        "memory": Share(row.memory_used, row.memory_total, "MiB").as_dict(),
    }


def zones(conn, item: Aggregate, *, user, query) -> dict[str, Any]:
    return {"zones": cloud.zones(conn), "own": item.availability_zone}


PANELS = (
    Panel("hosts", _("Hosts"), "compute/aggregates/hosts.html", hosts, cloud=False, icon="server-cog"),
    Panel("zones", _("Availability zones"), "compute/aggregates/zones.html", zones, icon="map-pin"),
)
