from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from identity.projects import cloud
from identity.projects.actions import ACTIONS
from identity.projects.models import Project
from identity.projects.panels import PANELS
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource

PROJECTS = register(
    Resource(
        model=Project,
        slug="projects",
        icon="folders",
        source=Source(
            "identity",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            role="admin",
            events={"identity.project": ["resource_info"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("domain", _("Domain"), sort=("domain",), priority=2),
            Column("enabled", _("Enabled"), kind="flag", priority=2),
            Column("description", _("Description"), priority=3),
            Column("tags", _("Tags"), kind="lines", priority=3),
        ),
        filters=(
            Filter("domain", _("Domain")),
            Filter("enabled", _("Enabled"), choices=[("True", _("yes")), ("False", _("no"))]),
        ),
        actions=ACTIONS,
        panels=PANELS,
        status_colour=lambda item: "green" if item.enabled else "yellow",
    )
)
