from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import CLUSTER, CREATED, DESCRIPTION, NAME, OF_PROJECT, PROJECT, SELDOM_SECONDS, payload_ids
from networking.qos_policies import cloud
from networking.qos_policies.actions import ACTIONS
from networking.qos_policies.models import QosPolicy
from networking.qos_policies.rules import TYPES
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Resource
from opsys.kit.declare.table_panel import ROWS, TablePanel


def _rules(conn, policy: QosPolicy, *, user, query) -> dict[str, Any]:
    return {ROWS: [_entry(rule) for rule in policy.rule_list]}


def _entry(rule: dict[str, str]) -> dict[str, str]:
    """Called as the fields of the forms, which it fills in."""
    kind = TYPES.get(rule["type"])
    value, burst = (rule[kind.value], rule.get(kind.burst, "")) if kind else ("", "")
    named = {"rule": rule["id"], "type": rule["type"], "direction": rule["direction"]}
    return {**named, "value": value, "burst": burst}


RULES = TablePanel(
    "rules",
    _("Rules"),
    load=_rules,
    cloud=False,
    icon="list-check",
    columns=(
        Column("type", _("Type")),
        Column("direction", _("Direction")),
        Column("value", _("Value"), kind="number"),
        Column("burst", _("Burst"), kind="number"),
    ),
    add=("add-rule",),
    on_entry=("edit-rule", "remove-rule"),
    nothing=_("It has no rules."),
)

QOS_POLICIES = register(
    Resource(
        model=QosPolicy,
        slug="qos_policies",
        icon="gauge",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=SELDOM_SECONDS,
            events={"policy": payload_ids("policy", "policies")},
        ),
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
        panels=(RULES,),
    )
)
