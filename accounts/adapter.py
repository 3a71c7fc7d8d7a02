"""How allauth signs people in here: by name and password, without sign-up, mail or messages of its own."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import sessions
from accounts.preferences import remember_language
from accounts.single_sign_on.signing_in import came_in

SAID = {
    "mfa/messages/totp_activated.txt": gettext_lazy("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("The authenticator app was removed."),
    "mfa/messages/webauthn_added.txt": gettext_lazy("The passkey was added."),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("The passkey was removed."),
}
"""What of allauth's messages people are told, in our words."""

JUST_NOW_SECONDS = 300


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("The user name or the password is wrong."),
        "incorrect_password": gettext_lazy("The password is wrong."),
    }

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Pages of the host that was asked, whatever other names it has."""
        if not url_has_allowed_host_and_scheme(url, {context.request.get_host()}, context.request.is_secure()):
            return False
        # Back to here would be a circle, and to the logout a way to sign people out.
        return not url.startswith((reverse("account_login"), reverse("account_logout")))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return str(settings.LOGIN_REDIRECT_URL)

    def post_login(self, request: HttpRequest, user, **kwargs) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        # Only now allauth knows the session.
        if sociallogin := (kwargs.get("signal_kwargs") or {}).get("sociallogin"):
            came_in(request, user, sociallogin)
        return remember_language(response, user)

    def respond_user_inactive(self, request: HttpRequest, user) -> HttpResponse:
        messages.error(request, _("This account is disabled."))
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Not right after signing in: a second factor that is set up because it is required follows at once."""
        request = context.request
        if sessions.now() - request.session.get(sessions.SIGNED_IN_AT, 0) <= JUST_NOW_SECONDS:
            return False
        if get_reauthentication_flows(request.user):
            return True
        # No password and no second factor here: who comes from a directory or a provider proves it by signing in.
        query = urlencode({"next": request.get_full_path()})
        logout(request)
        messages.info(request, _("Sign in again to do this."))
        raise ImmediateHttpResponse(redirect(f"{reverse('account_login')}?{query}"))

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        if text := message or SAID.get(message_template or ""):
            messages.add_message(request, level, text, extra_tags=extra_tags)

    def send_notification_mail(self, *args, **kwargs) -> None:
        """The audit tells; mail is for alerts, which people set up themselves."""
