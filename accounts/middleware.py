"""What stands between a session and the views."""

import zoneinfo

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin

from accounts import sessions
from accounts.answers import page_of, send_to
from accounts.permissions import why_not_ready
from accounts.preferences import user_agent


class SessionLimits(MiddlewareMixin):
    """Ends sessions that were idle too long or lasted too long.

    A request with the header `X-Poll` is sent by a page, not by a person: it does not keep a session alive.
    """

    def process_request(self, request):
        if not request.user.is_authenticated:
            return None
        reason = sessions.expired(request.session)
        if not reason:
            if "X-Poll" not in request.headers and sessions.touch(request.session):
                _seen(request)
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


def _seen(request) -> None:
    UserSession.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=timezone.now(), ip=request.META.get("REMOTE_ADDR", ""), user_agent=user_agent(request)
    )


class Obligations(MiddlewareMixin):
    """Keeps a person with a password somebody else knows from everything but changing it; and one whose role asks
    for a second factor from everything but setting it up."""

    ALWAYS = {"account_logout", "set_language", "javascript-catalog", "account_session", "account_stay"}
    FACTOR = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_list_webauthn"}
    FACTOR |= {"account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}

    def process_view(self, request, view_func, view_args, view_kwargs):
        user = request.user
        if not user.is_authenticated or request.resolver_match.view_name in self.ALWAYS:
            return None
        if user.must_change_password:
            return self._lead(request, "accounts:password-change", {"accounts:password-change"})
        if user.must_add_second_factor:
            return self._lead(request, "mfa_index", self.FACTOR | {"accounts:password-change"})
        return None

    def _lead(self, request, name: str, allowed: set[str]):
        if request.resolver_match.view_name in allowed:
            return None
        code, detail = why_not_ready(request.user)
        return send_to(request, reverse(name), code=code, detail=detail, status=403)


class OwnTimeZone(MiddlewareMixin):
    """Shows times in the zone the person chose."""

    def process_request(self, request):
        timezone.deactivate()
        if request.user.is_authenticated and request.user.time_zone:
            timezone.activate(zoneinfo.ZoneInfo(request.user.time_zone))
