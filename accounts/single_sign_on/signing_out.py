"""Who signs out at the provider is signed out here (OpenID Connect Back-Channel Logout 1.0)."""

import time
from functools import lru_cache
from typing import Any

import jwt
import requests
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.own.sessions import end
from accounts.single_sign_on.signing_in import MARK
from audit.acting import Actor
from audit.models import Event
from opsys.settings.oidc import PROVIDER

EVENT = "http://schemas.openid.net/event/backchannel-logout"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
MAX_AGE_SECONDS = 300


class LogoutTokenError(Exception):
    """Why this logout token is none."""


@csrf_exempt
@login_not_required
@require_POST
@never_cache
def signed_out(request: HttpRequest) -> HttpResponse:
    """The provider's message that a session there is over; it proves itself by its signature."""
    try:
        claims = verified(request, request.POST.get("logout_token", ""))
    except (LogoutTokenError, jwt.PyJWTError, requests.RequestException) as error:
        reason = str(error) if isinstance(error, LogoutTokenError) else type(error).__name__
        return JsonResponse({"error": "invalid_request", "error_description": reason}, status=400)
    end(Actor(None, Event.Via.SYSTEM, request.META.get("REMOTE_ADDR") or ""), *sessions_of(claims))
    return HttpResponse()


def sessions_of(claims: dict[str, Any]) -> list[UserSession]:
    """Those that began with this session of the provider's; all of the person's where it names none."""
    begun_there = UserSession.objects.select_related("user")
    for name in ("sid", "sub"):
        if claims.get(name):
            begun_there = begun_there.filter(**{f"data__{MARK}__{name}": claims[name]})
    return list(begun_there)


def verified(request: HttpRequest, token: str) -> dict[str, Any]:
    """The claims of a logout token that this provider signed for us just now, and that was not used before.

    Raises LogoutTokenError, jwt.PyJWTError, or what asking the provider for its keys raises."""
    unverified = jwt.decode(token, options={"verify_signature": False})
    audience = unverified.get("aud")
    if settings.OIDC_CLIENT_ID not in ([audience] if isinstance(audience, str) else audience or ()):
        raise LogoutTokenError("it is for somebody else")  # a stranger's token is no reason to ask the provider
    provider = OpenIDConnectOAuth2Adapter(request, PROVIDER).openid_config
    claims = jwt.decode(
        token,
        _keys(provider["jwks_uri"]).get_signing_key_from_jwt(token),
        algorithms=ALGORITHMS,
        audience=settings.OIDC_CLIENT_ID,
        issuer=provider["issuer"],
        leeway=30,
        options={"require": ["iss", "aud", "iat", "jti"]},
    )
    if "nonce" in claims or EVENT not in (claims.get("events") or {}):
        raise LogoutTokenError("it is no logout token")
    if not (claims.get("sub") or claims.get("sid")):
        raise LogoutTokenError("it names nobody")
    if time.time() - claims["iat"] > MAX_AGE_SECONDS:
        raise LogoutTokenError("it is too old")
    if not cache.add(f"oidc-logout-{claims['iss']}-{claims['jti']}", True, 2 * MAX_AGE_SECONDS):
        raise LogoutTokenError("it was used before")
    return claims


@lru_cache(maxsize=4)
def _keys(address: str) -> jwt.PyJWKClient:
    return jwt.PyJWKClient(address, timeout=5)  # keeps what it read for five minutes
