"""`manage.py alert-rules`: what is watched, and changing it. Whoever may run it owns the machine."""

import json

from django.core.management.base import BaseCommand, CommandError

from audit.acting import Actor, sign
from monitoring.alerts.api import RuleSerializer, filled_rule
from monitoring.alerts.forms import RULE_FIELDS
from monitoring.alerts.models import AlertRule
from opsys.kit.management.parameters import parameters


class Command(BaseCommand):
    help = "List the alert rules, add one (--add KIND), change one (--change ID) or delete one (--delete ID)."

    def add_arguments(self, parser):
        doing = parser.add_mutually_exclusive_group()
        doing.add_argument("--add", metavar="KIND")
        doing.add_argument("--change", metavar="ID", type=int)
        doing.add_argument("--delete", metavar="ID", type=int)
        parser.add_argument(
            "--set", action="append", default=[], metavar="NAME=VALUE", help=f"one of {', '.join(RULE_FIELDS)}"
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options):
        given = parameters(options["set"])
        if options["add"]:
            self._save(AlertRule(), {"kind": options["add"], **given})
        elif options["change"] is not None:
            self._save(self._rule(options["change"]), given)
        elif options["delete"] is not None:
            rule = self._rule(options["delete"])
            sign(rule, Actor.of_command())
            rule.delete()
        rows = RuleSerializer(
            AlertRule.objects.select_related("cluster", "group", "channel", "escalate_to"), many=True
        )
        if options["as_json"]:
            self.stdout.write(json.dumps(rows.data, default=str))
            return
        for row in rows.data:
            place = row["cluster"] or row["group"] or "*"
            on = "on " if row["enabled"] else "off"
            self.stdout.write(
                f"{row['id']:5}  {on}  {row['severity']:8}  {row['kind']:20}  {row['threshold'] or '':>6}  "
                f"{place:12}  {row['channel'] or ''}  {row['name']}"
            )

    def _rule(self, pk: int) -> AlertRule:
        rule = AlertRule.objects.filter(pk=pk).first()
        if rule is None:
            raise CommandError(f"There is no rule {pk}.")
        return rule

    def _save(self, rule: AlertRule, given: dict) -> None:
        form = filled_rule(rule, given)
        if not form.is_valid():
            raise CommandError("\n".join(f"{name}: {' '.join(errors)}" for name, errors in form.errors.items()))
        sign(form.instance, Actor.of_command())
        form.save()
