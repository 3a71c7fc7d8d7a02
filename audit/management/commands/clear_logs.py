"""manage.py clear-logs: the one way events leave the audit, and the audit says so."""

import re
from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.acting import Actor
from audit.models import Event

UNITS = {"h": "hours", "d": "days", "w": "weeks"}


class Command(BaseCommand):
    help = "Delete audit events, and the records of failed logins, that are older than this."

    def add_arguments(self, parser):
        parser.add_argument("--older-than", required=True, metavar="AGE", help="For example 90d, 12w or 36h.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")
        parser.add_argument("--dry-run", action="store_true", help="Only say how many there are.")

    def handle(self, *args, older_than, yes, dry_run, **options):
        before = timezone.now() - _age(older_than)
        count = Event.objects.filter(at__lt=before).count()
        self.stdout.write(f"{count} events are older than {older_than} (before {before:%Y-%m-%d %H:%M} UTC).")
        if dry_run:
            return
        if count and not yes and not _confirmed(count):
            raise CommandError("Nothing was deleted.")
        deleted = 0
        try:
            while batch := Event.objects.purge(before):
                deleted += batch
        finally:  # also when it is interrupted: what is gone is gone
            _note(older_than, deleted)
        logins = _clear_logins(before)
        self.stdout.write(self.style.SUCCESS(f"Deleted {deleted} events and {logins} login records."))


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9]\d{0,4})([hdw])", text)
    if match is None:
        raise CommandError(f"{text} is not an age. Write a number and h, d or w, for example 90d.")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def _confirmed(count: int) -> bool:
    try:
        return input(f"Delete {count} events for ever? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _note(older_than: str, deleted: int) -> None:
    actor = Actor.of_command()
    Event.objects.create(
        via=actor.via,
        client=actor.client,
        action="audit.event.purge",
        phase=Event.Phase.DONE,
        resource="audit.event",
        params={"older_than": older_than, "deleted": deleted},
    )


def _clear_logins(before: datetime) -> int:
    return sum(
        model.objects.filter(attempt_time__lt=before).delete()[0]
        for model in (AccessAttempt, AccessFailureLog, AccessLog)
    )
