"""What emptying a host led to: only what holds nothing any more is called empty."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.emptying.plan import HYPERVISOR, SERVER, Plan, plan_of
from jobs.kinds import Result
from jobs.models import Job
from opsys.kit.declare import register


def result_of(job: Job, user: Any) -> Result | None:
    """Of the host as it is now; None for one that is gone."""
    rows = register.get(HYPERVISOR).model.objects.visible_to(user).present()
    hypervisor = rows.select_related("cluster").filter(pk=job.params["hypervisor"]).first()
    if hypervisor is None:
        return None
    plan = plan_of(hypervisor, user=user)
    if plan.moves:
        return _not_empty(plan)
    names = {"host": hypervisor.host}
    if waiting := _unconfirmed(job, user):
        text = ngettext(
            "%(host)s holds the disk of %(count)d server whose move waits to be confirmed.",
            "%(host)s holds the disks of %(count)d servers whose moves wait to be confirmed.",
            waiting,
        )
        return Result(text % {**names, "count": waiting}, reached=False, ways=[_servers(hypervisor, "VERIFY_RESIZE")])
    if hypervisor.servers:
        text = _(
            "None of the servers known here is on %(host)s; the cloud still counts %(count)d there. Its count may be "
            "a minute old."
        )
        return Result(text % {**names, "count": hypervisor.servers}, reached=False)
    return Result(_("%(host)s is empty.") % names, reached=True)


def _not_empty(plan: Plan) -> Result:
    number, names = len(plan.moves), {"host": plan.hypervisor.host}
    text = ngettext(
        "%(host)s is not empty: %(count)d server is still there.",
        "%(host)s is not empty: %(count)d servers are still there.",
        number,
    )
    reasons = Counter(str(move.reason) or _("It can be moved now.") for move in plan.moves)
    address = reverse("jobs:empty-host", args=[plan.hypervisor.pk])
    ways = []
    if locked := len(plan.unlockable):
        label = ngettext("Unlock %(count)d server and move it", "Unlock %(count)d servers and move them", locked)
        ways.append((label % {"count": locked}, f"{address}?unlock=on"))
    elif plan.ready:
        label = ngettext("Move %(count)d server", "Move %(count)d servers", len(plan.ready))
        ways.append((label % {"count": len(plan.ready)}, address))
    ways.append(_servers(plan.hypervisor))
    return Result(text % {**names, "count": number}, reached=False, reasons=reasons.most_common(), ways=ways)


def _unconfirmed(job: Job, user: Any) -> int:
    servers = register.get(SERVER).model.objects.visible_to(user).present()
    return servers.filter(pk__in=job.items.values("target"), status="VERIFY_RESIZE").count()


def _servers(hypervisor: Any, status: str = "") -> tuple[str, str]:
    """The list of what stayed; with a status, of the cluster's in it."""
    query = {"cluster": hypervisor.cluster.name, **({"status": status} if status else {"host": hypervisor.host})}
    return _("Show them"), f"{register.get(SERVER).url()}?{urlencode(query)}"
