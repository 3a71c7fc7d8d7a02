"""What people can do with a rule of a security group."""

from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from networking.commands import options
from networking.security_group_rules import cloud, forms
from opsys.kit.declare.action import Action, gone


def _create_command(cluster, *, security_group: str, **given: Any) -> list[str]:
    first, last = given.get("port_range_min"), given.get("port_range_max")
    words = [f"--{given.get('direction', 'ingress')}"]
    words += options(
        given,
        {
            "ethertype": "--ethertype",
            "protocol": "--protocol",
            "remote_ip_prefix": "--remote-ip",
            "remote_group_id": "--remote-group",
            "remote_address_group_id": "--remote-address-group",
            "description": "--description",
        },
    )
    if given.get("protocol") in ("icmp", "ipv6-icmp"):
        words += [*(["--icmp-type", str(first)] if first is not None else [])]
        words += [*(["--icmp-code", str(last)] if last is not None else [])]
    elif first is not None:
        words += ["--dst-port", str(first) if last in (None, first) else f"{first}:{last}"]
    return ["security", "group", "rule", "create", *words, security_group]


ACTIONS = (
    Action(
        "create",
        gettext_lazy("Create a rule"),
        cloud.create,
        permission=access.PROVISION,
        needs="network",
        scope="cluster",
        form=forms.CreateForm,
        icon="plus",
        command=_create_command,
    ),
    Action(
        "replace",
        gettext_lazy("Edit"),
        cloud.replace,
        permission=access.PROVISION,
        needs="network",
        form=forms.ReplaceForm,
        single=True,
        icon="pencil",
        touches=("networking.securitygrouprule",),
        command=lambda rule, **given: _create_command(rule.cluster, **given),
    ),
    Action(
        "restrict",
        gettext_lazy("Restrict the source"),
        cloud.restrict,
        permission=access.PROVISION,
        needs="network",
        when=lambda rule: "" if rule.direction == "ingress" else _("Only rules for what comes in have a source."),
        form=forms.RestrictForm,
        danger=True,
        icon="shield-lock",
        touches=("networking.securitygrouprule",),
    ),
    Action(
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        permission=access.PROVISION,
        needs="network",
        danger=True,
        goal_reached=gone,
        icon="trash",
        command=lambda rule: ["security", "group", "rule", "delete", rule.cloud_id],
    ),
)
