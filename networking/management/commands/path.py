"""`manage.py path web-1 10.2.0.10 --port 22 --as USER`: whether one reaches the other, and which step says no."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from networking.path.asking import PathForm, answer, verdict_of
from networking.path.page import as_dict
from networking.path.steps import Verdict
from opsys.kit.lists.scope import scope_for
from opsys.kit.management.acting_user import person_named

MARKS = {"passes": " ", "blocks": "x", "unknown": "?"}


class Command(BaseCommand):
    help = "Say whether a server or port reaches an address, as far as the inventory tells. Nothing is sent."

    def add_arguments(self, parser):
        parser.add_argument("source", help="a server or port: name, ID or TYPE/ID")
        parser.add_argument("target", help="an address, or a server or port")
        parser.add_argument("--as", dest="user", required=True, help="the platform user who asks")
        parser.add_argument("--cluster", default="", help="needed where there are several")
        parser.add_argument("--protocol", default="tcp", help="a name or a number; tcp unless told")
        parser.add_argument("--port", type=int, help="of ICMP the type; without it a ping")
        parser.add_argument("--code", type=int, help="of ICMP")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options):
        user = person_named(options["user"])
        clusters = scope_for(QueryDict(), user=user).clusters
        chosen = [cluster for cluster in clusters if options["cluster"] in ("", cluster.name)]
        if len(chosen) != 1:
            raise CommandError("Say in which cluster: --cluster NAME.")
        form = PathForm(options, cluster=chosen[0], user=user)
        if not form.is_valid():
            raise CommandError("\n".join(f"{name}: {' '.join(said)}" for name, said in form.errors.items()))
        ways = answer(form)
        if options["as_json"]:
            self.stdout.write(json.dumps(as_dict(chosen[0], ways)))
        else:
            for one in ways:
                self.stdout.write(f"{one.source.name} → {one.way.target}: {one.verdict[0]}")
                for step in one.steps:
                    rule = f" ({step.rule.name})" if step.rule else ""
                    mark = MARKS[step.step.state.value]
                    self.stdout.write(f"  {mark} {step.about.kind:15} {step.about.name:24} {step.text}{rule}")
        if verdict_of(ways) not in (Verdict.YES, Verdict.LEAVES):
            raise SystemExit(1)
