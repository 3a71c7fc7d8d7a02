"""What people can do with a QoS policy and its rules."""

from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from networking.commands import options, switches
from networking.declaring import create_action, delete_action, edit_action, network_action, with_extension
from networking.qos_policies import cloud, forms
from networking.qos_policies.models import QosPolicy
from networking.qos_policies.rules import TYPES

RULES = gettext_lazy("Rules")
FLAGS = {"name": "--name", "description": "--description"}
SWITCHES = {"shared": ("--share", "--no-share"), "is_default": ("--default", "--no-default")}


def _has_rules(policy: QosPolicy) -> str:
    return "" if policy.rule_list else _("It has no rules.")


def _create_command(cluster, *, name: str, **given: Any) -> list[str]:
    return ["network", "qos", "policy", "create", *options(given, FLAGS), name]


def _edit_command(policy: QosPolicy, **given: Any) -> list[str]:
    return ["network", "qos", "policy", "set", *options(given, FLAGS), *switches(given, SWITCHES), policy.cloud_id]


def _add_rule_command(policy: QosPolicy, *, type: str, value: int, burst: int | None = None, direction: str = ""):
    kind = TYPES[type]
    flags = {kind.value: value, kind.burst: burst}
    words = [word for name, one in flags.items() if name and one is not None for word in (_flag(name), str(one))]
    way = [f"--{direction}"] if direction and kind.direction else []
    return ["network", "qos", "rule", "create", "--type", kind.command, *words, *way, policy.cloud_id]


def _flag(name: str) -> str:
    return "--" + {"max_burst_kbps": "max-burst-kbits"}.get(name, name.replace("_", "-"))


ACTIONS = (
    create_action(
        gettext_lazy("Create a QoS policy"),
        cloud.create,
        forms.CreateForm,
        when=with_extension("qos"),
        command=_create_command,
    ),
    edit_action(cloud.edit, forms.EditForm, command=_edit_command),
    network_action(
        "set-visibility",
        gettext_lazy("Share, or make it the default"),
        cloud.edit,
        permission=access.ADMINISTER,
        form=forms.VisibilityForm,
        single=True,
        icon="world-share",
        command=_edit_command,
    ),
    network_action(
        "add-rule",
        gettext_lazy("Add a rule"),
        cloud.add_rule,
        form=forms.AddRuleForm,
        single=True,
        icon="square-plus",
        group=RULES,
        command=_add_rule_command,
    ),
    network_action(
        "edit-rule",
        gettext_lazy("Edit a rule"),
        cloud.edit_rule,
        when=_has_rules,
        form=forms.EditRuleForm,
        single=True,
        icon="pencil",
        group=RULES,
    ),
    network_action(
        "remove-rule",
        gettext_lazy("Remove a rule"),
        cloud.remove_rule,
        when=_has_rules,
        form=forms.RemoveRuleForm,
        single=True,
        danger=True,
        icon="square-minus",
        group=RULES,
        command=lambda policy, *, rule: ["network", "qos", "rule", "delete", policy.cloud_id, rule],
    ),
    delete_action(cloud.delete, command=lambda policy: ["network", "qos", "policy", "delete", policy.cloud_id]),
)
