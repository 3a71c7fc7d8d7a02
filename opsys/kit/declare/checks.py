"""When something may be acted on: each check takes a row and gives the reason why not, or ""."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from clusters.sentences import gettext as _

Check = Callable[[Any], str]


def in_status(*statuses: str) -> Check:
    def check(item: Any) -> str:
        return "" if item.status in statuses else _other_status(item.status, statuses, get_language())

    return check


@lru_cache(maxsize=2048)
def _other_status(status: str, wanted: tuple[str, ...], language: str | None) -> str:
    """Kept: a page of the API says it of each row and each action."""
    return _("It is %(status)s; this needs %(wanted)s.") % {
        "status": status or _("in an unknown state"),
        "wanted": _(" or ").join(wanted),
    }


def all_of(*checks: Check) -> Check:
    """The first reason any of them gives."""

    def check(item: Any) -> str:
        return next((reason for one in checks if (reason := one(item))), "")

    return check
