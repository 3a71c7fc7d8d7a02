"""The page of a server's screen. Serial consoles open in the page of the shells, as terminals do."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from opsys.kit.declare import register
from terminal.models import Session
from terminal.pages.targets import target_of
from terminal.pages.texts import console_texts
from terminal.rules.permissions import may_open


@require_GET
def screen(request: HttpRequest, cluster: str, cloud_id: str) -> HttpResponse:
    """A page of its own for each server; who may not open the console sees the reason there."""
    target = target_of(f"{Session.Kind.VNC}:{cluster}/{cloud_id}", request.user)
    if target.server is None:
        raise Http404("no such server")
    servers = register.get("compute.server")
    context = {
        "target": target,
        "serial_key": f"{Session.Kind.SERIAL}:{cluster}/{cloud_id}",
        "refusal": may_open(request.user, target.cluster, Session.Kind.VNC, server=target.server),
        "server_url": servers.url("item", cluster, cloud_id),
        # What the page cannot draw is shown by the cloud's own page.
        "link_url": f"{servers.url('action', 'console')}?ids={target.server.pk}&type=spice-html5",
        "menu_url": servers.url("menu", target.server.pk),
        "texts": console_texts(),
        "resume_seconds": settings.TERMINAL_RESUME_SECONDS,
    }
    return render(request, "terminal/console.html", context)
