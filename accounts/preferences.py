"""What a person may choose for themselves."""

import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _


def validate_time_zone(name: str) -> None:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(_("“%(name)s” is not a time zone. For example: Asia/Shanghai") % {"name": name})


def user_agent(request) -> str:
    """What the browser calls itself, as much of it as is kept."""
    return request.headers.get("User-Agent", "")[:200]


def languages() -> list[tuple[str, str]]:
    return [("", _("As in the browser")), *settings.LANGUAGES]


def remember_language(response: HttpResponse, user) -> HttpResponse:
    """Have the browser ask for the language this person chose; a language we do not have changes nothing."""
    try:
        language = get_supported_language_variant(user.language)
    except LookupError:
        return response
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response
