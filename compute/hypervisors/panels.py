"""What stands on the page of a hypervisor beyond its facts."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping, sequence
from compute.hypervisors import cloud
from compute.hypervisors.models import Hypervisor
from compute.placement import capacity, number
from opsys.kit.declare import register
from opsys.kit.declare.resource import Panel
from opsys.kit.lists.shares import Share

SERVERS_SHOWN = 50
UNITS = {"MEMORY_MB": "MiB", "DISK_GB": "GiB"}


def capacities(conn, item: Hypervisor, *, user, query) -> dict[str, Any]:
    """Each resource class that Placement counts: what there is, what of it may be given away, what is."""
    classes = []
    for name, stock in sorted(mapping(item.data.get("placement")).items()):
        unit = UNITS.get(name, "")
        figures = {key: number(mapping(stock).get(key)) for key in ("total", "reserved", "allocation_ratio", "used")}
        share = Share(int(figures["used"]), capacity(mapping(stock)), unit)
        classes.append({"name": name, "unit": unit, **figures, "share": share.as_dict()})
    return {"classes": classes}


def servers(conn, item: Hypervisor, *, user, query) -> dict[str, Any]:
    resource = register.get("compute.server")
    rows = resource.model.objects.visible_to(user).present().filter(cluster=item.cluster, host=item.host)
    found = list(rows.order_by("name", "pk").select_related("cluster")[: SERVERS_SHOWN + 1])
    return {
        "servers": [
            {"name": str(row), "status": row.status, "task": row.task_state, "url": resource.item_url(row)}
            for row in found[:SERVERS_SHOWN]
        ],
        "more": len(found) > SERVERS_SHOWN,
        "list_url": f"{resource.url()}?{urlencode({'cluster': item.cluster.name, 'host': item.host})}",
        "empty_url": reverse("jobs:empty-host", args=[item.pk]),
    }


def machine(conn, item: Hypervisor, *, user, query) -> dict[str, Any]:
    processor = mapping(item.data.get("cpu_info"))
    topology = mapping(processor.get("topology"))
    facts = {
        "uptime": cloud.uptime(conn, item.cloud_id),
        "version": item.data.get("hypervisor_version"),
        "processor": " ".join(str(processor.get(key) or "") for key in ("vendor", "model")).strip(),
        "topology": " × ".join(str(topology[key]) for key in ("sockets", "cores", "threads") if topology.get(key)),
    }
    return {**facts, "features": sorted(map(str, sequence(processor.get("features"))))}


PANELS = (
    Panel("servers", _("Servers"), "compute/hypervisors/servers.html", servers, cloud=False, icon="server"),
    Panel(
        "capacity", _("Capacity"), "compute/hypervisors/capacity.html", capacities, cloud=False, icon="ruler-measure"
    ),
    # Only a host that is up can tell.
    Panel(
        "machine",
        _("Machine"),
        "compute/hypervisors/machine.html",
        machine,
        icon="cpu",
        when=lambda item: item.state == "up",
    ),
)
