"""manage.py list-tokens: whose, what for, how far they reach, when they were used last."""

from django.core.management.base import BaseCommand

from accounts.tokens.making import cluster_names
from accounts.tokens.models import ApiToken


class Command(BaseCommand):
    help = "List all API tokens; the tokens themselves are stored nowhere."

    def add_arguments(self, parser):
        parser.add_argument("--user", default="")

    def handle(self, *args, user, **options):
        rows = list(ApiToken.objects.select_related("user").filter(**({"user__username": user} if user else {})))
        names = cluster_names(rows)
        for row in rows:
            clusters = "all" if row.cluster_ids is None else ",".join(names.get(pk, "?") for pk in row.cluster_ids)
            used = f"{row.last_used_at:%Y-%m-%d %H:%M} {row.last_used_from or ''}" if row.last_used_at else "never"
            until = f"{row.expiry:%Y-%m-%d %H:%M}" if row.expiry else "-"
            about = [row.token_key, row.user.get_username(), row.name or "-", row.scope, clusters, until, used.strip()]
            self.stdout.write("\t".join(about))
