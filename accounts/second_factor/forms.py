"""Codes as people type them. A wrong one counts like a wrong password, for the name and the address."""

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from axes.handlers.proxy import AxesProxyHandler
from cryptography.fernet import InvalidToken
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.second_factor.adapter import SecondFactorAdapter


class _Locked:
    """The lock-out of passwords holds here too, and a code opens once, whichever process it comes to."""

    def clean_code(self) -> str:
        credentials = {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(context.request, credentials):
            raise ValidationError(_("Too many failed attempts. Try again later."), code="locked_out")
        code = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not _first_use(self.authenticator, code):
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code


class CodeForm(_Locked, AuthenticateForm):
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )


class CodeAgainForm(_Locked, ReauthenticateForm):
    code = CodeForm.declared_fields["code"]


class ActivateForm(ActivateTOTPForm):
    """Until the app has shown its first code the seed waits in the session, encrypted like the stored one."""

    code = CodeForm.declared_fields["code"]

    def __init__(self, *args, **kwargs) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        adapter, session = SecondFactorAdapter(), context.request.session
        try:
            self.secret = adapter.decrypt(session[SECRET_SESSION_KEY]) if self.is_bound else ""
        except (KeyError, InvalidToken):
            self.secret = ""
        if not self.secret:
            self.secret = generate_totp_secret()
            session[SECRET_SESSION_KEY] = adapter.encrypt(self.secret)


@transaction.atomic
def _first_use(authenticator: Authenticator, code: str) -> bool:
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    digest = salted_hmac("accounts.second_factor.code", code).hexdigest()
    used = row.data.get("used", [])
    if digest in used:
        return False
    row.data["used"] = [*used, digest][-5:]  # more than the few that are valid at one time
    row.save(update_fields=["data"])
    return True
