"""When a volume may be acted on. The statuses are those in which Cinder takes the request."""

from django.utils.translation import gettext as _

from clusters.microversions import offers
from opsys.kit.declare.checks import all_of, in_status
from storage.volumes.models import Volume

RESTED = ("available", "in-use")


def not_migrating(volume: Volume) -> str:
    if volume.migration in ("", "none", "success", "error"):
        return ""
    return _("It is being migrated: %(state)s.") % {"state": volume.migration}


def extendable(volume: Volume) -> str:
    if volume.status == "in-use" and not offers(volume.cluster, "block-storage", "3.42"):
        return _("It is in use, and extending it then needs block storage API 3.42. Detach it first.")
    return in_status(*RESTED)(volume) or not_migrating(volume)


def attachable(volume: Volume) -> str:
    if volume.status == "in-use" and not volume.multiattach:
        return _("It is attached already, and its type does not allow several servers.")
    return in_status("available", "in-use")(volume) or not_migrating(volume)


def attached(volume: Volume) -> str:
    return "" if volume.attachments else _("It is attached to no server.")


def detached(volume: Volume) -> str:
    return _("It is attached to a server. Detach it first.") if volume.attachments else ""


def bootable(volume: Volume) -> str:
    return "" if volume.bootable else _("It is not bootable.")


def not_bootable(volume: Volume) -> str:
    return _("It is bootable already.") if volume.bootable else ""


def read_only(volume: Volume) -> str:
    return "" if volume.read_only else _("It is not read-only.")


def writable(volume: Volume) -> str:
    return _("It is read-only already.") if volume.read_only else ""


def ungrouped(volume: Volume) -> str:
    return _("It is in a volume group. Remove it from the group first.") if volume.group_id else ""


def deletable(volume: Volume) -> str:
    if volume.status == "deleting":
        return _("It is being deleted already.")
    wanted = in_status("available", "error", "error_restoring", "error_extending", "error_managing")
    return detached(volume) or wanted(volume) or not_migrating(volume) or ungrouped(volume)


rested = all_of(in_status(*RESTED), not_migrating)
free = all_of(in_status("available"), detached, not_migrating)
