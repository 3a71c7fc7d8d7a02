"""What happens when somebody has come in from the provider."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest

from accounts.outside_groups import take_over
from accounts.single_sign_on import claims
from audit.acting import Actor

MARK = "oidc"


def came_in(request: HttpRequest, user, sociallogin: Any) -> None:
    """Their groups are what the provider says now; and the session knows that of the provider it began with, because
    the provider says later which one is over."""
    said = claims.of_login(sociallogin)
    actor = Actor.of_request(request, user)
    take_over(user, claims.groups_of(said), settings.OIDC_GROUPS, settings.OIDC_PLATFORM_ADMINS, actor)
    session = UserSession.objects.filter(session_key=request.session.session_key)
    session.update(data={MARK: {"sub": str(said.get("sub", "")), "sid": str(said.get("sid", ""))}})
