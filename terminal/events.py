"""What the audit hears of terminals."""

from typing import Any

from audit.models import Event
from terminal.models import Session


def note(
    action: str,
    session: Session | None = None,
    *,
    user: Any = None,
    client: str = "",
    phase: str = Event.Phase.NOTED,
    reason: str = "",
    error_code: str = "",
    params: dict[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Write one event. Of a session: tied to its others by its id, on its cluster, about its server or host. Without
    `user` it is the session's own user who did it."""
    if session is not None:
        facts = {
            "operation": session.pk,
            "cluster": session.cluster,
            "cluster_name": session.cluster_name,
            "cloud_id": session.cloud_id,
            "name": session.target_name,
            "user": user or session.user,
            "username": user.get_username() if user else session.username,
            **({"user": None, "username": ""} if facts.get("via") == Event.Via.SYSTEM else {}),
            **facts,
        }
    else:
        facts = {"user": user, "username": user.get_username() if user else "", **facts}
    Event.objects.create(
        action=action,
        phase=phase,
        via=facts.pop("via", Event.Via.UI if facts["username"] else Event.Via.SYSTEM),
        client=client or (session.client if session is not None and user is None else ""),
        resource=facts.pop("resource", "compute.server" if facts.get("cloud_id") else "terminal.session"),
        reason=reason,
        error_code=error_code,
        params=params or {},
        **facts,
    )
