"""Making something new: a dialog, or a page of its own where the form asks much."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from clusters import access
from clusters.models import Cluster
from jobs.models import Job
from opsys.kit.act.dispatch import make_or_submit, refuse
from opsys.kit.act.refusal import why_not_in
from opsys.kit.console.command_line import command_lines
from opsys.kit.console.outcomes import outcomes_page
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.declare.action import Action, Outcome, Status
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.form import ActionForm
from opsys.kit.lists.scope import Scope, scope_of


def new(request: ConsoleRequest, resource: Resource, name: str) -> HttpResponse:
    """GET asks for `?cluster=` and the form's fields, which the address may fill in beforehand. POST makes it."""
    action = _action(resource, name)
    scope = scope_of(request)
    choices = _choices(action, scope, access.held_by(request.user))
    cluster = _chosen(request, scope, choices)
    form = _form(request, action, choices, cluster)
    if request.method == "GET" or cluster is None or (form is not None and not form.is_valid()):
        return _page(request, resource, action, choices, cluster, form)
    asker = {"user": request.user, "via": "ui", "client": request.META.get("REMOTE_ADDR", "")}
    if form is None:
        done: list[Outcome] | Job = refuse(resource, action, cluster, request.POST.get("name", ""), **asker)
    else:
        done = make_or_submit(resource, action, cluster, form.requests(), **asker)
    if _in_dialog(request) or form is None:
        return outcomes_page(request, resource, action, done)
    return _after_page(request, resource, action, choices, cluster, form, done)


def command(request: ConsoleRequest, resource: Resource, name: str) -> HttpResponse:
    """The form's content as commands for a shell, as far as it is filled in."""
    action = _action(resource, name)
    scope = scope_of(request)
    choices = _choices(action, scope, access.held_by(request.user))
    cluster = _chosen(request, scope, choices)
    form = _form(request, action, choices, cluster)
    complete = form is not None and form.is_valid()
    lines = []
    if cluster is not None and form is not None and complete:
        lines = [line for _name, params in form.requests() for line in command_lines(action, [cluster], params)]
    return render(request, "kit/_command.html", {"lines": lines, "more": 0, "complete": complete})


def _form(
    request: ConsoleRequest, action: Action, choices: list[tuple[Cluster, str]], cluster: Cluster | None
) -> ActionForm | None:
    """None where nothing can be made: what there is to choose may be nobody's business then."""
    if cluster is None or dict(choices)[cluster]:
        return None
    form_class = action.form or ActionForm
    if request.method == "POST":
        return form_class(request.POST, cluster=cluster, user=request.user)
    return form_class(cluster=cluster, user=request.user, initial=_given(request))


def _page(
    request: ConsoleRequest,
    resource: Resource,
    action: Action,
    choices: list[tuple[Cluster, str]],
    cluster: Cluster | None,
    form: ActionForm | None,
    *,
    problems: list[Outcome] | None = None,
) -> HttpResponse:
    url = resource.url("new", action.name)
    context = {
        "resource": resource,
        "action": action,
        "choices": choices,
        "cluster": cluster,
        "reason": dict(choices).get(cluster, "") if cluster else "",
        "form": form,
        "url": url,
        "command_url": f"{url}command/" if action.command else "",
        "problems": problems or [],
    }
    return render(request, "kit/_new_dialog.html" if _in_dialog(request) else "kit/new.html", context)


def _after_page(
    request: ConsoleRequest,
    resource: Resource,
    action: Action,
    choices: list[tuple[Cluster, str]],
    cluster: Cluster,
    form: ActionForm,
    done: list[Outcome] | Job,
) -> HttpResponse:
    """On to what was made, or to the job that makes it; what failed is told above the form, which stays filled in."""
    if isinstance(done, Job):
        return HttpResponseRedirect(done.get_absolute_url())
    (outcome,) = done
    if outcome.status is not Status.DONE:
        return _page(request, resource, action, choices, cluster, form, problems=done)
    return HttpResponseRedirect(resource.url("item", cluster.name, outcome.cloud_id))


def _choices(action: Action, scope: Scope, held: access.Held) -> list[tuple[Cluster, str]]:
    """Each cluster with why nothing can be made there, "" if it can; those that can first."""
    found = [(cluster, why_not_in(action, cluster, held)[1]) for cluster in scope.all_clusters]
    return sorted(found, key=lambda pair: bool(pair[1]))


def _chosen(request: ConsoleRequest, scope: Scope, choices: list[tuple[Cluster, str]]) -> Cluster | None:
    """The one asked for, or the only one there is to choose."""
    name = request.POST.get("cluster") or scope.cluster
    if name:
        for cluster, _reason in choices:
            if cluster.name == name:
                return cluster
        raise Http404("no such cluster")
    possible = [cluster for cluster, reason in choices if not reason]
    return possible[0] if len(possible) == 1 else None


def _given(request: ConsoleRequest) -> dict[str, Any]:
    """What the address fills in: several values of one name make a list."""
    given = {name: values if len(values) > 1 else values[0] for name, values in request.GET.lists() if values}
    return {name: value for name, value in given.items() if name not in ("cluster", "group")}


def _in_dialog(request: ConsoleRequest) -> bool:
    return request.htmx.target == "dialog"


def _action(resource: Resource, name: str) -> Action:
    try:
        return resource.action(name, "cluster")
    except KeyError:
        raise Http404("no such action") from None
