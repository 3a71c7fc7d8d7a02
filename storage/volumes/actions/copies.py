"""Snapshots, backups and images of a volume."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from clusters.coerce import mapping
from opsys.kit.declare.checks import all_of, in_status
from opsys.kit.declare.copies import MARK, Copies
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.fields import PairsField
from opsys.kit.forms.form import ActionForm
from storage import copying, quotas
from storage.declaring import option, properties, storage_action
from storage.fields import NAME_HELP, description_field, sized_text
from storage.states import cluster_has_backups
from storage.volumes import operations
from storage.volumes.states import detached, rested

GROUP = gettext_lazy("Snapshots and backups")
BROKEN = ("error", "error_deleting", "deleting")
FORMATS = ("raw", "qcow2", "vmdk", "vdi", "vhd", "vhdx", "ploop")


def name_field() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Name"), max_length=255, initial="{name}-{date}", help_text=NAME_HELP)


class SnapshotForm(ActionForm):
    name = name_field()
    description = description_field()
    metadata = PairsField(
        label=gettext_lazy("Metadata"), required=False, help_text=gettext_lazy("One key=value per line.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.cluster is not None:
            # Whether snapshots count as gigabytes is a setting of Cinder's that it does not tell.
            quotas.check(self, "name", self.cluster, self.project_id, {"snapshots": len(self.targets)})
        return cleaned


class BackupForm(ActionForm):
    name = name_field()
    description = description_field()
    incremental = forms.BooleanField(
        label=gettext_lazy("Incremental"),
        required=False,
        help_text=gettext_lazy("Only what changed since the newest backup of the volume; there has to be one."),
    )
    snapshot = ResourceField(
        "storage.snapshot",
        label=gettext_lazy("Of a snapshot"),
        required=False,
        describe=sized_text,
        only=lambda rows, form: rows.filter(volume_id=form.target.cloud_id) if form.target else rows.none(),
        empty_label=gettext_lazy("The volume as it is now"),
    )
    container = forms.CharField(
        label=gettext_lazy("Container"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("In the backup store. Leave empty for the cloud's own."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("incremental"):
            full = self.rows("storage.backup").filter(status="available") if self.cluster else None
            for volume in self.targets if full is not None else []:
                if not full.filter(volume_id=volume.cloud_id).exists():
                    reason = _("“%(name)s” has no backup yet, so its first one must be a full one.")
                    self.add_error("incremental", reason % {"name": volume})
        if self.cluster is not None:
            wanted = {"backups": len(self.targets), "backup_gigabytes": sum(volume.size for volume in self.targets)}
            quotas.check(self, "name", self.cluster, self.project_id, wanted)
        return cleaned

    def params(self) -> dict[str, Any]:
        return {name: value for name, value in super().params().items() if value is not False}


class ToImageForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    disk_format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=[(name, name) for name in FORMATS], initial="raw"
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Visibility"),
        choices=[(name, name) for name in ("private", "shared", "community")],
        initial="private",
    )
    protected = forms.BooleanField(label=gettext_lazy("Protected from being deleted"), required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("name", self.target.name)


class RevertForm(ActionForm):
    """Cinder takes only the newest one."""

    snapshot = ResourceField(
        "storage.snapshot",
        label=gettext_lazy("Snapshot"),
        describe=lambda row: f"{row} · {row.created_at:%Y-%m-%d %H:%M} UTC" if row.created_at else str(row),
        only=lambda rows, form: newest_snapshot(rows, form.target),
        help_text=gettext_lazy("Only the newest one. What was written since then is lost."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        found = self.rows("storage.snapshot").filter(cloud_id=cleaned.get("snapshot") or "").first()
        if found is not None and self.target is not None and found.size != self.target.size:
            self.add_error("snapshot", _("The volume was extended since then, so it cannot be reverted to it."))
        return cleaned


def newest_snapshot(rows, volume):
    if volume is None:
        return rows.none()
    of_volume = rows.filter(volume_id=volume.cloud_id)
    newest = of_volume.order_by("-created_at", "-pk").values_list("pk", flat=True).first()
    return of_volume.filter(pk=newest)


def snapshot_command(volume, *, name: str, description: str = "", metadata: dict | None = None) -> list[str]:
    said = [*option("--description", description), *properties(metadata)]
    return ["volume", "snapshot", "create", "--volume", volume.cloud_id, "--force", *said, name]


def backup_command(volume, *, name: str, incremental: bool = False, **given: str) -> list[str]:
    said = [*option("--description", given.get("description")), *option("--container", given.get("container"))]
    said += option("--snapshot", given.get("snapshot"))
    return [
        *("volume", "backup", "create", "--force", "--name", name, *(["--incremental"] if incremental else [])),
        *(*said, volume.cloud_id),
    ]


def to_image_command(volume, *, name: str, disk_format: str, visibility: str, protected: bool = False) -> list[str]:
    # `openstack image create --volume` cannot say the visibility in one go on every release.
    words = ["image", "create", "--volume", volume.cloud_id, "--force", "--disk-format", disk_format]
    return [*words, f"--{visibility}", *(["--protected"] if protected else []), name]


def marked_snapshot(name: str, mark: str) -> dict[str, Any]:
    return {"name": name, "metadata": {MARK: mark}}


def marked_backup(name: str, mark: str) -> dict[str, Any]:
    """In the description: only newer clouds keep metadata of a backup."""
    return {"name": name, "description": f"{MARK}={mark}"}


def snapshot_bears(row: Mapping[str, Any], mark: str, cloud_id: str) -> bool:
    metadata = mapping(mapping(row.get("data")).get("metadata"))
    return row.get("volume_id") == cloud_id and metadata.get(MARK) == mark


def backup_bears(row: Mapping[str, Any], mark: str, cloud_id: str) -> bool:
    description = mapping(row.get("data")).get("description")
    return row.get("volume_id") == cloud_id and description == f"{MARK}={mark}"


ACTIONS = (
    storage_action(
        "snapshot",
        gettext_lazy("Create a snapshot"),
        copying.snapshot,
        find_request=copying.snapshot_asked,
        when=rested,
        form=SnapshotForm,
        icon="camera",
        group=GROUP,
        touches=("storage.snapshot",),
        copies=Copies(
            "storage.snapshot",
            marked_snapshot,
            snapshot_bears,
            usable="available",
            broken=BROKEN,
            recent=lambda conn, cloud_id, mark, since: copying.snapshots_since(conn, cloud_id, since),
        ),
        command=snapshot_command,
    ),
    storage_action(
        "backup",
        gettext_lazy("Create a backup"),
        copying.backup,
        find_request=copying.backup_asked,
        when=all_of(cluster_has_backups, rested),
        form=BackupForm,
        icon="database-export",
        group=GROUP,
        touches=("storage.backup",),
        copies=Copies(
            "storage.backup",
            marked_backup,
            backup_bears,
            usable="available",
            broken=BROKEN,
            recent=lambda conn, cloud_id, mark, since: copying.backups_since(conn, cloud_id, since),
            patience_seconds=4 * 3600,
            incremental=lambda backup: backup.incremental,
            needed=lambda backup: backup.has_increments,
        ),
        command=backup_command,
    ),
    storage_action(
        "revert",
        gettext_lazy("Revert to the newest snapshot"),
        operations.revert,
        permission=access.PROVISION,
        needs="block-storage 3.40",
        when=all_of(in_status("available"), detached),
        form=RevertForm,
        single=True,
        destroys=True,
        icon="arrow-back-up",
        group=GROUP,
        touches=("storage.snapshot",),
        command=lambda volume, *, snapshot: ["volume", "revert", snapshot],
    ),
    storage_action(
        "to-image",
        gettext_lazy("Upload as an image"),
        operations.to_image,
        permission=access.PROVISION,
        when=rested,
        form=ToImageForm,
        single=True,
        icon="upload",
        group=GROUP,
        touches=("compute.image",),
        command=to_image_command,
    ),
)
