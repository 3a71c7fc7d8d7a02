"""Whether an account may use the platform at all. What it may do on a cluster is asked of `clusters.access`."""

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission

from accounts.tokens.authentication import why_not_with


def why_not_ready(user) -> tuple[str, str]:
    """(code, sentence) why this account opens no door, ("", "") if it does. For the API, sockets and jobs."""
    if not user.is_authenticated:
        return "not_authenticated", _("Log in first.")
    if not user.is_active:
        return "inactive", _("This account is disabled.")
    if user.must_change_password:
        return "password_change_required", _("Change your password on the console first.")
    if user.must_add_second_factor:
        return "second_factor_required", _("Set up a second factor on the console first.")
    return "", ""


class ReadyAccount(BasePermission):
    """Lets in who is signed in, active and past a forced password change; says otherwise why not, with a code."""

    def has_permission(self, request, view) -> bool:
        self.code, self.message = why_not_ready(request.user)
        if not self.code:
            self.code, self.message = why_not_with(request, view)
        return not self.code
