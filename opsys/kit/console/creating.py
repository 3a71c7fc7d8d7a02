"""Making something new: a dialog, or a page of its own where the form asks much."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from clusters import access
from clusters.models import Cluster
from jobs.models import Job
from opsys.kit.act.dispatch import make_or_submit, refuse
from opsys.kit.act.refusal import why_not_in
from opsys.kit.console.command_line import command_lines
from opsys.kit.console.outcomes import outcomes_page
from opsys.kit.console.request import ConsoleRequest, request_of
from opsys.kit.declare.action import Action, Outcome, Status
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.form import ActionForm
from opsys.kit.forms.project import NoProject, Places, Project, places_in, project_named
from opsys.kit.lists.scope import Scope, scope_of


def new(request: ConsoleRequest, resource: Resource, name: str) -> HttpResponse:
    """GET asks for `?cluster=` and the form's fields, which the address may fill in beforehand. POST makes it; with
    `ask` it only asks again, for another cluster or project, with what was typed so far."""
    action = _action(resource, name)
    scope = scope_of(request)
    choices = _choices(action, scope, access.held_by(request.user))
    cluster = _chosen(request, scope, choices)
    project = _project(request, action, choices, cluster)
    form = _form(request, action, choices, cluster, project)
    unclear = isinstance(project, NoProject)
    if _asking(request) or cluster is None or unclear or (form is not None and not form.is_valid()):
        return _page(request, resource, action, choices, cluster, project, form)
    asker = {"user": request.user, "via": "ui", "client": request.META.get("REMOTE_ADDR", "")}
    if form is None:
        done: list[Outcome] | Job = refuse(resource, action, cluster, request.POST.get("name", ""), **asker)
    else:
        done = make_or_submit(
            resource, action, cluster, form.requests(), project=form.project, request=request_of(request), **asker
        )
    if _in_dialog(request) or form is None:
        return outcomes_page(request, resource, action, done)
    return _after_page(request, resource, action, choices, cluster, form, done)


def command(request: ConsoleRequest, resource: Resource, name: str) -> HttpResponse:
    """The form's content as commands for a shell, as far as it is filled in."""
    action = _action(resource, name)
    scope = scope_of(request)
    choices = _choices(action, scope, access.held_by(request.user))
    cluster = _chosen(request, scope, choices)
    form = _form(request, action, choices, cluster, _project(request, action, choices, cluster))
    complete = form is not None and form.is_valid()
    lines = []
    if cluster is not None and form is not None and complete:
        lines = [
            line
            for _name, params in form.requests()
            for line in command_lines(action, [cluster], params, form.project)
        ]
    return render(request, "kit/_command.html", {"lines": lines, "more": 0, "complete": complete})


def _form(
    request: ConsoleRequest,
    action: Action,
    choices: list[tuple[Cluster, str]],
    cluster: Cluster | None,
    project: Project | NoProject | None,
) -> ActionForm | None:
    """None where nothing can be made: what there is to choose may be nobody's business then."""
    if cluster is None or dict(choices)[cluster] or isinstance(project, NoProject):
        return None
    form_class = action.form or ActionForm
    if not _asking(request):
        return form_class(request.POST, cluster=cluster, project=project, user=request.user)
    return form_class(cluster=cluster, project=project, user=request.user, initial=_given(request, action))


def _project(
    request: ConsoleRequest, action: Action, choices: list[tuple[Cluster, str]], cluster: Cluster | None
) -> Project | NoProject | None:
    """The project that is asked for, or why nothing can be made there; None: the credential's own."""
    given = request.POST if request.method == "POST" else request.GET
    if cluster is None or dict(choices)[cluster] or not action.takes_project:
        return None
    try:
        return project_named(cluster, given.get("project", ""), user=request.user)
    except NoProject as problem:
        return problem


def _page(
    request: ConsoleRequest,
    resource: Resource,
    action: Action,
    choices: list[tuple[Cluster, str]],
    cluster: Cluster | None,
    project: Project | NoProject | None,
    form: ActionForm | None,
    *,
    problems: list[Outcome] | None = None,
) -> HttpResponse:
    url = resource.url("new", action.name)
    given = request.POST if request.method == "POST" else request.GET
    unclear = isinstance(project, NoProject)
    context = {
        "resource": resource,
        "action": action,
        "choices": choices,
        "cluster": cluster,
        "reason": (dict(choices).get(cluster, "") if cluster else "") or (str(project) if unclear else ""),
        "places": _places(request, action, choices, cluster),
        "place": given.get("project", "") if unclear else getattr(project, "id", ""),
        "form": form,
        "url": url,
        "command_url": f"{url}command/" if action.command else "",
        "problems": problems or [],
        "operation": uuid4(),
    }
    if _in_dialog(request):
        return render(request, "kit/_new_dialog.html", context)
    response = render(request, "kit/new.html", context)
    if _asking(request) and cluster is not None:
        # What was typed is in the body, so that a password never stands in an address.
        place = {"cluster": cluster.name, **({"project": context["place"]} if context["place"] else {})}
        response["HX-Push-Url"] = f"{url}?{urlencode(place)}"
    return response


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
        return _page(request, resource, action, choices, cluster, form.project, form, problems=done)
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


def _places(
    request: ConsoleRequest, action: Action, choices: list[tuple[Cluster, str]], cluster: Cluster | None
) -> Places | None:
    """The projects to choose from. None where there is nothing to choose."""
    if cluster is None or dict(choices)[cluster] or not action.takes_project:
        return None
    return places_in(cluster, user=request.user)


def _given(request: ConsoleRequest, action: Action) -> dict[str, Any]:
    """What the address fills in, or was typed before another place was chosen: several values of one name make a
    list."""
    said = request.POST if request.method == "POST" else request.GET
    other = {
        "cluster",
        "group",
        "ask",
        "csrfmiddlewaretoken",
        "operation",
        *(["project"] if action.takes_project else []),
    }
    return {name: values if len(values) > 1 else values[0] for name, values in said.lists() if name not in other}


def _asking(request: ConsoleRequest) -> bool:
    return request.method == "GET" or "ask" in request.POST


def _in_dialog(request: ConsoleRequest) -> bool:
    return request.htmx.target == "dialog"


def _action(resource: Resource, name: str) -> Action:
    try:
        return resource.action(name, "cluster")
    except KeyError:
        raise Http404("no such action") from None
