from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from clusters.access import PROVISION
from clusters.inventory import Source
from networking.declaring import payload_ids
from networking.security_groups import cloud
from networking.security_groups.actions import ACTIONS
from networking.security_groups.models import SecurityGroup
from opsys.kit.declare.register import get, register
from opsys.kit.declare.resource import Column, Filter, Link, Resource


def copy_url(group: SecurityGroup) -> str:
    """The page of a copy. Which cluster and project it is for, is asked there."""
    chosen = {"source": group.cloud_id, "description": group.text("description")}
    # No other group may be called like every project's own.
    if group.name != "default":
        chosen["name"] = group.name
    return f"{get('networking.securitygroup').url('new', 'copy')}?{urlencode(chosen)}"


SECURITY_GROUPS = register(
    Resource(
        model=SecurityGroup,
        slug="security_groups",
        icon="shield",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            index=cloud.index,
            events={
                "security_group": payload_ids("security_group"),
                "security_group_rule": [
                    "security_group_rule.security_group_id",
                    "security_group_rules.security_group_id",
                ],
            },
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("description", _("Description"), value=lambda group: group.text("description"), priority=2),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=2,
            ),
            Column("stateful", _("Stateful"), kind="flag", priority=3),
            Column("shared", _("Shared"), kind="flag", priority=4),
            Column("created", _("Created"), value="created_at", kind="time", priority=4),
        ),
        filters=(Filter("project", _("Project"), field="project_id", refers="identity.project"),),
        actions=ACTIONS,
        links=(Link("copy", _("Copy"), copy_url, "copy", PROVISION),),
    )
)
