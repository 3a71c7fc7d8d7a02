from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import payload_ids
from networking.security_group_rules import cloud
from networking.security_group_rules.actions import ACTIONS
from networking.security_group_rules.models import SecurityGroupRule
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource

SECURITY_GROUP_RULES = register(
    Resource(
        model=SecurityGroupRule,
        slug="security_group_rules",
        icon="list-check",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            index=cloud.index,
            events={"security_group_rule": payload_ids("security_group_rule")},
        ),
        columns=(
            Column("name", _("Rule"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("direction", _("Direction"), priority=3),
            Column("ethertype", _("IP version"), priority=3),
            Column("protocol", _("Protocol"), priority=2),
            Column("ports", _("Ports"), sort=("port_range_min",), priority=2),
            Column("remote", _("Remote prefix"), value="remote_ip_prefix", kind="code", priority=2),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=4,
            ),
            Column("description", _("Description"), value=lambda rule: rule.text("description"), priority=4),
            Column("created", _("Created"), value="created_at", kind="time", priority=4),
        ),
        filters=(
            Filter("direction", _("Direction"), choices=[("ingress", _("ingress")), ("egress", _("egress"))]),
            Filter("protocol", _("Protocol")),
            Filter("remote", _("Remote prefix"), field="remote_ip_prefix"),
        ),
        relations=(
            Relation(
                "security_group",
                _("Security group"),
                "networking.securitygroup",
                "security_group_id",
                reverse=_("Rules"),
                on_delete=OnDelete.CASCADES,
                priority=1,
            ),
            Relation(
                "remote_group",
                _("Remote group"),
                "networking.securitygroup",
                "remote_group_id",
                reverse=_("Rules that let it in or out"),
                on_delete=OnDelete.CASCADES,
            ),
            Relation(
                "remote_address_group",
                _("Remote address group"),
                "networking.addressgroup",
                "remote_address_group_id",
                reverse=_("Rules that let it in or out"),
                on_delete=OnDelete.BLOCKS,
                priority=4,
            ),
        ),
        actions=ACTIONS,
    )
)
