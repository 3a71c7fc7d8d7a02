"""Doing something to one or many rows: the plan, then the outcomes."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.inventory import InventoryItem
from opsys.kit.act.dispatch import perform_or_submit
from opsys.kit.act.plan import Plan, plan_of
from opsys.kit.act.selection import Unfit, matching, seen
from opsys.kit.approvals.gate import asks_second
from opsys.kit.console.command_line import command_lines
from opsys.kit.console.confirming import asks_why, confirmation
from opsys.kit.console.outcomes import outcomes_page
from opsys.kit.console.request import request_of
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.form import ActionForm
from opsys.kit.relate.relations import dependents_of

MOST_AT_ONCE = 200
NOBODY = Plan([], [], [])


@dataclass(frozen=True)
class Chosen:
    """The rows that were ticked; or with `everything`, all that match the `query` of the list's address."""

    pks: list[int]
    everything: bool = False
    query: str = ""


def act(request: HttpRequest, resource: Resource, name: str) -> HttpResponse:
    """GET shows the plan: who qualifies, who does not and why. POST does it and shows what became of each.

    Of all that match, only those are acted on that the person was told of: when they are others meanwhile, or nobody
    was told yet, the plan is shown again."""
    action = _action(resource, name)
    try:
        chosen = _chosen(request, resource, action)
    except Unfit as reason:
        return _over_the_page(
            _dialog(request, resource, action, Chosen([], everything=True), NOBODY, None, str(reason))
        )
    plan = plan_of(resource, action, chosen.pks, request.user)
    if request.method == "GET":
        return _dialog(request, resource, action, chosen, plan, _form(request, action, plan))
    told = request.POST.get("seen", "")
    if chosen.everything and told != seen(plan.ready):
        note = _("The rows have changed meanwhile. Look again.") if told else ""
        form = _form(request, action, plan, request.POST if told else None)
        return _over_the_page(_dialog(request, resource, action, chosen, plan, form, note))
    form = _form(request, action, plan, request.POST)
    if form is not None and not form.is_valid():
        return _dialog(request, resource, action, chosen, plan, form)
    wanted = confirmation(action, plan.ready)
    if wanted and not wanted.met_by(request.POST.get("confirm", "")):
        return _dialog(request, resource, action, chosen, plan, form, confirm_error=wanted.complaint)
    why = request.POST.get("why", "").strip()[:500]
    if not why and asks_why(action, plan.ready):
        return _dialog(request, resource, action, chosen, plan, form, why_error=_("Give a reason."))
    done = perform_or_submit(
        resource,
        action,
        [item.pk for item in plan.ready] if chosen.everything else plan.chosen,
        user=request.user,
        via="ui",
        client=request.META.get("REMOTE_ADDR", ""),
        params=form.params() if form is not None else None,
        request=request_of(request),
        why=why,
    )
    return outcomes_page(request, resource, action, done, asked=action.dialog or _in_dialog(request))


def command(request: HttpRequest, resource: Resource, name: str) -> HttpResponse:
    """The dialog's content as commands for a shell, as far as it is filled in."""
    action = _action(resource, name)
    try:
        chosen = _chosen(request, resource, action)
    except Unfit:
        raise Http404("no such rows") from None
    plan = plan_of(resource, action, chosen.pks, request.user)
    form = _form(request, action, plan, request.POST)
    complete = form is None or form.is_valid()
    params = form.params() if form is not None and complete else {}
    lines = command_lines(action, plan.ready, params) if complete else []
    more = max(0, len(plan.ready) - len(lines)) if lines else 0
    return render(request, "kit/_command.html", {"lines": lines, "more": more, "complete": complete})


def _form(request: HttpRequest, action: Action, plan: Plan, data: Any = None) -> ActionForm | None:
    """None also when nobody qualifies: its choices may be nobody's business then. The address may fill in fields
    beforehand."""
    if action.form is None or not plan.ready:
        return None
    initial = _given(request.GET, action.form) if request.method == "GET" else None
    return action.form(data, targets=plan.ready, user=request.user, initial=initial)


def _given(address: QueryDict, form: type[ActionForm]) -> dict[str, Any]:
    """What the address fills in: several values of one name make a list."""
    named = [(name, address.getlist(name)) for name in form.base_fields if name in address]
    return {name: values if len(values) > 1 else values[0] for name, values in named}


def _dialog(
    request: HttpRequest,
    resource: Resource,
    action: Action,
    chosen: Chosen,
    plan: Plan,
    form: ActionForm | None,
    note: str = "",
    *,
    confirm_error: str = "",
    why_error: str = "",
) -> HttpResponse:
    url = resource.url("action", action.name)
    context = {
        "resource": resource,
        "action": action,
        "ready": plan.ready,
        "places": plan.places,
        "refused": plan.refused,
        "form": form,
        "chosen": chosen,
        "reasons": plan.reasons if chosen.everything else [],
        "seen": seen(plan.ready) if chosen.everything else "",
        "note": note,
        "url": url,
        "command_url": f"{url}command/" if action.command and plan.ready else "",
        "dependents": dependents_of(resource, plan.ready, user=request.user, cascades=action.cascades)
        if action.deletes
        else [],
        "question": _question(resource, action, plan.ready),
        "confirm": confirmation(action, plan.ready),
        "confirm_error": confirm_error,
        "asks_why": asks_why(action, plan.ready),
        "why": request.POST.get("why", ""),
        "why_error": why_error,
        "asks_second": asks_second(resource, action, [place.cluster for place in plan.places]),
        "operation": uuid4(),
    }
    return render(request, "kit/_dialog.html", context)


def _question(resource: Resource, action: Action, ready: list[InventoryItem]) -> str:
    if len(ready) == 1:
        asked = _("%(action)s %(name)s?") if action.one_word else _("%(action)s: %(name)s?")
        return (action.question or asked) % {"action": action.label, "name": ready[0]}
    if action.one_word:
        asked = ngettext("%(action)s %(count)d %(one)s?", "%(action)s %(count)d %(many)s?", len(ready))
    else:
        asked = ngettext("%(action)s: %(count)d %(one)s?", "%(action)s: %(count)d %(many)s?", len(ready))
    return asked % {
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


def _chosen(request: HttpRequest, resource: Resource, action: Action) -> Chosen:
    given = request.POST if request.method == "POST" else request.GET
    if given.get("all") == "1" and not action.single:
        query = given.get("query", "").removeprefix("?")
        return Chosen(matching(resource, QueryDict(query), user=request.user), everything=True, query=query)
    ids = request.POST.getlist("ids") or request.GET.getlist("ids")
    pks = list(dict.fromkeys(int(text) for text in ids if text.isascii() and text.isdigit() and len(text) < 19))
    if not pks or len(pks) > (1 if action.single else MOST_AT_ONCE):
        raise Http404("nothing chosen, or too much")
    return Chosen(pks)


def _in_dialog(request: HttpRequest) -> bool:
    """Whether the plan was shown: its answer then takes the plan's place."""
    return request.POST.get("all") == "1" or request.headers.get("HX-Target") == "dialog"


def _over_the_page(response: HttpResponse) -> HttpResponse:
    """As a dialog also where the button that was pressed expected only a message."""
    response["HX-Retarget"] = "#dialog"
    response["HX-Reswap"] = "innerHTML"
    return response
