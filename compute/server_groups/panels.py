"""The parts of a server group's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from compute.server_groups.models import ServerGroup
from opsys.kit.declare.resource import Panel
from opsys.kit.relate.neighbours import neighbours_called


def members(conn, group: ServerGroup, *, user, query) -> dict[str, Any]:
    """`rows`: its servers, in Nova's order."""
    return {"rows": neighbours_called("compute.server", group, group.members, user=user)}


PANELS = (Panel("members", _("Members"), "compute/server_groups/members.html", members, cloud=False, icon="server"),)
