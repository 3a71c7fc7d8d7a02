"""manage.py list-users: who there is, and what each of them holds."""

import json

from django.core.management.base import BaseCommand
from django.db.models import Prefetch

from accounts.models import Grant, User

HEADER = ("NAME", "ACTIVE", "ADMIN", "LAST LOGIN", "ROLES")


class Command(BaseCommand):
    help = "List the users with their roles."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args, as_json, **options):
        grants = Grant.objects.select_related("cluster", "cluster_group").order_by("pk")
        users = User.objects.order_by("username").prefetch_related(
            Prefetch("grants", grants), Prefetch("groups__grants", grants)
        )
        facts = [_facts(user) for user in users]
        if as_json:
            self.stdout.write(json.dumps(facts, indent=2, ensure_ascii=False))
            return
        rows = [HEADER, *(_row(fact) for fact in facts)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _facts(user: User) -> dict:
    return {
        "name": user.username,
        "email": user.email,
        "active": user.is_active,
        "superuser": user.is_superuser,
        "staff": user.is_staff,
        "must_change_password": user.must_change_password,
        "last_login": user.last_login and user.last_login.isoformat(timespec="seconds"),
        "grants": [_grant(grant) for grant in user.grants.all()]
        + [_grant(grant, group.name) for group in user.groups.all() for grant in group.grants.all()],
    }


def _grant(grant: Grant, through: str = "") -> dict:
    return {
        "role": grant.role,
        "cluster": grant.cluster.name if grant.cluster else None,
        "cluster_group": grant.cluster_group.name if grant.cluster_group else None,
        "everywhere": grant.everywhere,
        "through": through or None,
    }


def _row(fact: dict) -> tuple[str, ...]:
    roles = ["everything"] if fact["superuser"] else []
    for grant in fact["grants"]:
        group = grant["cluster_group"]
        scope = "every cluster" if grant["everywhere"] else f"group {group}" if group else grant["cluster"]
        through = f" (as member of {grant['through']})" if grant["through"] else ""
        roles.append(f"{grant['role']} on {scope}{through}")
    active, admin = ("yes" if fact[key] else "no" for key in ("active", "staff"))
    return fact["name"], active, admin, fact["last_login"] or "never", ", ".join(roles) or "-"
