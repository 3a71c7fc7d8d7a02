"""What people can do with a volume group, and when not."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters import access
from opsys.kit.declare.action import Action
from opsys.kit.declare.usual import create_action, delete_action, edit_action
from storage.declaring import option
from storage.groups import cloud, forms
from storage.groups.models import VolumeGroup

NEEDS: dict[str, Any] = {"needs": cloud.NEEDS}
MEMBERS: dict[str, Any] = {**NEEDS, "group": _("Volumes"), "touches": ("storage.volume",), "single": True}


def _named(given: dict[str, Any]) -> list[str]:
    return [*option("--name", given.get("name")), *option("--description", given.get("description"))]


def _create_command(cluster, *, group_type: str, volume_types: list[str], **given: Any) -> list[str]:
    types = [word for one in volume_types for word in ("--volume-type", one)]
    zone = option("--availability-zone", given.get("availability_zone"))
    return ["volume", "group", "create", "--volume-group-type", group_type, *types, *zone, *_named(given)]


def _copy_command(cluster, *, source_group_id: str = "", group_snapshot_id: str = "", **given: Any) -> list[str]:
    source = [*option("--source-group", source_group_id), *option("--group-snapshot", group_snapshot_id)]
    return ["volume", "group", "create", *source, *_named(given)]


def _delete_command(group: VolumeGroup, with_volumes: bool = False) -> list[str]:
    return ["volume", "group", "delete", *(["--force"] if with_volumes else []), group.cloud_id]


ACTIONS = (
    create_action(_("Create a volume group"), cloud.create, forms.CreateForm, command=_create_command, **NEEDS),
    Action(
        "copy",
        _("Copy a volume group"),
        cloud.create_from,
        permission=access.PROVISION,
        scope="cluster",
        form=forms.CopyForm,
        icon="copy",
        touches=("storage.volume",),
        command=_copy_command,
        **NEEDS,
    ),
    edit_action(
        cloud.edit,
        forms.EditForm,
        command=lambda group, **given: ["volume", "group", "set", *_named(given), group.cloud_id],
        **NEEDS,
    ),
    Action(
        "snapshot",
        _("Snapshot"),
        cloud.snapshot,
        form=forms.NamedForm,
        icon="camera",
        touches=("storage.groupsnapshot", "storage.snapshot"),
        command=lambda group, **given: ["volume", "group", "snapshot", "create", *_named(given), group.cloud_id],
        **NEEDS,
    ),
    Action(
        "add-volumes",
        _("Add volumes"),
        cloud.add_volumes,
        form=forms.AddVolumesForm,
        icon="database-plus",
        command=lambda group, *, volumes: ["volume", "group", "add", "volume", group.cloud_id, *volumes],
        **MEMBERS,
    ),
    Action(
        "remove-volumes",
        _("Remove volumes"),
        cloud.remove_volumes,
        form=forms.RemoveVolumesForm,
        icon="unlink",
        command=lambda group, *, volumes: ["volume", "group", "remove", "volume", group.cloud_id, *volumes],
        **MEMBERS,
    ),
    Action(
        "reset-status",
        _("Reset status"),
        cloud.reset_status,
        permission=access.ADMINISTER,
        form=forms.StatusForm,
        danger=True,
        icon="tool",
        group=_("Repair"),
        needs="block-storage 3.20",
    ),
    delete_action(
        cloud.delete,
        form=forms.DeleteForm,
        destroys=True,
        touches=("storage.volume",),
        command=_delete_command,
        **NEEDS,
    ),
)
