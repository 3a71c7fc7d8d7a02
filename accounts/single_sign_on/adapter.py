"""Whom a provider may bring in. Names are never taken over in silence: an account that exists here belongs to whoever
has its password, until a platform admin links it."""

import structlog
from allauth.account.utils import user_username
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.single_sign_on import claims
from audit.acting import Actor
from audit.noting import note

log = structlog.get_logger(__name__)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request, sociallogin) -> bool:
        return bool(settings.OIDC_CREATE_USERS)

    def pre_social_login(self, request, sociallogin) -> None:
        sociallogin.email_addresses = []  # an address proves nothing here
        if sociallogin.is_existing:
            return
        name = str(claims.of_login(sociallogin).get(settings.OIDC_USERNAME_CLAIM) or "")
        try:
            get_user_model()._meta.get_field("username").clean(name, None)
        except ValidationError:
            self._refuse(request, name, _("The provider gave no user name that can be used here."))
        known = get_user_model().objects.filter(username__iexact=name).first()
        if known is not None and settings.OIDC_LINK_BY_NAME:
            sociallogin.connect(request, known)
        elif known is not None:
            text = _("There is an account “%(name)s” here already, which is not linked to the provider.")
            self._refuse(request, name, text % {"name": name} + " " + _("Ask a platform admin."))
        elif not settings.OIDC_CREATE_USERS:
            self._refuse(request, name, _("You have no account here. Ask a platform admin."))
        user_username(sociallogin.user, name)

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None) -> None:
        # Only its kind: what it says may quote what was sent.
        log.warning("sign-in at the provider failed", error=str(error), kind=type(exception).__name__)
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(redirect("account_login"))
        self._refuse(request, "", _("The provider did not confirm the sign-in. Try again."))

    def _refuse(self, request, name: str, text: str) -> None:
        actor = Actor.of_request(request)
        note(Actor(None, actor.via, actor.client), "auth.login", phase="refused", reason=text, name=name[:150])
        messages.error(request, text)
        raise ImmediateHttpResponse(redirect("account_login"))

    def send_notification_mail(self, *args, **kwargs) -> None:
        """The audit tells."""
