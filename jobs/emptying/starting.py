"""Starting the job that empties a host."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from clusters.sentences import gettext as _
from clusters.sentences import ngettext
from jobs import lifecycle
from jobs.emptying.kind import EmptyHost
from jobs.emptying.plan import HYPERVISOR, SERVER, Plan
from jobs.kinds import Target
from jobs.models import Job
from opsys.kit.act.idempotency import Request, once
from opsys.kit.act.perform import perform
from opsys.kit.declare import register
from opsys.kit.declare.action import Outcome, Status


class NotDisabled(Exception):
    """The host could not be disabled first, so nothing was begun; `outcome` says why."""

    def __init__(self, outcome: Outcome):
        self.outcome = outcome
        super().__init__(outcome.reason)


def start(
    plan: Plan,
    options: Mapping[str, Any],
    *,
    user,
    via: str,
    client: str = "",
    request: Request | None = None,
    asked: Mapping[str, Any] | None = None,
) -> Job | None:
    """Disable the host if that is wished, then move what can be moved; None if that is nothing. Those that stay are
    items of the job too, which tells why. `options` is the cleaned `EmptyForm`. See `once` for a `request` with a key;
    `asked` is what came with it, since the form has fewer fields once the first has begun. Raises `NotDisabled`."""
    asker: dict[str, Any] = {"user": user, "via": via, "client": client}
    return once(
        request or Request(user),
        ["empty-host", plan.hypervisor.pk, dict(asked or {})],
        lambda operation: _start(plan, options, operation, **asker),
        store=lambda job: {"job": job.pk if job else None},
        load=lambda result: Job.objects.filter(pk=result["job"]).first(),
        recall=lambda operation: _begun(operation, user),
    )


def _begun(operation: UUID, user) -> Job | None:
    """The job of a request that died before it could say so."""
    jobs = Job.objects.filter(kind=EmptyHost.name, user=user, params__operation=str(operation))
    return jobs.order_by("pk").first()


def _start(plan: Plan, options: Mapping[str, Any], operation: UUID, **asker: Any) -> Job | None:
    hypervisor = plan.hypervisor
    if options.get("disable"):
        resource = register.get(HYPERVISOR)
        action, params = resource.action("disable"), {"reason": options["reason"]}
        known = {hypervisor.pk: uuid5(operation, "disable")}
        (outcome,) = perform(
            resource, action, [hypervisor.pk], params=params, operations=known, why=str(action.label), **asker
        )
        if outcome.status is not Status.DONE:
            raise NotDisabled(outcome)
    if not plan.ready and not (options.get("unlock") and plan.unlockable):
        return None
    servers = [move.server for move in plan.moves]
    title = ngettext("Empty host %(host)s: %(count)d server", "Empty host %(host)s: %(count)d servers", len(servers))
    return lifecycle.submit(
        EmptyHost.name,
        title % {"host": hypervisor.host, "count": len(servers)},
        [Target(row.pk, row.cluster_id, hypervisor.cluster.name, row.cloud_id, row.name) for row in servers],
        **asker,
        params={
            "operation": str(operation),
            "resource": SERVER,
            "source": hypervisor.host,
            "hypervisor": hypervisor.pk,
            "host": options.get("host") or "",
            "block_migration": options.get("block_migration") or "auto",
            "confirm": bool(options.get("confirm")),
            "unlock": bool(options.get("unlock")),
            "locks": {row.pk: str(row.data.get("locked_reason") or "") for row in servers if row.locked},
            "at_once": options.get("at_once") or 1,
        },
    )


def nothing_to_do(plan: Plan) -> str:
    if plan.moves:
        return _("None of its servers can be moved now; see why below.")
    return _("There are no servers on this host.")
