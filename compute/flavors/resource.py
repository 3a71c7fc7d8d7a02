from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from compute.flavors import cloud
from compute.flavors.actions import ACTIONS
from compute.flavors.models import Flavor
from compute.flavors.panels import PANELS
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource

FLAVORS = register(
    Resource(
        model=Flavor,
        slug="flavors",
        icon="cpu",
        source=Source(
            "compute",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=120,
            events={"flavor": ["flavorid"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("vcpus", _("vCPUs"), kind="number", sort=("vcpus",), priority=1),
            Column("ram", _("Memory (MiB)"), kind="number", sort=("ram",), priority=1),
            Column("disk", _("Disk (GiB)"), kind="number", sort=("disk",), priority=2),
            Column("ephemeral", _("Ephemeral (GiB)"), kind="number", priority=3),
            Column("swap", _("Swap (MiB)"), kind="number", priority=3),
            Column("public", _("Public"), kind="flag", priority=2),
            Column("extra_specs", _("Extra specs"), value="extra_spec_lines", kind="lines", priority=3),
        ),
        filters=(Filter("public", _("Public"), choices=[(True, _("yes")), (False, _("no"))]),),
        actions=ACTIONS,
        panels=PANELS,
    )
)
