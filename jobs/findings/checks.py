"""What counts as stuck or orphaned. A rule is one value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from clusters.links import ResourceLink
from opsys.kit.declare import register

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

HALF_AN_HOUR, DAY, WEEK, MONTH = timedelta(minutes=30), timedelta(days=1), timedelta(days=7), timedelta(days=30)


class Kind(StrEnum):
    STUCK = "stuck"
    ORPHANED = "orphaned"


def all_of_them(rows: QuerySet) -> QuerySet:
    return rows


@dataclass(frozen=True)
class Check:
    """Rows of a type that match `which`, and `narrow`, and were last changed longer than `after` ago. `how` says how
    it is known. `remedy` is the action that repairs or cleans up, where the type has it."""

    name: str
    type: str
    kind: Kind
    how: "StrPromise"
    which: Q
    after: timedelta = timedelta(0)
    remedy: str = ""
    narrow: Callable[[QuerySet], QuerySet] = all_of_them


def without_ports(groups: QuerySet) -> QuerySet:
    used = ResourceLink.objects.filter(
        cluster_id=OuterRef("cluster_id"),
        target_id=OuterRef("cloud_id"),
        source_type="networking.port",
        relation="security_groups",
    )
    return groups.filter(~Exists(used))


def on_dead_host(ports: QuerySet) -> QuerySet:
    hosts = register.get("compute.hypervisor").model.objects.present().filter(state="down")
    return ports.filter(Exists(hosts.filter(cluster_id=OuterRef("cluster_id"), host=OuterRef("host"))))


def of_gone(type_name: str, column: str) -> Callable[[QuerySet], QuerySet]:
    """Of one that was seen, and then was there no more: what the credential may not see is no proof."""

    def narrow(rows: QuerySet) -> QuerySet:
        gone = register.get(type_name).model.objects.exclude(gone_at=None)
        return rows.filter(Exists(gone.filter(cluster_id=OuterRef("cluster_id"), cloud_id=OuterRef(column))))

    return narrow


CHECKS = (
    Check(
        "server-building",
        "compute.server",
        Kind.STUCK,
        _("In BUILD for more than half an hour."),
        Q(status="BUILD"),
        HALF_AN_HOUR,
        "reset-state",
    ),
    Check(
        "server-deleting",
        "compute.server",
        Kind.STUCK,
        _("Being deleted for more than half an hour."),
        Q(task_state="deleting"),
        HALF_AN_HOUR,
        "reset-state",
    ),
    Check(
        "server-resizing",
        "compute.server",
        Kind.STUCK,
        _("Being resized or migrated for more than a day."),
        Q(status__in=("RESIZE", "MIGRATING")),
        DAY,
        "reset-state",
    ),
    Check(
        "server-unconfirmed",
        "compute.server",
        Kind.STUCK,
        _("Its resize waits for more than a day to be confirmed; until then two hosts keep its place."),
        Q(status="VERIFY_RESIZE"),
        DAY,
        "confirm-resize",
    ),
    Check(
        "volume-busy",
        "storage.volume",
        Kind.STUCK,
        _("In a passing state for more than half an hour."),
        Q(status__in=("creating", "attaching", "detaching", "deleting")),
        HALF_AN_HOUR,
        "reset-status",
    ),
    Check(
        "port-dead-host",
        "networking.port",
        Kind.STUCK,
        _("Bound to a host whose compute service is down."),
        ~Q(host=""),
        narrow=on_dead_host,
    ),
    Check(
        "volume-unattached",
        "storage.volume",
        Kind.ORPHANED,
        _("Attached to no server, and unchanged for more than 30 days."),
        Q(status="available"),
        MONTH,
        "delete",
    ),
    Check(
        "floating-ip-unused",
        "networking.floatingip",
        Kind.ORPHANED,
        _("Leads to no port, and unchanged for more than 7 days."),
        Q(port_id=""),
        WEEK,
        "release",
    ),
    Check(
        "port-unheld",
        "networking.port",
        Kind.ORPHANED,
        _("Held by nothing, and unchanged for more than 7 days."),
        Q(device_id="", device_owner=""),
        WEEK,
        "delete",
    ),
    Check(
        "security-group-unused",
        "networking.securitygroup",
        Kind.ORPHANED,
        _("No port is in it, and unchanged for more than 7 days."),
        ~Q(name="default"),
        WEEK,
        "delete",
        without_ports,
    ),
    Check(
        "snapshot-of-gone-volume",
        "storage.snapshot",
        Kind.ORPHANED,
        _("Its volume was seen, and was deleted."),
        ~Q(volume_id=""),
        remedy="delete",
        narrow=of_gone("storage.volume", "volume_id"),
    ),
    Check(
        "image-of-gone-server",
        "compute.image",
        Kind.ORPHANED,
        _("Its server was seen, and was deleted; unchanged for more than 30 days."),
        Q(kind__in=("snapshot", "backup")),
        MONTH,
        "delete",
        of_gone("compute.server", "server_id"),
    ),
    *(
        Check(
            f"{name.rpartition('.')[2]}-of-gone-project",
            name,
            Kind.ORPHANED,
            _("Its project was deleted."),
            ~Q(project_id=""),
            remedy=remedy,
            narrow=of_gone("identity.project", "project_id"),
        )
        for name, remedy in (
            ("compute.server", "delete"),
            ("storage.volume", "delete"),
            ("networking.floatingip", "release"),
            ("networking.router", "delete"),
            ("networking.network", "delete"),
        )
    ),
)
