"""What all actions on servers have in common."""

from collections.abc import Callable
from typing import Any

from compute.servers import cloud
from opsys.kit.declare.action import Action


def server_action(
    name: str, label: Any, run: Callable[..., Any], *, nova: str = "", leads_to: tuple[str, ...] = (), **rest: Any
) -> Action:
    """`nova` is what Nova's action log calls it; empty when it does not tell, or when doing it twice is the same.
    `leads_to` are the statuses in which it has been done: Nova marks a server before it writes its log, and goes on
    with what it marked when it is started again."""
    find_request = cloud.find_request(nova) if nova else None
    if leads_to:
        rest["goal_reached"] = lambda server: (
            server is not None and server.status in leads_to and not server.task_state
        )
    return Action(name, label, run, find_request=find_request, **{"needs": "compute", **rest})


def words(*before: str) -> Callable[..., list[str]]:
    """The command of an action without parameters: `server …` and the server."""
    return lambda server, **params: ["server", *before, server.cloud_id]


def option(flag: str, value: Any) -> list[str]:
    return [flag, str(value)] if value else []
