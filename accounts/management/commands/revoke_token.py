"""manage.py revoke-token: one by the key that list-tokens shows, or all of a user."""

from django.core.management.base import BaseCommand, CommandError

from accounts.tokens.making import revoke
from accounts.tokens.models import ApiToken
from audit.acting import Actor


class Command(BaseCommand):
    help = "Make API tokens invalid at once."

    def add_arguments(self, parser):
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("key", nargs="?", help="As list-tokens shows it.")
        chosen.add_argument("--user", help="All tokens of this user.")

    def handle(self, *args, key, user, **options):
        rows = ApiToken.objects.filter(**({"token_key": key} if key else {"user__username": user}))
        count = 0
        for row in rows.select_related("user"):
            revoke(row, actor=Actor.of_command())
            count += 1
        if not count:
            raise CommandError("There is no such token. list-tokens shows which there are.")
        self.stdout.write(self.style.SUCCESS(f"{count} revoked."))
