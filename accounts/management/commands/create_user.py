"""manage.py create-user: a person or a script, with what it may do from the start."""

import getpass
import os
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Grant, User
from accounts.own_roles import permissions_by_role
from audit.acting import Actor, sign
from clusters.models import Cluster, ClusterGroup


class Command(BaseCommand):
    help = (
        "Create a user. The password is asked for; or it is the first line of standard input "
        "(--password-stdin), or stands in the environment variable OPSYS_PASSWORD."
    )

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--email", default="")
        parser.add_argument("--role", help="What the user may do on the clusters named.")
        scope = parser.add_mutually_exclusive_group()
        scope.add_argument("--cluster", nargs="+", action="extend", default=[], metavar="NAME")
        scope.add_argument("--group", nargs="+", action="extend", default=[], metavar="NAME")
        scope.add_argument("--everywhere", action="store_true", help="On every cluster, also on later ones.")
        parser.add_argument("--superuser", action="store_true", help="A platform admin, who may do everything.")
        parser.add_argument("--password-stdin", action="store_true")
        parser.add_argument(
            "--no-password-change",
            action="store_true",
            help="The user need not change the password at the first login.",
        )

    def handle(self, *args, name, role, cluster, group, everywhere, **options):
        if role and not (cluster or group or everywhere):
            raise CommandError("--role needs --cluster, --group or --everywhere: a role is held on clusters.")
        if not role and (cluster or group or everywhere):
            raise CommandError(f"Which role on them? Add --role, one of: {', '.join(permissions_by_role())}.")
        if role and role not in permissions_by_role():
            raise CommandError(f"There is no role {role}. There are: {', '.join(permissions_by_role())}.")
        if User.objects.filter(username__iexact=name).exists():
            raise CommandError(f"There is a user called {name} already.")
        scopes = [
            *({"cluster": found} for found in _named(Cluster, cluster, "cluster")),
            *({"cluster_group": found} for found in _named(ClusterGroup, group, "cluster group")),
            *([{"everywhere": True}] if everywhere else []),
        ]
        user = User(
            username=name,
            email=options["email"],
            is_superuser=options["superuser"],
            must_change_password=not options["no_password_change"],
        )
        _refuse_invalid(user.full_clean, exclude=["password"])
        password = _password(from_stdin=options["password_stdin"])
        _refuse_invalid(validate_password, password, user)
        user.set_password(password)
        actor = Actor.of_command()
        with transaction.atomic():
            sign(user, actor)
            user.save()
            for scope in scopes:
                grant = Grant(user=user, role=role, **scope)
                sign(grant, actor)
                grant.save()
        self.stdout.write(self.style.SUCCESS(_("Created user %(name)s.") % {"name": name}))
        for grant in user.grants.all():
            self.stdout.write(f"  {grant.get_role_display()}: {grant.scope}")
        if not scopes and not user.is_superuser:
            self.stdout.write(_("It sees no cluster yet: grant it a role in the administration."))


def _named(model, names: list[str], kind: str) -> list:
    found = {row.name: row for row in model.objects.filter(name__in=names)}
    if missing := [name for name in names if name not in found]:
        known = ", ".join(model.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no {kind} called {', '.join(missing)}. Known: {known}.")
    return list(found.values())


def _refuse_invalid(validate, *args, **kwargs) -> None:
    try:
        validate(*args, **kwargs)
    except ValidationError as error:
        raise CommandError("\n".join(error.messages))


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif "OPSYS_PASSWORD" in os.environ:
        password = os.environ["OPSYS_PASSWORD"]
    elif not sys.stdin.isatty():
        raise CommandError("No terminal to ask for the password: use --password-stdin or set OPSYS_PASSWORD.")
    else:
        password = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != password:
            raise CommandError("The two passwords differ. Nothing was created.")
    if not password:
        raise CommandError("The password is empty. Nothing was created.")
    return password
