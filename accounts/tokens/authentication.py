"""Who a request with a token is: its user, narrowed to what the token may do."""

from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication

from accounts.tokens.models import ApiToken, Scope
from clusters.access import limit


class ApiTokenAuthentication(TokenAuthentication):
    """`request.auth` is the token. The user bears its limits, which every look-up of rights reads."""

    def authenticate(self, request):
        known = super().authenticate(request)
        if known is None:
            return None
        user, token = known
        limit(user, token.limits)
        token.used(request.META.get("REMOTE_ADDR", ""))
        return user, token


def why_not_with(request, view) -> tuple[str, str]:
    """(code, sentence) why the token of this request may not ask this, ("", "") if it may. Views that ask `perform()`
    refuse by themselves, item by item and with the audit's knowledge; they say so with `asks_access`."""
    token = request.auth
    if not isinstance(token, ApiToken) or request.method in ("GET", "HEAD", "OPTIONS"):
        return "", ""
    if token.scope == Scope.READ and not getattr(view, "asks_access", False):
        return "token_scope", _("This token only reads.")
    if token.limits is not None and getattr(view, "acts_later", False):
        return "token_scope", _(
            "This token may do less than you, and what is asked here would later be done with all your rights."
        )
    return "", ""
