"""Doing something to one or many rows: the plan, then the outcomes."""

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters import access
from jobs.models import Job
from opsys.kit.action import Action, Outcome
from opsys.kit.many import perform_or_submit
from opsys.kit.perform import why_not
from opsys.kit.resource import Resource

MOST_AT_ONCE = 200
TYPED_FROM = 6


def act(request: HttpRequest, resource: Resource, name: str) -> HttpResponse:
    """GET shows the plan: who qualifies, who does not and why. POST does it and shows what became of each."""
    try:
        action = resource.action(name)
    except KeyError:
        raise Http404("no such action") from None
    pks = _pks(request)
    if request.method == "POST":
        form = action.form(request.POST) if action.form else None
        if form is not None and not form.is_valid():
            return render(request, "kit/_dialog.html", plan(resource, action, pks, request, form=form))
        if action.danger and not _confirmed(request, resource, action, pks):
            context = plan(resource, action, pks, request, form=form)
            context["confirm_error"] = _("Type the number of rows to confirm.")
            return render(request, "kit/_dialog.html", context)
        done = perform_or_submit(
            resource,
            action,
            pks,
            user=request.user,
            via="ui",
            client=request.META.get("REMOTE_ADDR", ""),
            params=form.cleaned_data if form is not None else None,
        )
        return _job_page(request, action, done) if isinstance(done, Job) else _outcomes_page(request, action, done)
    return render(
        request, "kit/_dialog.html", plan(resource, action, pks, request, form=action.form and action.form())
    )


def plan(resource: Resource, action: Action, pks: list[int], request: HttpRequest, *, form) -> dict:
    items = resource.model.objects.visible_to(request.user).present().select_related("cluster").in_bulk(pks)
    held = access.held_by(request.user)
    ready, refused = [], []
    for pk in pks:
        if item := items.get(pk):
            _code, reason = why_not(action, item, held)
            if reason:
                refused.append((item, reason))
            else:
                ready.append(item)
    question = ngettext("%(action)s %(count)d %(one)s?", "%(action)s %(count)d %(many)s?", len(ready)) % {
        "action": action.label,
        "count": len(ready),
        "one": resource.label,
        "many": resource.label_plural,
    }
    if len(ready) == 1:
        question = _("%(action)s %(name)s?") % {"action": action.label, "name": ready[0]}
    return {
        "resource": resource,
        "action": action,
        "ready": ready,
        "refused": refused,
        "form": form,
        "url": resource.url("action", action.name),
        "question": question,
        "ask_count": action.danger and len(ready) >= TYPED_FROM,
        "ids": pks,
    }


def _confirmed(request: HttpRequest, resource: Resource, action: Action, pks: list[int]) -> bool:
    """A destructive action on many rows wants their number typed; on few, the dialog's button is enough."""
    context = plan(resource, action, pks, request, form=None)
    return not context["ask_count"] or request.POST.get("confirm_count", "").strip() == str(len(context["ready"]))


def _outcomes_page(request: HttpRequest, action: Action, outcomes: list[Outcome]) -> HttpResponse:
    first = {"failed": 0, "refused": 1, "done": 2}
    outcomes = sorted(outcomes, key=lambda outcome: first[outcome.status])
    counts = Counter(outcome.status.value for outcome in outcomes)
    context = {
        "action": action,
        "outcomes": outcomes,
        "counts": {status: counts.get(status, 0) for status in first},
        "as_toast": not action.dialog,
    }
    response = render(request, "kit/_outcomes.html", context)
    response["HX-Trigger"] = "rows-changed"
    return response


def _job_page(request: HttpRequest, action: Action, job: Job) -> HttpResponse:
    response = render(request, "jobs/_started.html", {"job": job, "as_toast": not action.dialog})
    response["HX-Trigger"] = "job-started"
    return response


def _pks(request: HttpRequest) -> list[int]:
    given = request.POST.getlist("ids") or request.GET.getlist("ids")
    pks = list(dict.fromkeys(int(text) for text in given if text.isascii() and text.isdigit() and len(text) < 19))
    if not pks or len(pks) > MOST_AT_ONCE:
        raise Http404("nothing chosen, or too much")
    return pks
