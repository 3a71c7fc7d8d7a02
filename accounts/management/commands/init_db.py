"""manage.py init-db: from an empty database to a platform one can log in to. Safe to run again."""

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.grants import recompute_all
from accounts.models import Grant, User
from accounts.roles import Role
from audit.acting import Actor, sign

# Name, password, role on every cluster; no role means superuser.
ACCOUNTS = (
    ("admin", "admin123", None),
    ("operator", "operator123", Role.OPERATOR),
    ("viewer", "viewer123", Role.VIEWER),
)


class Command(BaseCommand):
    help = "Migrate the database and create the first accounts. Accounts that exist are left as they are."

    def add_arguments(self, parser):
        parser.add_argument(
            "--demo",
            action="store_true",
            help="For a demonstration: the first accounts may keep their known passwords.",
        )

    def handle(self, *args, demo, **options):
        call_command("migrate", interactive=False, verbosity=options["verbosity"], stdout=self.stdout)
        created = 0
        for name, password, role in ACCOUNTS:
            if User.objects.filter(username__iexact=name).exists():
                self.stdout.write(f"  {name}: exists, left as it is")
                continue
            _create(name, password, role, must_change_password=not demo)
            created += 1
            what = f"{role.value} on every cluster" if role else "platform administrator"
            self.stdout.write(self.style.SUCCESS(f"  {name}: created, password {password} ({what})"))
        recompute_all()
        if created:
            self.stdout.write(self.style.WARNING(_warning(demo)))


@transaction.atomic
def _create(name: str, password: str, role: Role | None, *, must_change_password: bool) -> None:
    actor = Actor.of_command()
    user = User(username=name, is_superuser=role is None, must_change_password=must_change_password)
    user.set_password(password)  # known to everybody, so no validator is asked
    sign(user, actor)
    user.save()
    if role:
        grant = Grant(user=user, role=role, everywhere=True)
        sign(grant, actor)
        grant.save()


def _warning(demo: bool) -> str:
    line = "!" * 78
    fate = (
        "This is a demonstration: they stay valid. NEVER let other people reach it."
        if demo
        else "Each must be changed at the first login. Log in to all of them NOW, or delete them."
    )
    return f"{line}\nThe passwords above are printed in the documentation: everybody knows them.\n{fate}\n{line}"
