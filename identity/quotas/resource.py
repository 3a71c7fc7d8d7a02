from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from identity.quota_words import UNITS
from identity.quotas import cloud
from identity.quotas.actions import ACTIONS
from identity.quotas.models import Quota
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource

SERVICES = (("compute", _("Compute")), ("storage", _("Storage")), ("network", _("Networking")))


def colour(quota: Quota) -> str:
    return {"full": "red", "tight": "yellow"}.get(quota.share.level if quota.share else "", "secondary")


QUOTAS = register(
    Resource(
        model=Quota,
        slug="quotas",
        icon="scale",
        # Three requests for each project of the cloud.
        source=Source("identity", cloud.fetch, cloud.fetch_one, full_seconds=900),
        columns=(
            Column("quota", _("Quota"), value="label", kind="name", sort=("name",), priority=1),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=1,
            ),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("share", _("In use"), kind="bar", sort=("fullness",), priority=1),
            Column("used", _("Used"), kind="number", priority=3),
            Column("limit", _("Limit"), value="limit_text", priority=2),
            Column("unit", _("Unit"), value=lambda quota: UNITS.get(quota.name, ""), priority=4),
            Column("service", _("Service"), priority=3),
        ),
        filters=(
            Filter("service", _("Service"), choices=SERVICES),
            Filter("name", _("Quota")),
        ),
        relations=(
            Relation(
                "project",
                _("Project"),
                "identity.project",
                "project_id",
                reverse=_("Quotas"),
                on_delete=OnDelete.CASCADES,
                priority=1,
            ),
        ),
        actions=ACTIONS,
        order=("-fullness", "pk"),
        status_colour=colour,
    )
)
