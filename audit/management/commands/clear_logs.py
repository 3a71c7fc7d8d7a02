"""manage.py clear-logs: old events leave the audit."""

import re
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import retention
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
        deleted, logins = retention.clear(before, older_than=older_than, actor=Actor.of_command())
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
