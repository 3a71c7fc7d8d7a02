"""manage.py delete-user: the account goes, what it did stays in the audit."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from audit.acting import Actor, sign


class Command(BaseCommand):
    help = "Delete a user with its grants and tokens. Audit events keep the user's name."

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args, name, yes, **options):
        if not User.objects.filter(username=name).exists():
            raise CommandError(f"There is no user called {name}. list-users shows who there is.")
        _keep_an_admin(name)
        if not yes and not _confirmed(name):
            raise CommandError("Nothing was deleted.")
        with transaction.atomic():
            _keep_an_admin(name)
            user = User.objects.get(username=name)
            sign(user, Actor.of_command())
            user.delete()
        self.stdout.write(self.style.SUCCESS(f"Deleted user {name}."))


def _keep_an_admin(name: str) -> None:
    """Nobody could repair the platform without one. The rows are locked until the end of a transaction, so that two
    deletions at once do not each leave it to the other."""
    with transaction.atomic():
        admins = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
        if [admin.username for admin in admins] == [name]:
            raise CommandError(f"{name} is the last active superuser. Create another one first.")


def _confirmed(name: str) -> bool:
    try:
        return input(f"Delete user {name} with its grants and tokens? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
