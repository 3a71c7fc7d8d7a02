"""One's own sessions: in which browser, since when, from which address; each can be ended."""

import re

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import sessions
from audit.acting import Actor
from audit.noting import note

BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari", "curl", "python-requests")
NAMES = {"Edg": "Edge", "OPR": "Opera"}
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")


def browser(user_agent: str) -> str:
    """“Firefox, Linux” of what a browser calls itself; as it stands where none of them is known."""
    found = next((name for name in BROWSERS if f"{name}/" in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    version = re.search(rf"{found}/(\d+)", user_agent) if found else None
    named = f"{NAMES.get(found, found)} {version[1]}" if version else found
    return ", ".join(filter(None, (named, system))) or user_agent[:80]


@require_GET
def sessions_page(request: HttpRequest) -> HttpResponse:
    rows = UserSession.objects.purge_and_list(request.user)
    rows.sort(key=lambda row: row.last_seen_at, reverse=True)
    own = [
        {"row": row, "browser": browser(row.user_agent), "current": row.session_key == request.session.session_key}
        for row in rows
    ]
    return render(request, "accounts/sessions.html", {"rows": own, "others": sum(not row["current"] for row in own)})


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(UserSession.objects.filter(user=request.user), pk=pk)
    if row.session_key == request.session.session_key:
        return redirect("account_sessions")  # this one is ended by logging out
    end(Actor.of_request(request), row)
    messages.success(request, _("The session was ended."))
    return redirect("account_sessions")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    rows = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    count = end(Actor.of_request(request), *rows)
    text = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", count)
    messages.success(request, text % {"count": count})
    return redirect("account_sessions")


def end(actor: Actor, *rows: UserSession) -> int:
    """End these sessions and note each in the audit. Pages, sockets and terminals lose them at their next look."""
    for row in rows:
        note(
            actor,
            "auth.session.end",
            name=row.user.get_username(),
            params={"address": row.ip, "browser": browser(row.user_agent)},
        )
        row.end()
    return len(rows)


@require_GET
def remaining(request: HttpRequest) -> HttpResponse:
    """How long this session lasts if nobody does anything, and a token for forms: a page that stayed open while
    somebody signed in again has an old one. With `X-Poll` this does not keep the session alive."""
    return _remaining(request)


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody is there."""
    sessions.touch(request.session, at_once=True)
    return _remaining(request)


def _remaining(request: HttpRequest) -> JsonResponse:
    seconds, limit = sessions.remaining(request.session)
    return JsonResponse({"seconds": seconds, "limit": limit, "token": get_token(request)})


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Where a sign-in leads that was made in a second tab, for the sake of a page that stayed open."""
    return render(request, "accounts/back.html")
