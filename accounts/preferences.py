"""What a person may choose for themselves."""

import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def validate_time_zone(name: str) -> None:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(_("“%(name)s” is not a time zone. For example: Asia/Shanghai") % {"name": name})


def languages() -> list[tuple[str, str]]:
    return [("", _("As in the browser")), *settings.LANGUAGES]
