from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.inventory import Source
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import Relation
from opsys.kit.declare.resource import Column, Filter, Resource
from storage.pools import cloud
from storage.pools.models import Pool

COLOURS = {"full": "red", "tight": "yellow"}


def status_text(pool: Pool) -> str:
    said = {"full": _("nearly full"), "tight": _("getting tight")}.get(pool.level, "")
    return " · ".join(filter(None, (pool.status, said)))


def colour(pool: Pool) -> str:
    return "red" if pool.status != "up" else COLOURS.get(pool.level, "green")


POOLS = register(
    Resource(
        model=Pool,
        slug="pools",
        icon="database-export",
        source=Source("block-storage", cloud.fetch, cloud.fetch_one, full_seconds=60, role="admin"),
        columns=(
            Column("name", gettext_lazy("Name"), kind="name", sort=("name",), priority=1),
            Column("status", gettext_lazy("Status"), value=status_text, kind="status", priority=1),
            Column("cluster", gettext_lazy("Cluster"), kind="cluster", sort=("cluster_name",), priority=2),
            Column(
                "used",
                gettext_lazy("Used"),
                value=lambda pool: cloud.share(pool.used, pool.usable),
                kind="bar",
                sort=("used_percent",),
                priority=1,
            ),
            Column(
                "allocated",
                gettext_lazy("Allocated"),
                value=lambda pool: cloud.share(pool.allocated, pool.total),
                kind="bar",
                priority=3,
            ),
            Column(
                "provisioned",
                gettext_lazy("Provisioned"),
                value=lambda pool: cloud.share(pool.provisioned, pool.provisionable),
                kind="bar",
                priority=2,
            ),
            Column("oversubscription", gettext_lazy("Over-subscription"), priority=3),
            Column("free", gettext_lazy("Free (GiB)"), kind="number", priority=3),
            Column("total", gettext_lazy("Total (GiB)"), kind="number", priority=4),
            Column("volume_type", gettext_lazy("Back end"), value="backend_name", priority=3),
            Column(
                "protocol", gettext_lazy("Protocol"), value=lambda pool: pool.data.get("storage_protocol"), priority=4
            ),
            Column("vendor", gettext_lazy("Vendor"), value=lambda pool: pool.data.get("vendor_name"), priority=4),
        ),
        filters=(
            Filter(
                "level",
                gettext_lazy("Space"),
                choices=[("full", gettext_lazy("nearly full")), ("tight", gettext_lazy("getting tight"))],
            ),
        ),
        relations=(
            # A type goes to the pools of the back end that its extra specs name.
            Relation(
                "volume_type",
                gettext_lazy("Volume type"),
                "storage.volumetype",
                "backend_name",
                key="backend_name",
                reverse=gettext_lazy("Storage pools"),
            ),
        ),
        order=("-used_percent", "pk"),
        status_colour=colour,
    )
)
