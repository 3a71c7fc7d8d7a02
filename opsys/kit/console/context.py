"""What every console page needs around its content."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import sessions
from clusters import access
from clusters.guards.reasons import closed_clusters
from jobs.models import Job
from opsys.kit.apps import View
from opsys.kit.declare import register
from opsys.kit.declare.page import pages
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.absent import why_none
from opsys.kit.lists.scope import Scope, scope_of


def console(request: HttpRequest) -> dict[str, Any]:
    """`site_name`, and for people who are logged in `menu` and `scope`. Partial updates need neither, but what takes
    the place of the content is drawn as a whole page."""
    context: dict[str, Any] = {"site_name": settings.SITE_NAME}
    user = getattr(request, "user", None)
    htmx = getattr(request, "htmx", None)
    if user is None or not user.is_authenticated or (htmx and htmx.target != "content"):
        return context
    context["session_seconds"] = sessions.remaining(request.session)[0]
    if request.path.startswith(reverse("admin:index")):
        return context
    scope = getattr(request, "console_scope", None) or _scope(request)  # `scope` is the ASGI server's
    return {
        **context,
        "jobs_running": Job.objects.running_of(user),
        "menu": menu(request, scope),
        "scope": scope,
        "closed": closed_clusters(scope.clusters),
    }


def menu(request: HttpRequest, scope: Scope) -> list[dict[str, Any]]:
    """The overview, the domains with their types in the order of the installed apps, the platform's own pages."""
    kept = request.GET.urlencode() if request.GET.keys() <= {"cluster", "group"} else ""
    domains: dict[str, dict[str, Any]] = {}
    for resource in (resource for resource in register.resources() if resource.menu):
        app = apps.get_app_config(resource.app)
        domain = domains.setdefault(resource.app, {"label": app.verbose_name, "entries": []})
        views = [
            _view_entry(request, resource, view, kept)
            for view in getattr(app, "views", ())
            if view.slug == resource.slug
        ]
        entry = _entry(request, capfirst(resource.label_plural), resource.url(), resource.icon, kept)
        entry["active"] &= not any(view["active"] for view in views)
        entry["absent"] = why_none(resource, scope.clusters)
        domain["entries"] += [entry, *views]
    over_all: list[dict[str, Any]] = []
    for page in pages():
        entries = domains[page.app]["entries"] if page.app in domains else over_all
        entries.append(_entry(request, str(page.label), reverse(page.route), page.icon, kept))
    platform = {
        "label": _("Platform"),
        "entries": [
            *over_all,
            _entry(request, _("Terminal"), reverse("terminal:start"), "terminal-2", ""),
            _entry(request, _("Clusters"), reverse("clusters"), "cloud", ""),
            _entry(request, _("Jobs"), reverse("jobs:list"), "activity", ""),
            _entry(request, _("Approvals"), reverse("approvals"), "checks", ""),
            _entry(request, _("Audit"), reverse("audit:list"), "history", ""),
        ],
    }
    home = _entry(request, _("Overview"), reverse("home"), "dashboard", kept)
    home["active"] = request.path == reverse("home")
    return [{"label": "", "entries": [home]}, *domains.values(), platform]


def _entry(request: HttpRequest, label: str, url: str, icon: str, query: str) -> dict[str, Any]:
    return {
        "label": label,
        "url": f"{url}?{query}" if query else url,
        "icon": icon,
        "active": request.path.startswith(url),
    }


def _view_entry(request: HttpRequest, resource: Resource, view: View, kept: str) -> dict[str, Any]:
    """A list with filters set by the menu; it is the one before one's eyes as long as these are the same."""
    entry = _entry(request, str(view.label), resource.url(), view.icon, "&".join(filter(None, [view.query, kept])))
    chosen = QueryDict(view.query)
    same = all(set(request.GET.getlist(name)) == set(values) for name, values in chosen.lists())
    return {**entry, "active": request.path == resource.url() and same}


def _scope(request: HttpRequest) -> Scope:
    try:
        return scope_of(request)
    except Http404:  # the page itself has answered; its frame must not fail over a stale scope
        visible, projects = access.clusters_and_projects(request.user)
        return Scope(visible, visible, projects=projects)
