"""Shells that run now, and those that did."""

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opsys.kit.console.request import ConsoleRequest
from opsys.kit.lists.paging import page_of
from terminal.errors import Refused
from terminal.models import Session
from terminal.pages.bodies import refusal
from terminal.pages.texts import player_texts
from terminal.session import live
from terminal.setup import tickets

POLL_SECONDS = 5


@require_GET
def list_page(request: ConsoleRequest) -> HttpResponse:
    """Those that run; `?ended=1` shows those that ended."""
    ended = request.GET.get("ended") == "1"
    if ended:
        rows: QuerySet[Session] = Session.objects.visible_to(request.user).exclude(ended_at=None)
        rows = rows.select_related("cluster", "recording")
    else:
        rows = live.sessions(request.user)
    page = page_of(rows.order_by("-started_at", "-pk"), request)
    context = {
        "rows": page.rows,
        "page": page,
        "count": page.count,
        "ended": ended,
        "poll_seconds": POLL_SECONDS,
        "region_url": request.get_full_path(),
    }
    template = "terminal/_sessions_region.html" if request.htmx.target == "region" else "terminal/sessions.html"
    return render(request, template, context)


@require_GET
def watch(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody's screen, to look at."""
    session = _supervised(request, pk)
    return render(request, "terminal/watch.html", {"session": session, "texts": player_texts()})


@require_POST
def watch_ticket(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    try:
        return JsonResponse({"ticket": tickets.issue_watch(request, _supervised(request, pk))})
    except Refused as refused:
        return refusal(refused)


@require_http_methods(["GET", "POST"])
def terminate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """GET asks for a reason, POST ends the session."""
    session = _supervised(request, pk)
    reason = request.POST.get("reason", "").strip()
    complaint = ""
    if request.method == "POST":
        own = session.user_id == request.user.pk
        if not reason and not own:
            complaint = _("Give a reason: the person sees it when the terminal closes.")
        else:
            try:
                live.terminate(session, user=request.user, reason=reason, client=request.META.get("REMOTE_ADDR") or "")
            except Refused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, _("The session is being ended."))
            return redirect("terminal:sessions")
    return render(request, "terminal/terminate.html", {"session": session, "complaint": complaint, "reason": reason})


def _supervised(request: HttpRequest, pk: uuid.UUID) -> Session:
    """`live.sessions` are those this person may see, and whoever sees one may watch and end it."""
    return get_object_or_404(live.sessions(request.user), pk=pk)
