"""Saved hosts: machines that no cloud knows. Whoever administers a cluster keeps its hosts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from opsys.kit.console.request import ConsoleRequest
from opsys.kit.lists.paging import page_of
from terminal.models import Host
from terminal.pages import editing, targets
from terminal.pages.forms import HostForm, administered
from terminal.rules.permissions import may_open


@require_GET
def start(request: ConsoleRequest) -> HttpResponse:
    """Where the person had shells lately, and all hosts."""
    page = page_of(
        Host.objects.visible_to(request.user).select_related("cluster", "jump").order_by("name", "pk"), request
    )
    editable = set(_editable(request.user).filter(pk__in=[host.pk for host in page.rows]).values_list("pk", flat=True))
    context = {
        "rows": [(host, _why_not(host, request.user), host.pk in editable) for host in page.rows],
        "page": page,
        "count": page.count,
        "recent": targets.recent(request.user),
        "may_add": request.user.is_superuser or administered(request.user).exists(),
    }
    template = "terminal/_hosts_region.html" if request.htmx.target == "region" else "terminal/start.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = HostForm(request.POST or None, user=request.user)
    return editing.edit(request, form, back="terminal:start", trail=_trail(), title=_("New host"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    host = get_object_or_404(_editable(request.user), pk=pk)
    form = HostForm(request.POST or None, instance=host, user=request.user)
    return editing.edit(request, form, back="terminal:start", trail=_trail(), title=host.name)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    host = get_object_or_404(_editable(request.user), pk=pk)
    consequence = _("Shells that are open on it are closed. Its recordings and what the audit holds stay.")
    return editing.delete(request, host, back="terminal:start", trail=_trail(), consequence=consequence)


def _editable(user):
    hosts = Host.objects.visible_to(user)
    return hosts if user.is_superuser else hosts.filter(cluster__in=administered(user))


def _why_not(host: Host, user) -> str:
    return may_open(user, host.cluster) or (
        "" if host.enabled else _("Host %(name)s is disabled.") % {"name": host.name}
    )


def _trail() -> list[tuple[str, str]]:
    return [(_("Terminal"), "terminal:start")]
