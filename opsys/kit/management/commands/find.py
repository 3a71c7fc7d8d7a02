"""`manage.py find 10.0.0.7 --as USER`: who or what that is, over all types and clouds."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from opsys.kit.lists.scope import scope_for
from opsys.kit.management.acting_user import person_named
from opsys.kit.search.find import SHORTEST, find

MOST_A_TYPE = 50


class Command(BaseCommand):
    help = "Find resources of all types and clouds by name, ID, address or MAC."

    def add_arguments(self, parser):
        parser.add_argument("text")
        parser.add_argument("--as", dest="user", required=True, help="the platform user who asks")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options):
        user = person_named(options["user"])
        if len(options["text"].strip()) < SHORTEST:
            raise CommandError(f"Give at least {SHORTEST} characters.")
        found = find(options["text"], scope_for(QueryDict(), user=user), limit=MOST_A_TYPE)
        if options["as_json"]:
            self.stdout.write(json.dumps([hit.as_dict() for hit in found.hits]))
            return
        for hit in found.hits:
            item = hit.item
            match = f"  ({hit.match})" if hit.match not in ("", item.cloud_id) else ""
            self.stdout.write(
                f"{hit.resource.name:22}  {item.cluster.name:12}  {item.cloud_id:36}  {item.status:12}  "
                f"{item.name}{match}"
            )
        if any(group.more for group in found.groups):
            self.stderr.write(f"There are more: only {MOST_A_TYPE} of a type are shown.")
        if not found.hits:
            raise SystemExit(1)
