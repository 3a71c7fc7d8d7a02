"""What people can do with a backup, and when not. Where the cloud has no cinder-backup, nothing."""

import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from opsys.kit.declare.action import Action, Shown, gone
from opsys.kit.declare.checks import Check, all_of, in_status
from opsys.kit.declare.copies import Copies
from storage.backups import cloud, forms
from storage.backups.models import Backup
from storage.declaring import storage_action, words
from storage.forms import EditForm, status_form
from storage.states import cluster_has_backups, has_backups, not_deleting

TRIAL = "restore-drill-"
"""How the name of a volume begins that is restored only to see whether that works."""

SETTINGS, REPAIR, RECORD = gettext_lazy("Settings"), gettext_lazy("Repair"), gettext_lazy("Record")


def no_increments(backup: Backup) -> str:
    return _("Newer increments need it. Delete those first.") if backup.has_increments else ""


def backup_action(name: str, label: Any, run: Callable[..., Any], *when: Check, **options: Any) -> Action:
    return storage_action(name, label, run, when=all_of(cluster_has_backups, *when), **options)


def exported(record: dict[str, str]) -> Shown:
    return Shown(_("The record of the backup"), json.dumps(record, indent=1), filename="backup-record.json")


ACTIONS = (
    storage_action(
        "import-record",
        gettext_lazy("Import a record"),
        cloud.import_record,
        permission=access.ADMINISTER,
        scope="cluster",
        when=has_backups,
        form=forms.ImportForm,
        icon="file-upload",
        command=lambda cluster, *, record: [*("volume", "backup", "record", "import"), *json.loads(record).values()],
    ),
    backup_action(
        "restore",
        gettext_lazy("Restore into a new volume"),
        cloud.restore,
        in_status("available"),
        permission=access.PROVISION,
        form=forms.RestoreForm,
        icon="rotate-clockwise",
        touches=("storage.volume",),
        command=lambda backup, *, name: ["volume", "backup", "restore", backup.cloud_id, name],
        copies=Copies(
            "storage.volume",
            lambda name, mark: {"name": f"{TRIAL}{mark}"},
            lambda row, mark, cloud_id: row.get("name") == f"{TRIAL}{mark}",
            usable="available",
            broken=("error", "error_restoring", "deleting"),
            recent=lambda conn, cloud_id, mark, since: cloud.volumes_named(conn, f"{TRIAL}{mark}"),
            patience_seconds=4 * 3600,
            trial=True,
        ),
    ),
    backup_action(
        "restore-over",
        gettext_lazy("Restore over a volume"),
        cloud.restore_over,
        in_status("available"),
        permission=access.PROVISION,
        form=forms.RestoreOverForm,
        single=True,
        destroys=True,
        icon="arrow-back-up",
        touches=("storage.volume",),
        command=lambda backup, *, volume: ["volume", "backup", "restore", "--force", backup.cloud_id, volume],
    ),
    backup_action(
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        in_status("available", "error"),
        no_increments,
        permission=access.PROVISION,
        destroys=True,
        goal_reached=gone,
        icon="trash",
        command=words("volume", "backup", "delete"),
    ),
    backup_action(
        "edit",
        gettext_lazy("Rename or describe"),
        cloud.edit,
        not_deleting,
        needs="block-storage 3.9",
        form=EditForm,
        single=True,
        icon="pencil",
        group=SETTINGS,
        command=lambda backup, *, name, description: [
            *("volume", "backup", "set", "--name", name, "--description", description, backup.cloud_id)
        ],
    ),
    backup_action(
        "export-record",
        gettext_lazy("Export the record"),
        cloud.export_record,
        in_status("available"),
        permission=access.ADMINISTER,
        shows=exported,
        single=True,
        icon="file-text",
        group=RECORD,
        command=words("volume", "backup", "record", "export"),
    ),
    backup_action(
        "reset-status",
        gettext_lazy("Reset the status"),
        cloud.reset_status,
        permission=access.ADMINISTER,
        form=status_form("available", "error"),
        danger=True,
        icon="tool",
        group=REPAIR,
        command=lambda backup, *, status: ["volume", "backup", "set", "--state", status, backup.cloud_id],
    ),
    backup_action(
        "force-delete",
        gettext_lazy("Force to delete"),
        cloud.force_delete,
        no_increments,
        permission=access.ADMINISTER,
        destroys=True,
        goal_reached=gone,
        icon="trash-x",
        group=REPAIR,
        command=words("volume", "backup", "delete", "--force"),
    ),
)
