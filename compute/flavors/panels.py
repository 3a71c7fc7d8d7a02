"""The parts of a flavor's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from compute.flavors import operations
from compute.flavors.models import Flavor
from opsys.kit.declare.resource import Panel
from opsys.kit.relate.neighbours import neighbours_called

FOLDER = "compute/flavors"


def projects(conn, flavor: Flavor, *, user, query) -> dict[str, Any]:
    """`rows`: the projects that may use it."""
    ids = operations.projects_with_access(conn, flavor.cloud_id)
    return {"rows": neighbours_called("identity.project", flavor, ids, user=user)}


def specs(conn, flavor: Flavor, *, user, query) -> dict[str, Any]:
    return {"extra_specs": dict(sorted(flavor.extra_specs.items())), "description": flavor.data.get("description")}


PANELS = (
    Panel("specs", _("Extra specs"), f"{FOLDER}/specs.html", specs, cloud=False, icon="list-details"),
    Panel(
        "projects",
        _("Projects"),
        f"{FOLDER}/projects.html",
        projects,
        icon="folders",
        when=lambda flavor: not flavor.public,
    ),
)
