"""The page from which a host is emptied: the plan beside the options."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clusters import access
from jobs.emptying import starting
from jobs.emptying.forms import EmptyForm
from jobs.emptying.plan import HYPERVISOR, SERVER, Move, Plan, plan_of
from opsys.kit.console.request import ConsoleRequest, request_of
from opsys.kit.declare import register

UNASKED = ("csrfmiddlewaretoken", "operation")


def hypervisor_of(user, pk: int) -> Any:
    """404 also for one that may not be seen."""
    rows = register.get(HYPERVISOR).model.objects.visible_to(user).present()
    if (found := rows.select_related("cluster").filter(pk=pk).first()) is None:
        raise Http404("no such hypervisor")
    return found


@require_http_methods(["GET", "POST"])
def page(request: ConsoleRequest, pk: int) -> HttpResponse:
    plan = plan_of(hypervisor_of(request.user, pk), user=request.user)
    form = EmptyForm(request.POST if request.method == "POST" else None, plan=plan, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            job = starting.start(
                plan,
                form.cleaned_data,
                user=request.user,
                via="ui",
                client=request.META.get("REMOTE_ADDR", ""),
                request=request_of(request),
                asked={name: value for name, value in request.POST.items() if name not in UNASKED},
            )
        except starting.NotDisabled as refused:
            form.add_error("disable", str(refused))
        else:
            if job is not None:
                return redirect(job)
            messages.warning(request, starting.nothing_to_do(plan))
            return redirect("jobs:empty-host", pk)
    return render(request, "jobs/empty_host.html", _context(request, plan, form))


def _context(request: ConsoleRequest, plan: Plan, form: EmptyForm) -> dict[str, Any]:
    resource = register.get(HYPERVISOR)
    return {
        "hypervisor": plan.hypervisor,
        "resource": resource,
        "hypervisor_url": resource.item_url(plan.hypervisor),
        "form": form,
        "operation": uuid4(),
        "movable": len(plan.ready) + len(plan.unlockable),
        "ready": [_line(move) for move in plan.ready],
        "left": [_line(move) for move in plan.left],
        "others": plan.others,
        "refusal": access.why_not(access.held_by(request.user), access.ADMINISTER, plan.hypervisor.cluster),
    }


def _line(move: Move) -> dict[str, Any]:
    servers = register.get(SERVER)
    action = servers.action(move.action)
    return {
        "name": str(move.server),
        "url": servers.item_url(move.server),
        "status": move.server.status,
        "action": action.label,
        "icon": action.icon,
        "reason": move.reason,
        "warning": move.warning,
        "unlockable": move.unlockable,
    }
