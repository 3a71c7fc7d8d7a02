"""Starting the job that empties a host."""

from collections.abc import Mapping
from typing import Any

from clusters.sentences import gettext as _
from clusters.sentences import ngettext
from jobs import lifecycle
from jobs.emptying.kind import EmptyHost
from jobs.emptying.plan import HYPERVISOR, SERVER, Plan
from jobs.kinds import Target
from jobs.models import Job
from opsys.kit.act.perform import perform
from opsys.kit.declare import register
from opsys.kit.declare.action import Outcome, Status


class NotDisabled(Exception):
    """The host could not be disabled first, so nothing was begun; `outcome` says why."""

    def __init__(self, outcome: Outcome):
        self.outcome = outcome
        super().__init__(outcome.reason)


def start(plan: Plan, options: Mapping[str, Any], *, user, via: str, client: str = "") -> Job | None:
    """Disable the host if that is wished, then move what the plan says can be moved; None if that is nothing.
    `options` is the cleaned `EmptyForm`. Raises `NotDisabled`."""
    hypervisor = plan.hypervisor
    if options.get("disable"):
        resource = register.get(HYPERVISOR)
        action, params = resource.action("disable"), {"reason": options["reason"]}
        (outcome,) = perform(resource, action, [hypervisor.pk], user=user, via=via, client=client, params=params)
        if outcome.status is not Status.DONE:
            raise NotDisabled(outcome)
    if not plan.ready:
        return None
    servers = [move.server for move in plan.ready]
    title = ngettext("Empty host %(host)s: %(count)d server", "Empty host %(host)s: %(count)d servers", len(servers))
    return lifecycle.submit(
        EmptyHost.name,
        title % {"host": hypervisor.host, "count": len(servers)},
        [Target(row.pk, row.cluster_id, hypervisor.cluster.name, row.cloud_id, row.name) for row in servers],
        user=user,
        via=via,
        client=client,
        params={
            "resource": SERVER,
            "source": hypervisor.host,
            "hypervisor": hypervisor.pk,
            "host": options.get("host") or "",
            "block_migration": options.get("block_migration") or "auto",
            "confirm": bool(options.get("confirm")),
            "at_once": options.get("at_once") or 1,
        },
    )


def nothing_to_do(plan: Plan) -> str:
    if plan.moves:
        return _("None of its servers can be moved now; see why below.")
    return _("There are no servers on this host.")
