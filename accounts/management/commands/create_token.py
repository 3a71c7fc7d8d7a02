"""manage.py create-token: a token for a script, printed once."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.permissions import why_not_ready
from accounts.tokens.making import choosable, make
from accounts.tokens.models import Scope
from audit.acting import Actor


class Command(BaseCommand):
    help = "Make an API token for a user. It is printed alone on standard output, and stored nowhere."

    def add_arguments(self, parser):
        parser.add_argument("user")
        parser.add_argument("--name", required=True, help="What it is for.")
        parser.add_argument("--scope", choices=Scope.values, default=Scope.READ)
        parser.add_argument("--cluster", nargs="+", action="extend", default=[], metavar="NAME")
        parser.add_argument("--days", type=int, default=90, help=f"At most {settings.API_TOKEN_MAX_DAYS}.")

    def handle(self, *args, user, name, scope, cluster, days, **options):
        owner = User.objects.filter(username=user, is_active=True).first()
        if owner is None:
            raise CommandError(f"There is no active user called {user}. list-users shows who there is.")
        if reason := why_not_ready(owner)[1]:
            raise CommandError(f"{user} may not use the platform yet. {reason}")
        if not 1 <= days <= settings.API_TOKEN_MAX_DAYS:
            raise CommandError(f"--days is between 1 and {settings.API_TOKEN_MAX_DAYS}.")
        found = list(choosable(owner).filter(name__in=cluster))
        if missing := sorted(set(cluster) - {row.name for row in found}):
            raise CommandError(f"{user} sees no cluster called {', '.join(missing)}.")
        actor = Actor.of_command()
        _row, token = make(owner, actor=actor, name=name, scope=scope, clusters=found if cluster else None, days=days)
        self.stdout.write(token)
