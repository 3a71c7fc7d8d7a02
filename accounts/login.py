"""Signing in and out on the console."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.answers import is_api
from accounts.preferences import remember_language
from accounts.sessions import REASONS


class Login(views.LoginView):
    """The door that is open to everybody. It leads on to pages of this host only."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True
    extra_context = {"site_name": settings.SITE_NAME}  # Django's own would be the host name

    def get(self, request, *args, **kwargs):
        if reason := REASONS.get(request.GET.get("expired", "")):
            messages.info(request, reason)
        return super().get(request, *args, **kwargs)

    def get_redirect_url(self) -> str:
        url = super().get_redirect_url()
        # Back to here would be a circle, and to the logout a way to sign people out.
        own = (reverse("accounts:login"), reverse("accounts:logout"))
        return "" if url.startswith(own) else url

    def form_valid(self, form) -> HttpResponse:
        return remember_language(super().form_valid(form), form.get_user())


def locked(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """What axes answers instead of the failed login, once there were too many (`AXES_LOCKOUT_CALLABLE`)."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    if is_api(request):
        detail = _("Too many failed attempts. Try again in %(minutes)s minutes.") % {"minutes": minutes}
        return JsonResponse({"code": "locked_out", "detail": detail}, status=429)
    return render(request, "accounts/locked.html", {"minutes": minutes}, status=429)
