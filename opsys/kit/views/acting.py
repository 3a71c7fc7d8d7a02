"""Doing something to one or many rows: the plan, then the outcomes."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.inventory import InventoryItem
from opsys.kit.action import Action
from opsys.kit.command_line import command_lines
from opsys.kit.form import ActionForm
from opsys.kit.many import perform_or_submit
from opsys.kit.plan import Plan, plan_of
from opsys.kit.resource import Resource
from opsys.kit.views.confirming import confirmation
from opsys.kit.views.outcomes import outcomes_page

MOST_AT_ONCE = 200


def act(request: HttpRequest, resource: Resource, name: str) -> HttpResponse:
    """GET shows the plan: who qualifies, who does not and why. POST does it and shows what became of each."""
    action = _action(resource, name)
    plan = plan_of(resource, action, _pks(request, action), request.user)
    if request.method == "GET":
        return _dialog(request, resource, action, plan, _form(request, action, plan))
    form = _form(request, action, plan, request.POST)
    if form is not None and not form.is_valid():
        return _dialog(request, resource, action, plan, form)
    wanted = confirmation(action, plan.ready)
    if wanted and not wanted.met_by(request.POST.get("confirm", "")):
        return _dialog(request, resource, action, plan, form, confirm_error=wanted.complaint)
    done = perform_or_submit(
        resource,
        action,
        plan.chosen,
        user=request.user,
        via="ui",
        client=request.META.get("REMOTE_ADDR", ""),
        params=form.params() if form is not None else None,
    )
    return outcomes_page(request, resource, action, done)


def command(request: HttpRequest, resource: Resource, name: str) -> HttpResponse:
    """The dialog's content as commands for a shell, as far as it is filled in."""
    action = _action(resource, name)
    plan = plan_of(resource, action, _pks(request, action), request.user)
    form = _form(request, action, plan, request.POST)
    complete = form is None or form.is_valid()
    params = form.params() if form is not None and complete else {}
    lines = command_lines(action, plan.ready, params) if complete else []
    more = max(0, len(plan.ready) - len(lines)) if lines else 0
    return render(request, "kit/_command.html", {"lines": lines, "more": more, "complete": complete})


def _form(request: HttpRequest, action: Action, plan: Plan, data: Any = None) -> ActionForm | None:
    """None also when nobody qualifies: its choices may be nobody's business then."""
    if action.form is None or not plan.ready:
        return None
    return action.form(data, targets=plan.ready, user=request.user)


def _dialog(
    request: HttpRequest,
    resource: Resource,
    action: Action,
    plan: Plan,
    form: ActionForm | None,
    *,
    confirm_error: str = "",
) -> HttpResponse:
    url = resource.url("action", action.name)
    context = {
        "resource": resource,
        "action": action,
        "ready": plan.ready,
        "refused": plan.refused,
        "form": form,
        "url": url,
        "command_url": f"{url}command/" if action.command and plan.ready else "",
        "question": _question(resource, action, plan.ready),
        "confirm": confirmation(action, plan.ready),
        "confirm_error": confirm_error,
    }
    return render(request, "kit/_dialog.html", context)


def _question(resource: Resource, action: Action, ready: list[InventoryItem]) -> str:
    if len(ready) == 1:
        return _("%(action)s %(name)s?") % {"action": action.label, "name": ready[0]}
    return ngettext("%(action)s %(count)d %(one)s?", "%(action)s %(count)d %(many)s?", len(ready)) % {
        "action": action.label,
        "count": len(ready),
        "one": resource.label,
        "many": resource.label_plural,
    }


def _action(resource: Resource, name: str) -> Action:
    try:
        return resource.action(name)
    except KeyError:
        raise Http404("no such action") from None


def _pks(request: HttpRequest, action: Action) -> list[int]:
    given = request.POST.getlist("ids") or request.GET.getlist("ids")
    pks = list(dict.fromkeys(int(text) for text in given if text.isascii() and text.isdigit() and len(text) < 19))
    if not pks or len(pks) > (1 if action.single else MOST_AT_ONCE):
        raise Http404("nothing chosen, or too much")
    return pks
