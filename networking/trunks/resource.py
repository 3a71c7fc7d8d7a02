from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import CLUSTER, CREATED, DESCRIPTION, NAME, OF_PROJECT, PROJECT, SELDOM_SECONDS, payload_ids
from networking.states import colour
from networking.trunks import cloud
from networking.trunks.actions import ACTIONS
from networking.trunks.models import Trunk
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource
from opsys.kit.declare.table_panel import ROWS, TablePanel

STATUSES = ("ACTIVE", "DOWN", "BUILD", "DEGRADED", "ERROR")


def _subports(conn, trunk: Trunk, *, user, query) -> dict[str, Any]:
    return {ROWS: trunk.entries}


TRUNKS = register(
    Resource(
        model=Trunk,
        slug="trunks",
        icon="git-branch",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=SELDOM_SECONDS,
            events={"trunk": payload_ids("trunk")},
        ),
        columns=(
            NAME,
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            CLUSTER,
            Column("admin_state_up", _("Administratively up"), kind="flag", priority=4),
            PROJECT,
            DESCRIPTION,
            CREATED,
        ),
        filters=(Filter("status", _("Status"), choices=[(status, status) for status in STATUSES]), OF_PROJECT),
        relations=(
            Relation(
                "port",
                _("Parent port"),
                "networking.port",
                "port_id",
                reverse=_("Trunk"),
                on_delete=OnDelete.BLOCKS,
                priority=2,
            ),
            Relation(
                "subports",
                _("Subports"),
                "networking.port",
                ids="sub_port_ids",
                reverse=_("Subport of"),
                on_delete=OnDelete.BLOCKS,
            ),
        ),
        actions=ACTIONS,
        panels=(
            TablePanel(
                "sub-ports",
                _("Subports"),
                load=_subports,
                cloud=False,
                icon="plug",
                columns=(
                    Column("port", _("Port"), refers="networking.port"),
                    Column("segmentation_type", _("Type")),
                    Column("segmentation_id", _("VLAN ID")),
                ),
                add=("add-subport",),
                on_entry=("remove-subport",),
                nothing=_("It has no subports."),
            ),
        ),
        status_colour=colour,
    )
)
