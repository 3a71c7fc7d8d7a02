"""What a credential may not list is a fact and no failure of the cloud: which role is missing, when to ask again."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.gateway.errors import CloudError, retell, with_time
from clusters.inventory import SOURCES, Source, type_name
from clusters.models import Cluster, SyncState

CODE = "forbidden"
FACTS = frozenset({CODE, "no_service"})
"""Codes of what is so and will stay so: nothing failed that would have to be seen to."""
ASK_AGAIN = timedelta(hours=1)
"""A role may be given meanwhile. A new credential is tried at once."""


def rest(error: CloudError, now: datetime) -> dict[str, Any]:
    """What a type's state notes of a refusal beyond the error: it would be refused again and again."""
    return {"retry_at": now + ASK_AGAIN} if error.code == CODE and error.until is None else {}


def of_empty(cluster: Cluster, source: Source, now: datetime) -> dict[str, Any]:
    """What a type's state notes after a complete reading that showed nothing. Neutron, and of lists that take no role
    of their own Cinder, refuse nobody: they leave out what the credential may not see, here everything."""
    roles = set(_roles(cluster))
    hidden = roles and (
        (source.role == "admin" and "admin" not in roles)
        or (_lacks_project(cluster, source) and (source.service == "network" or "admin" not in roles))
    )
    if not hidden:
        return {}
    error = CloudError(CODE, cluster=cluster.name)
    return {"error_code": CODE, "error": str(error), **rest(error, now)}


def sentence(cluster: Cluster, source: Source) -> str:
    """Why nothing of this type is read, and what would help."""
    roles = _roles(cluster)
    said = {"roles": ", ".join(roles), "role": source.role}
    if _lacks_project(cluster, source) or (source.role in roles and not cluster.capabilities.get("project_id")):
        return _("Not allowed with this credential: it is for a domain or the system, and this takes a project.")
    if not roles:
        return _("Not allowed with this credential: this takes the role %(role)s.") % said
    if source.role in roles:
        return _("Not allowed with this credential: it has %(roles)s, and the cloud's policy asks for more.") % said
    return _("Not allowed with this credential: it has %(roles)s, and this takes the role %(role)s.") % said


def told(cluster: Cluster, state: SyncState) -> str:
    """What stands in the way of reading a type, in the language of whoever reads it now, and until when we wait; ""
    where nothing does."""
    source = next((source for model, source in SOURCES.items() if type_name(model) == state.resource), None)
    if state.error_code == CODE and source is not None:
        return sentence(cluster, source)
    if not state.error_code:
        return state.error
    waits = state.retry_at if state.retry_at and state.retry_at > timezone.now() else None
    return with_time(retell(state.error_code, cluster.name, state.error), waits)


def _roles(cluster: Cluster) -> list[str]:
    return [*map(str, cluster.capabilities.get("roles") or [])]


def _lacks_project(cluster: Cluster, source: Source) -> bool:
    known = cluster.capabilities
    return source.service != "identity" and bool(known) and not known.get("project_id")
