from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from compute.aggregates import cloud
from compute.aggregates.actions import ACTIONS
from compute.aggregates.models import Aggregate
from compute.aggregates.panels import PANELS
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource

AGGREGATES = register(
    Resource(
        model=Aggregate,
        slug="aggregates",
        icon="stack-2",
        source=Source(
            "compute",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            role="admin",
            events={"aggregate": ["aggregate_id", "id"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("zone", _("Zone"), value="availability_zone", sort=("availability_zone",), priority=2),
            Column("hosts", _("Hosts"), kind="lines", priority=2),
            Column("metadata", _("Metadata"), value="metadata_lines", kind="lines", priority=3),
            Column("created", _("Created"), value="created_at", kind="time", sort=("created_at",), priority=3),
        ),
        filters=(Filter("zone", _("Zone"), field="availability_zone"),),
        actions=ACTIONS,
        panels=PANELS,
    )
)
