from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import CLUSTER, OF_PROJECT, PROJECT, SELDOM_SECONDS, payload_ids
from networking.rbac_policies import cloud
from networking.rbac_policies.actions import ACTIONS
from networking.rbac_policies.forms import ACCESS, OBJECTS
from networking.rbac_policies.models import RbacPolicy
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource


def _shares(kind: str, policy: RbacPolicy) -> list[str]:
    return policy.shares(kind)


def _of(kind: str, label: Any, to: str, priority: int = 4) -> Relation:
    return Relation(
        kind,
        label,
        to,
        ids=partial(_shares, kind),
        reverse=_("Shared with"),
        on_delete=OnDelete.CASCADES,
        priority=priority,
    )


RBAC_POLICIES = register(
    Resource(
        model=RbacPolicy,
        slug="rbac_policies",
        icon="share",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=SELDOM_SECONDS,
            events={"rbac_policy": payload_ids("rbac_policy", "rbac_policies")},
        ),
        columns=(
            Column("name", _("Policy"), kind="name", sort=("name",), priority=1),
            CLUSTER,
            Column("target_project", _("For project"), refers="identity.project", priority=1),
            Column("type", _("Type"), value="object_type", priority=3),
            Column("access", _("Access"), priority=3),
            PROJECT,
        ),
        filters=(
            Filter("type", _("Type"), field="object_type", choices=[(kind, kind) for kind in OBJECTS]),
            Filter("access", _("Access"), choices=[(value, value) for value, _label in ACCESS]),
            Filter("target_project", _("For project"), refers="identity.project"),
            OF_PROJECT,
        ),
        relations=(
            _of("network", _("Network"), "networking.network", 2),
            _of("security_group", _("Security group"), "networking.securitygroup", 2),
            _of("qos_policy", _("QoS policy"), "networking.qospolicy", 3),
            _of("address_group", _("Address group"), "networking.addressgroup"),
            _of("address_scope", _("Address scope"), "networking.addressscope"),
            _of("subnetpool", _("Subnet pool"), "networking.subnetpool"),
        ),
        actions=ACTIONS,
    )
)
