"""`manage.py rotate-secrets`: encrypt every stored secret anew with the first of FERNET_KEYS."""

from collections.abc import Callable

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from clusters.encrypted import EncryptedTextField

HELD_ELSEWHERE: list[Callable[[], int]] = []
"""What apps add that keep secrets in other columns: encrypt these anew, say how many."""


class Command(BaseCommand):
    help = "After putting a new key first in FERNET_KEYS: encrypt all secrets with it. Then drop the old key."

    def handle(self, **options):
        count = 0
        with transaction.atomic():
            for rotate in HELD_ELSEWHERE:
                count += rotate()
            for model in apps.get_models():
                names = [f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
                if not names:
                    continue
                for row in model._base_manager.select_for_update().iterator():
                    row.save(update_fields=names)
                    count += 1
        self.stdout.write(self.style.SUCCESS(f"{count} secrets are now encrypted with the first key."))
