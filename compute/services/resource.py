from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from compute.services import cloud
from compute.services.actions import ACTIONS
from compute.services.models import Service
from compute.services.panels import PANELS
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource

BINARIES = ("nova-compute", "nova-conductor", "nova-scheduler")
COLOURS = {"enabled": "green", "disabled": "yellow"}


def status_text(service: Service) -> str:
    state = "forced down" if service.forced_down else service.state
    return " · ".join(filter(None, (service.status, state)))


def colour(service: Service) -> str:
    return "red" if service.state == "down" else COLOURS.get(service.status, "secondary")


SERVICES = register(
    Resource(
        model=Service,
        slug="services",
        icon="heartbeat",
        source=Source("compute", cloud.fetch, cloud.fetch_one, full_seconds=20),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), value=status_text, kind="status", sort=("status", "state"), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("binary", _("Program"), sort=("binary",), priority=3),
            Column("host", _("Host"), sort=("host",), priority=2),
            Column("zone", _("Zone"), value="availability_zone", sort=("availability_zone",), priority=3),
            Column("reason", _("Disabled because"), value="disabled_reason", priority=2),
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
        panels=PANELS,
    )
)
