"""Signing in and out on the console."""

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.answers import is_api
from accounts.sessions import REASONS


class LoginForm(AllauthLoginForm):
    """A name and a password. The field is called `username`, as programs and password managers know it."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = gettext_lazy("Username")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autofocus"] = True
        self.fields["password"].help_text = ""

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else super().add_prefix(field_name)


class Login(LoginView):
    """The door that is open to everybody. It leads on to pages of this host only."""

    template_name = "accounts/login.html"
    extra_context = {"site_name": settings.SITE_NAME}

    def get_context_data(self, **context):
        provider = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
        where = {"next": self.request.GET["next"]} if self.request.GET.get("next") else {}
        return super().get_context_data(provider=provider, provider_query=urlencode(where), **context)

    def get(self, request, *args, **kwargs):
        if reason := REASONS.get(request.GET.get("expired", "")):
            messages.info(request, reason)
        return super().get(request, *args, **kwargs)


def locked(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """What axes answers instead of the failed login, once there were too many (`AXES_LOCKOUT_CALLABLE`)."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    if is_api(request):
        detail = _("Too many failed attempts. Try again in %(minutes)s minutes.") % {"minutes": minutes}
        return JsonResponse({"code": "locked_out", "detail": detail}, status=429)
    return render(request, "accounts/locked.html", {"minutes": minutes}, status=429)


@login_not_required
def admin_login(request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
    """Django admin has no login of its own: strangers are led to ours, and who may not enter is told so."""
    if not request.user.is_authenticated:
        query = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
    if not request.user.is_superuser:
        raise PermissionDenied
    return redirect("admin:index")


def admin_password_change(request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
    return redirect("accounts:password-change")
