"""Few are done while one waits, many become a job: the same rule for every door."""

from collections.abc import Mapping
from typing import Any

from jobs import bulk
from jobs.models import Job
from opsys.kit.action import Action, Outcome
from opsys.kit.perform import perform
from opsys.kit.resource import Resource

DIRECTLY = 5


def perform_or_submit(
    resource: Resource,
    action: Action,
    pks: list[int],
    *,
    user,
    via: str,
    client: str = "",
    params: Mapping[str, Any] | None = None,
) -> list[Outcome] | Job:
    """The outcomes of up to five rows, or the job that does more of them. See `perform` for what is promised."""
    if len(pks) <= DIRECTLY:
        return perform(resource, action, pks, user=user, via=via, client=client, params=params)
    return bulk.submit(resource, action, pks, user=user, via=via, client=client, params=dict(params or {}))
