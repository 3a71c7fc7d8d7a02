"""What stands between a session and the views."""

import zoneinfo

from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.answers import page_of, send_to


class SessionLimits(MiddlewareMixin):
    """Ends sessions that were idle too long or lasted too long.

    A request with the header `X-Poll` is sent by a page, not by a person: it does not keep a session alive.
    """

    def process_request(self, request):
        if not request.user.is_authenticated:
            return None
        reason = sessions.expired(request.session)
        if not reason:
            if "X-Poll" not in request.headers:
                sessions.touch(request.session)
            return None
        request.session_expired = reason
        logout(request)
        return send_to(
            request,
            resolve_url(settings.LOGIN_URL),
            code="session_expired",
            detail=str(sessions.REASONS[reason]),
            status=401,
            expired=reason,
            next=page_of(request),
        )


class PasswordChangeRequired(MiddlewareMixin):
    """Keeps a person with a password somebody else knows from everything but changing it."""

    ALLOWED = {"accounts:password-change", "accounts:logout", "set_language", "javascript-catalog"}

    def process_view(self, request, view_func, view_args, view_kwargs):
        user = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        if request.resolver_match.view_name in self.ALLOWED:
            return None
        return send_to(
            request,
            reverse("accounts:password-change"),
            code="password_change_required",
            detail=_("Change your password on the console first."),
            status=403,
        )


class OwnTimeZone(MiddlewareMixin):
    """Shows times in the zone the person chose."""

    def process_request(self, request):
        timezone.deactivate()
        if request.user.is_authenticated and request.user.time_zone:
            timezone.activate(zoneinfo.ZoneInfo(request.user.time_zone))
