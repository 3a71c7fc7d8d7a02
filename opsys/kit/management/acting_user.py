"""Whom a command acts for."""

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from accounts.permissions import why_not_ready


def person_named(username: str):
    """The user `--as` names; what may not act is told as an error of the command."""
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user “{username}”. See: manage.py list-users")
    _code, reason = why_not_ready(user)
    if reason:
        raise CommandError(f"“{user}” may not act yet. {reason}")
    return user
