"""`manage.py rotate-secrets`: encrypt every stored secret anew with the first of FERNET_KEYS."""

from collections.abc import Callable

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.acting import Actor
from audit.noting import note
from clusters.encrypted import EncryptedTextField, KeyMissing

HELD_ELSEWHERE: list[Callable[[], int]] = []
"""What apps add that keep secrets in other columns: encrypt these anew, say how many."""


class Command(BaseCommand):
    help = "After putting a new key first in FERNET_KEYS: encrypt all secrets with it. Then drop the old key."

    def handle(self, **options):
        try:
            with transaction.atomic():
                count = sum(rotate() for rotate in HELD_ELSEWHERE) + rotate_columns()
                note(Actor.of_command(), "secrets.rotate", params={"count": count})
        except KeyMissing as error:
            raise CommandError(str(error)) from None
        self.stdout.write(self.style.SUCCESS(f"{count} secrets are now encrypted with the first key."))


def rotate_columns() -> int:
    """How many rows were encrypted anew. Only these columns are written: the rest of a row may change meanwhile."""
    count = 0
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        if not names:
            continue
        rows = model._base_manager.select_for_update().only("pk", *names)
        for row in rows.iterator():
            model._base_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in names})
            count += 1
    return count
