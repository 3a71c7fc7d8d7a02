"""What people can do with key pairs."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.models import Cluster
from clusters.sentences import gettext as _
from compute.keypairs import forms, operations
from compute.keypairs.models import Keypair
from opsys.kit.declare.action import Action, Shown, gone


def _private_key(made: Mapping[str, Any]) -> Shown | None:
    key = made.get("private_key")
    if not isinstance(key, str) or not key:
        return None
    title = _("Private key of %(name)s") % {"name": made.get("name")}
    return Shown(title, key, kind="secret", filename=f"{made.get('name')}.pem")


def _create_command(cluster: Cluster, *, name: str, user: str = "", public_key: str = "") -> list[str]:
    words = ["--public-key", "id_ed25519.pub"] if public_key else []
    return ["keypair", "create", *words, *(["--user", user] if user else []), name]


def _delete_command(keypair: Keypair) -> list[str]:
    return ["keypair", "delete", *([] if keypair.own else ["--user", keypair.user_id]), keypair.name]


ACTIONS = (
    Action(
        "create",
        gettext_lazy("Create a key pair"),
        operations.create,
        permission=access.PROVISION,
        needs="compute",
        scope="cluster",
        in_project=False,  # it belongs to a user
        form=forms.CreateForm,
        shows=_private_key,
        icon="plus",
        command=_create_command,
    ),
    Action(
        "import",
        gettext_lazy("Import a public key"),
        operations.import_public,
        permission=access.PROVISION,
        needs="compute",
        scope="cluster",
        in_project=False,  # it belongs to a user
        form=forms.ImportForm,
        icon="key",
        command=_create_command,
    ),
    Action(
        "delete",
        gettext_lazy("Delete"),
        operations.delete,
        permission=access.PROVISION,
        needs="compute",
        danger=True,
        goal_reached=gone,
        icon="trash",
        command=_delete_command,
    ),
)
