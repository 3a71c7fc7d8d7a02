from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource
from storage.services import cloud
from storage.services.actions import ACTIONS
from storage.services.models import VolumeService

BINARIES = ("cinder-scheduler", "cinder-volume", "cinder-backup")
COLOURS = {"enabled": "green", "disabled": "yellow"}


def status_text(service: VolumeService) -> str:
    return " · ".join(filter(None, (service.status, service.state)))


def colour(service: VolumeService) -> str:
    down = "down" in (service.state, service.backend_state)
    return "red" if down else COLOURS.get(service.status, "secondary")


SERVICES = register(
    Resource(
        model=VolumeService,
        slug="services",
        icon="heartbeat",
        # Often, so that where nobody looks and all paces are stretched an alert still comes within a minute.
        source=Source("block-storage", cloud.fetch, cloud.fetch_one, full_seconds=7, role="admin"),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), value=status_text, kind="status", sort=("status", "state"), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("binary", _("Program"), sort=("binary",), priority=3),
            Column("host", _("Host"), sort=("host",), priority=2),
            Column("backend", _("Back end"), value="backend_state", priority=3),
            Column("zone", _("Zone"), value="availability_zone", sort=("availability_zone",), priority=3),
            Column("reason", _("Reason for disabling"), value="disabled_reason", priority=2),
            Column("silent", _("Silent since"), value="updated_at", kind="time", priority=3),
        ),
        filters=(
            Filter("binary", _("Program"), choices=[(binary, binary) for binary in BINARIES]),
            Filter("status", _("Status"), choices=[(status, status) for status in ("enabled", "disabled")]),
            Filter("state", _("State"), choices=[(state, state) for state in ("up", "down")]),
            Filter("zone", _("Zone"), field="availability_zone"),
            Filter("host", _("Host")),
        ),
        status_colour=colour,
        actions=ACTIONS,
    )
)
