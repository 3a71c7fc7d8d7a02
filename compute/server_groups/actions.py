"""What people can do with server groups."""

from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.models import Cluster
from compute.server_groups import forms, operations
from opsys.kit.declare.action import Action, gone


def _create_command(cluster: Cluster, *, name: str, policy: str, max_server_per_host: int | None = None) -> list[str]:
    rule = ["--rule", f"max_server_per_host={max_server_per_host}"] if max_server_per_host else []
    return ["server", "group", "create", "--policy", policy, *rule, name]


ACTIONS = (
    Action(
        "create",
        _("Create a server group"),
        operations.create,
        permission=access.PROVISION,
        needs="compute",
        scope="cluster",
        form=forms.CreateForm,
        icon="plus",
        command=_create_command,
    ),
    Action(
        "delete",
        _("Delete"),
        operations.delete,
        permission=access.PROVISION,
        needs="compute",
        danger=True,
        goal_reached=gone,
        icon="trash",
        command=lambda group: ["server", "group", "delete", group.cloud_id],
    ),
)
