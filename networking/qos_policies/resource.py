from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import CLUSTER, CREATED, DESCRIPTION, NAME, OF_PROJECT, PROJECT, SELDOM_SECONDS
from networking.qos_policies import cloud
from networking.qos_policies.actions import ACTIONS
from networking.qos_policies.models import QosPolicy
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Resource

QOS_POLICIES = register(
    Resource(
        model=QosPolicy,
        slug="qos_policies",
        icon="gauge",
        source=Source("network", cloud.fetch, cloud.fetch_one, full_seconds=SELDOM_SECONDS),
        columns=(
            NAME,
            CLUSTER,
            Column("rules", _("Rules"), value="rule_lines", kind="lines", priority=1),
            Column("shared", _("Shared"), kind="flag", priority=3),
            Column("is_default", _("Default"), kind="flag", priority=3),
            PROJECT,
            DESCRIPTION,
            CREATED,
        ),
        filters=(OF_PROJECT,),
        actions=ACTIONS,
    )
)
