"""What a credential may not list is a fact and no failure of the cloud: which role is missing, when to ask again."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from clusters.gateway.errors import CloudError
from clusters.inventory import Source
from clusters.models import Cluster

CODE = "forbidden"
ASK_AGAIN = timedelta(hours=1)
"""A role may be given meanwhile. A new credential is tried at once."""


def rest(error: CloudError, now: datetime) -> dict[str, Any]:
    """What a type's state notes of a refusal beyond the error: it would be refused again and again."""
    return {"retry_at": now + ASK_AGAIN} if error.code == CODE and error.until is None else {}


def sentence(cluster: Cluster, source: Source) -> str:
    """Why nothing of this type is read, and what would help."""
    known = cluster.capabilities
    if source.service != "identity" and known and not known.get("project_id"):
        return _("Not allowed with this credential: it is for a domain or the system, and this takes a project.")
    roles = ", ".join(map(str, known.get("roles") or []))
    if not roles:
        return _("Not allowed with this credential: this takes the role %(role)s.") % {"role": source.role}
    return _("Not allowed with this credential: it has %(roles)s, and this takes the role %(role)s.") % {
        "roles": roles,
        "role": source.role,
    }
