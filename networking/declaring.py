"""Columns, filters and actions that most of Neutron's types have."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from networking import neutron
from networking.forms import QOS_POLICY, QosPolicyForm
from opsys.kit.declare.action import Action, gone
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter

NAME = Column("name", gettext_lazy("Name"), kind="name", sort=("name",), priority=1)
CLUSTER = Column("cluster", gettext_lazy("Cluster"), kind="cluster", sort=("cluster_name",), priority=1)
PROJECT = Column(
    "project",
    gettext_lazy("Project"),
    value="project_id",
    refers="identity.project",
    sort=("project_id",),
    priority=3,
)
DESCRIPTION = Column(
    "description", gettext_lazy("Description"), value=lambda item: item.text("description"), priority=4
)
CREATED = Column("created", gettext_lazy("Created"), value="created_at", kind="time", priority=4)
OF_PROJECT = Filter("project", gettext_lazy("Project"), field="project_id", refers="identity.project")

SELDOM_SECONDS = 600
"""How often all of a type is read of which there are few, and which change seldom."""


def payload_ids(name: str, names: str = "") -> list[str]:
    """Where Neutron's notifications of a type bear its id: of one, of several made at once, of one that is gone."""
    return [f"{name}.id", f"{names or f'{name}s'}.id", f"{name}_id"]


def qos_relation(reverse: Any) -> Relation:
    return Relation(
        "qos_policy",
        gettext_lazy("QoS policy"),
        QOS_POLICY,
        "qos_policy_id",
        reverse=reverse,
        on_delete=OnDelete.BLOCKS,
        priority=4,
    )


def network_action(name: str, label: Any, run: Callable[..., Any], **rest: Any) -> Action:
    return Action(name, label, run, **{"permission": access.PROVISION, "needs": "network", **rest})


def create_action(label: Any, run: Callable[..., Any], form: Any, **rest: Any) -> Action:
    return network_action("create", label, run, **{"scope": "cluster", "form": form, "icon": "plus", **rest})


def edit_action(run: Callable[..., Any], form: Any, *, label: Any = None, **rest: Any) -> Action:
    options = {"form": form, "single": True, "icon": "pencil"}
    return network_action("edit", label or gettext_lazy("Edit"), run, **{**options, **rest})


def delete_action(run: Callable[..., Any], *, label: Any = None, **rest: Any) -> Action:
    options = {"danger": True, "goal_reached": gone, "icon": "trash"}
    return network_action("delete", label or gettext_lazy("Delete"), run, **{**options, **rest})


def qos_action(path: str, key: str, *words: str) -> Action:
    """Gives what stands at this path a QoS policy, or none. `words` are those of the command."""

    def run(conn: Any, cloud_id: str, *, qos_policy: str = "") -> None:
        neutron.update(conn, f"{path}/{cloud_id}", key, {"qos_policy_id": qos_policy or None})

    def command(item: Any, *, qos_policy: str = "") -> list[str]:
        return [*words, *(["--qos-policy", qos_policy] if qos_policy else ["--no-qos-policy"]), item.cloud_id]

    return network_action(
        "set-qos-policy", gettext_lazy("Set the QoS policy"), run, form=QosPolicyForm, icon="gauge", command=command
    )


def with_extension(alias: str) -> Callable[[Any], str]:
    """A check of a cluster: whether its Neutron can do this at all."""

    def check(cluster: Any) -> str:
        known = cluster.capabilities.get("extensions") or []
        if known and alias not in known:
            return _("The cloud's network service has no “%(alias)s”.") % {"alias": alias}
        return ""

    return check
