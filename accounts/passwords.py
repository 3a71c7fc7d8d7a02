"""Changing one's own password, by choice or because somebody else knows it."""

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from audit.acting import Actor, sign


class OwnPasswordForm(PasswordChangeForm):
    """The usual form; the password that stands already is no new one."""

    def clean_new_password1(self) -> str:
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("The new password is the present one. Choose another."), code="unchanged")
        return password

    @transaction.atomic
    def save(self, commit: bool = True):
        self.user.must_change_password = False
        # Who knew the old password may hold a token; other sessions end by themselves.
        self.user.auth_token_set.all().delete()
        return super().save(commit)


class PasswordChange(views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = OwnPasswordForm

    def get_success_url(self) -> str:
        return resolve_url("home")

    def get_context_data(self, **context):
        return super().get_context_data(forced=self.request.user.must_change_password, **context)

    def form_valid(self, form) -> HttpResponse:
        sign(form.user, Actor.of_request(self.request))
        response = super().form_valid(form)
        messages.success(self.request, _("Your password was changed. Your API tokens are no longer valid."))
        return response
