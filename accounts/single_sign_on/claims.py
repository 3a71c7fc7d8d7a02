"""What the provider says of a person."""

from typing import Any

from django.conf import settings


def of_login(sociallogin) -> dict[str, Any]:
    """The claims of ID token and user info; where both have one, the user info's."""
    said = sociallogin.account.extra_data
    return {**(said.get("id_token") or {}), **(said.get("userinfo") or {})}


def groups_of(claims: dict[str, Any]) -> set[str]:
    held = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    return {str(name) for name in ([held] if isinstance(held, str) else held)}
