"""manage.py reset-second-factor: for somebody who lost phone, key and codes."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.second_factor.reset import reset
from audit.acting import Actor


class Command(BaseCommand):
    help = "Remove a user's second factors. Where their role asks for one they set up another at the next login."

    def add_arguments(self, parser):
        parser.add_argument("name")

    def handle(self, *args, name, **options):
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user called {name}. list-users shows who there is.")
        if not Authenticator.objects.filter(user=user).exists():
            raise CommandError(f"{name} has no second factor.")
        reset(Actor.of_command(), user)
        self.stdout.write(self.style.SUCCESS(f"Removed the second factors of {name} and ended their sessions."))
