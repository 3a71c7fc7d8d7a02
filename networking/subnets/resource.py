from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import payload_ids
from networking.subnets import cloud
from networking.subnets.actions import ACTIONS
from networking.subnets.models import Subnet
from networking.subnets.panels import PANELS
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource

SUBNETS = register(
    Resource(
        model=Subnet,
        slug="subnets",
        icon="sitemap",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            events={"subnet": payload_ids("subnet")},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("cidr", _("CIDR"), kind="code", sort=("cidr",), priority=1),
            Column("used", _("Addresses in use"), value="share", kind="bar", priority=2),
            Column("gateway", _("Gateway"), value="gateway_ip", priority=3),
            Column("dhcp", _("DHCP"), value="enable_dhcp", kind="flag", priority=3),
            Column("ip_version", _("IP version"), priority=4),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=3,
            ),
            Column("free", _("Free addresses"), value="free_addresses", kind="number", priority=4),
            Column("pools", _("Allocation pools"), value="pool_lines", kind="lines", priority=4),
            Column("dns", _("DNS servers"), value="dns_servers", kind="lines", priority=4),
            Column("routes", _("Host routes"), value="route_lines", kind="lines", priority=4),
            Column(
                "ra_mode",
                _("IPv6 router advertisements"),
                value=lambda subnet: subnet.text("ipv6_ra_mode"),
                priority=4,
            ),
            Column(
                "address_mode", _("IPv6 addresses"), value=lambda subnet: subnet.text("ipv6_address_mode"), priority=4
            ),
            Column("description", _("Description"), value=lambda subnet: subnet.text("description"), priority=4),
            Column("created", _("Created"), value="created_at", kind="time", priority=4),
        ),
        filters=(
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
            Filter("ip_version", _("IP version"), choices=[("4", "IPv4"), ("6", "IPv6")]),
        ),
        relations=(
            Relation(
                "network",
                _("Network"),
                "networking.network",
                "network_id",
                reverse=_("Subnets"),
                on_delete=OnDelete.CASCADES,
                priority=2,
            ),
            Relation(
                "subnet_pool",
                _("Subnet pool"),
                "networking.subnetpool",
                "subnetpool_id",
                reverse=_("Subnets"),
                on_delete=OnDelete.BLOCKS,
                priority=4,
            ),
        ),
        actions=ACTIONS,
        panels=PANELS,
    )
)
