"""When a server may be acted on: each check takes a server and gives the reason why not, or "". The statuses are those
in which Nova takes the request."""

from clusters.microversions import offers
from clusters.sentences import gettext as _
from compute.servers.models import Server
from opsys.kit.declare.checks import Check, all_of, in_status

RUNNING_OR_STOPPED = ("ACTIVE", "SHUTOFF")
WITH_A_GUEST = ("ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED")


def rested(server: Server) -> str:
    return _("It is busy: %(task)s.") % {"task": server.task_state} if server.task_state else ""


def unlocked(server: Server) -> str:
    return _("It is locked. Unlock it first.") if server.locked else ""


def locked(server: Server) -> str:
    return "" if server.locked else _("It is not locked.")


def not_locked_yet(server: Server) -> str:
    return _("It is locked already.") if server.locked else ""


def kept(server: Server) -> str:
    """Not one that was deleted and only waits to be reclaimed."""
    if server.status in ("SOFT_DELETED", "DELETED"):
        return _("It was deleted. Restore it first, or delete it for good.")
    return ""


def deletable(server: Server) -> str:
    if server.task_state == "deleting":
        return _("It is being deleted already.")
    return kept(server) or unlocked(server)


def has_image(server: Server) -> str:
    return _("It boots from a volume: make a snapshot instead.") if server.from_volume else ""


def volume_boot_from(version: str) -> Check:
    """For servers that boot from a volume only clouds from this microversion on can do it."""

    def check(server: Server) -> str:
        if server.from_volume and not offers(server.cluster, "compute", version):
            return _("It boots from a volume, so this needs compute API %(version)s.") % {"version": version}
        return ""

    return check


def has_volumes(server: Server) -> str:
    return "" if server.volume_ids else _("It has no volume.")


def has_addresses(server: Server) -> str:
    return kept(server) or ("" if server.addresses else _("It has no network interface."))


def has_console(server: Server) -> str:
    if server.status in ("BUILD", "ERROR", "SHELVED", "SHELVED_OFFLOADED", "SOFT_DELETED", "DELETED", "SHUTOFF"):
        return _("It is %(status)s and has no console now.") % {"status": server.status}
    return ""


def live_migrating(server: Server) -> str:
    return "" if server.task_state == "migrating" else _("It is not being live-migrated.")


def ready(*statuses: str, also: tuple[Check, ...] = ()) -> Check:
    """In one of these states, and while nothing is under way and nobody locked it."""
    return all_of(in_status(*statuses), rested, unlocked, *also)
