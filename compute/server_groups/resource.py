from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from compute.server_groups import cloud
from compute.server_groups.actions import ACTIONS
from compute.server_groups.models import ServerGroup
from compute.server_groups.panels import PANELS
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource

POLICIES = ("affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity")

SERVER_GROUPS = register(
    Resource(
        model=ServerGroup,
        slug="server_groups",
        icon="stack-2",
        source=Source(
            "compute",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            events={"servergroup": ["server_group_id"], "server_group": ["uuid"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("policy", _("Policy"), sort=("policy",), priority=1),
            Column("servers", _("Servers"), value="size", kind="number", sort=("size",), priority=2),
            Column("rules", _("Rules"), value="rule_lines", kind="lines", priority=3),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=3,
            ),
        ),
        filters=(
            Filter("policy", _("Policy"), choices=[(policy, policy) for policy in POLICIES]),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
        ),
        actions=ACTIONS,
        panels=PANELS,
    )
)
