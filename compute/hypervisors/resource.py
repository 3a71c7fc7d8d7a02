from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.inventory import Source
from compute.hypervisors import cloud
from compute.hypervisors.actions import ACTIONS
from compute.hypervisors.models import Hypervisor
from compute.hypervisors.panels import PANELS
from opsys.kit.declare import register as known
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource
from opsys.kit.declare.resource import Link as PageLink
from opsys.kit.lists.cells import Link
from opsys.kit.lists.shares import Share

COLOURS = {"enabled": "green", "disabled": "yellow"}


def status_text(hypervisor: Hypervisor) -> str:
    state = "forced down" if hypervisor.forced_down else hypervisor.state
    return " · ".join(filter(None, (hypervisor.status, state)))


def colour(hypervisor: Hypervisor) -> str:
    return "red" if hypervisor.state == "down" else COLOURS.get(hypervisor.status, "secondary")


def servers(hypervisor: Hypervisor) -> Link | None:
    """How many there are, leading to their list."""
    if hypervisor.servers is None:
        return None
    query = urlencode({"cluster": hypervisor.cluster.name, "host": hypervisor.host})
    return Link(str(hypervisor.servers), f"{known.get('compute.server').url()}?{query}")


HYPERVISORS = register(
    Resource(
        model=Hypervisor,
        slug="hypervisors",
        icon="server-cog",
        source=Source("compute", cloud.fetch, cloud.fetch_one, full_seconds=60, role="admin"),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), value=status_text, kind="status", sort=("status", "state"), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("zone", _("Zone"), value="availability_zone", sort=("availability_zone",), priority=3),
            Column("servers", _("Servers"), value=servers, kind="link", sort=("servers",), priority=2),
            Column(
                "vcpus",
                _("vCPUs"),
                value=lambda item: Share(item.vcpus_used, item.vcpus_total),
                kind="bar",
                sort=("vcpus_percent",),
                priority=2,
            ),
            Column(
                "memory",
                _("Memory"),
                value=lambda item: Share(item.memory_used, item.memory_total, "MiB"),
                kind="bar",
                sort=("memory_percent",),
                priority=2,
            ),
            Column(
                "disk",
                _("Disk"),
                value=lambda item: Share(item.disk_used, item.disk_total, "GiB"),
                kind="bar",
                sort=("disk_percent",),
                priority=3,
            ),
            Column("aggregates", _("Aggregates"), kind="lines", priority=3),
            Column("reason", _("Reason for disabling"), value="disabled_reason", priority=3),
        ),
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in ("enabled", "disabled")]),
            Filter("state", _("Service state"), choices=[(state, state) for state in ("up", "down")]),
            Filter("zone", _("Zone"), field="availability_zone"),
            Filter("host", _("Host")),
        ),
        status_colour=colour,
        actions=ACTIONS,
        panels=PANELS,
        links=(
            PageLink(
                "empty",
                _("Empty this host"),
                url=lambda item: reverse("jobs:empty-host", args=[item.pk]),
                icon="transfer",
                permission=access.ADMINISTER,
            ),
        ),
    )
)
