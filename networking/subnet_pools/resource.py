from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import CLUSTER, CREATED, DESCRIPTION, NAME, OF_PROJECT, PROJECT, SELDOM_SECONDS, payload_ids
from networking.subnet_pools import cloud
from networking.subnet_pools.actions import ACTIONS
from networking.subnet_pools.models import SubnetPool
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Resource

SUBNET_POOLS = register(
    Resource(
        model=SubnetPool,
        slug="subnet_pools",
        icon="stack-2",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=SELDOM_SECONDS,
            events={"subnetpool": payload_ids("subnetpool")},
        ),
        columns=(
            NAME,
            CLUSTER,
            Column("prefixes", _("Prefixes"), value="prefix_lines", kind="lines", priority=1),
            Column(
                "default_length", _("Usual prefix length"), value="default_prefix_length", kind="number", priority=2
            ),
            Column("min_length", _("Shortest prefix"), value="min_prefix_length", kind="number", priority=4),
            Column("max_length", _("Longest prefix"), value="max_prefix_length", kind="number", priority=4),
            Column("default_quota", _("Quota of a project"), kind="number", priority=4),
            Column("is_default", _("Default"), kind="flag", priority=3),
            Column("shared", _("Shared"), kind="flag", priority=3),
            PROJECT,
            DESCRIPTION,
            CREATED,
        ),
        filters=(OF_PROJECT,),
        relations=(
            Relation(
                "address_scope",
                _("Address scope"),
                "networking.addressscope",
                "address_scope_id",
                reverse=_("Subnet pools"),
                on_delete=OnDelete.BLOCKS,
            ),
        ),
        actions=ACTIONS,
    )
)
