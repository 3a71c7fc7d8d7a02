"""manage.py link-user: an account that is here belongs to somebody of the provider of single sign-on."""

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from audit.acting import Actor
from audit.noting import note
from opsys.settings.oidc import PROVIDER


class Command(BaseCommand):
    help = "Link an account to a person of the provider (OIDC_ISSUER), so that they sign in there."

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("subject", help="what the provider calls the person: the claim “sub” of its tokens")

    def handle(self, *args, name, subject, **options):
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user called {name}. list-users shows who there is.")
        if not apps.is_installed("allauth.socialaccount"):
            raise CommandError("There is no provider: set OIDC_ISSUER first.")
        links = apps.get_model("socialaccount", "SocialAccount").objects
        known = links.filter(provider=PROVIDER, uid=subject).select_related("user").first()
        if known is not None:
            raise CommandError(f"{subject} is linked to {known.user.get_username()} already.")
        links.create(user=user, provider=PROVIDER, uid=subject)
        note(Actor.of_command(), "auth.link", name=name, params={"subject": subject})
        self.stdout.write(self.style.SUCCESS(f"{name} signs in as {subject} from now on."))
