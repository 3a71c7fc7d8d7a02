"""Which backup an incremental one continues. Cinder does not tell; it takes the one with the newest data that was
there before, and refuses to delete what an increment needs, so that it is still there."""

from collections.abc import Iterable
from typing import Any

from opsys.kit.declare import register
from storage.backups.models import Backup


def chains(backups: Iterable[Backup]) -> list[list[Backup]]:
    """The usable backups of one volume, oldest first, in chains: each begins with a full one. An increment whose
    beginning is not known begins a chain of its own."""
    found: list[list[Backup]] = []
    for backup in sorted((one for one in backups if one.data_moment), key=lambda one: (one.data_moment, one.pk)):
        if backup.incremental and found:
            found[-1].append(backup)
        else:
            found.append([backup])
    return found


def panel(conn, item: Backup, *, user, query) -> dict[str, Any]:
    """`chains` of the backup's volume, the newest first: each a list of backups with cloud_id, name, status, size,
    incremental, moment, url and `this`, whether it is the one that was asked about."""
    rows = Backup.objects.visible_to(user).present().filter(cluster=item.cluster, volume_id=item.volume_id)
    usable = rows.exclude(status__in=("error", "deleting")).exclude(volume_id="").select_related("cluster")
    return {"chains": [[_plain(backup, item) for backup in chain] for chain in reversed(chains(usable))]}


def _plain(backup: Backup, asked: Backup) -> dict[str, Any]:
    plain = {name: getattr(backup, name) for name in ("cloud_id", "name", "status", "size", "incremental")}
    url = register.get("storage.backup").item_url(backup)
    return {**plain, "moment": backup.data_moment, "url": url, "this": backup.cloud_id == asked.cloud_id}
