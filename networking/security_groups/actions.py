"""What people can do with a security group, and when not."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from networking.commands import options, switches
from networking.security_groups import cloud, forms
from networking.security_groups.models import SecurityGroup
from opsys.kit.declare.action import Action, gone

SWITCHES = {"stateful": ("--stateful", "--stateless")}


def _not_default(group: SecurityGroup) -> str:
    return _("Every project has it; it cannot be deleted.") if group.name == "default" else ""


def _create_command(cluster, *, name: str, **given: Any) -> list[str]:
    words = options(given, {"description": "--description"})
    return ["security", "group", "create", *words, *switches(given, SWITCHES), name]


def _edit_command(group: SecurityGroup, **given: Any) -> list[str]:
    words = options(given, {"name": "--name", "description": "--description"})
    return ["security", "group", "set", *words, *switches(given, SWITCHES), group.cloud_id]


def _action(name: str, label: Any, run: Callable[..., Any], **rest: Any) -> Action:
    return Action(
        name,
        label,
        run,
        **{
            "permission": access.PROVISION,
            "needs": "network",
            "touches": ("networking.securitygrouprule",),
            **rest,
        },
    )


ACTIONS = (
    _action(
        "create",
        gettext_lazy("Create a security group"),
        cloud.create,
        scope="cluster",
        form=forms.CreateForm,
        icon="plus",
        command=_create_command,
    ),
    _action(
        "copy",
        gettext_lazy("Copy a security group"),
        cloud.create,
        scope="cluster",
        form=forms.CopyForm,
        icon="copy",
    ),
    _action(
        "add-rules",
        gettext_lazy("Allow incoming traffic"),
        cloud.add_rules,
        form=forms.PresetForm,
        icon="door-enter",
    ),
    _action(
        "edit",
        gettext_lazy("Edit"),
        cloud.edit,
        form=forms.EditForm,
        single=True,
        icon="pencil",
        command=_edit_command,
    ),
    _action(
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        when=_not_default,
        danger=True,
        goal_reached=gone,
        icon="trash",
        command=lambda group: ["security", "group", "delete", group.cloud_id],
    ),
)
