"""The end of a volume."""

from django.utils.translation import gettext_lazy

from clusters import access
from opsys.kit.declare.action import gone
from storage.declaring import storage_action, words
from storage.states import not_deleting
from storage.volumes import operations
from storage.volumes.states import deletable

GROUP = gettext_lazy("Delete")
TOUCHED = ("storage.snapshot", "storage.pool")

DELETE = storage_action(
    "delete",
    gettext_lazy("Delete"),
    operations.delete,
    permission=access.PROVISION,
    when=deletable,
    destroys=True,
    goal_reached=gone,
    icon="trash",
    touches=TOUCHED,
    command=words("volume", "delete"),
)

ACTIONS = (
    storage_action(
        "delete-with-snapshots",
        gettext_lazy("Delete with its snapshots"),
        operations.delete_with_snapshots,
        permission=access.PROVISION,
        when=deletable,
        destroys=True,
        goal_reached=gone,
        icon="trash-x",
        group=GROUP,
        touches=TOUCHED,
        cascades=("storage.snapshot",),
        command=words("volume", "delete", "--purge"),
    ),
    storage_action(
        "force-delete",
        gettext_lazy("Force to delete"),
        operations.force_delete,
        permission=access.ADMINISTER,
        when=not_deleting,
        destroys=True,
        goal_reached=gone,
        icon="trash-x",
        group=GROUP,
        touches=TOUCHED,
        command=words("volume", "delete", "--force"),
    ),
)
