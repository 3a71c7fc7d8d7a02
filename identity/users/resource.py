from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from identity.users import cloud
from identity.users.models import User
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource

USERS = register(
    Resource(
        model=User,
        slug="users",
        icon="users",
        # Directories of many thousand people change slowly.
        source=Source(
            "identity",
            cloud.fetch,
            cloud.fetch_one,
            role="admin",
            events={"identity.user": ["resource_info"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("domain", _("Domain"), sort=("domain",), priority=2),
            Column("enabled", _("Enabled"), kind="flag", priority=2),
            Column("project", _("Default project"), value="project_id", refers="identity.project", priority=3),
            Column("email", _("E-mail"), priority=3),
            Column("password_expires", _("Password expires"), value="password_expires_at", kind="time", priority=3),
            Column("description", _("Description"), priority=3),
        ),
        filters=(
            Filter("domain", _("Domain")),
            Filter("enabled", _("Enabled"), choices=[("True", _("yes")), ("False", _("no"))]),
            Filter("project", _("Default project"), field="project_id", refers="identity.project"),
        ),
        status_colour=lambda item: "green" if item.enabled else "yellow",
    )
)
