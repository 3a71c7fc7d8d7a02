"""`manage.py alerts --as USER`: what is wrong, as far as this user may see it."""

import json

from django.core.management.base import BaseCommand
from django.http import QueryDict

from monitoring.alerts.api import AlertSerializer
from monitoring.alerts.models import Alert
from monitoring.alerts.scoped import alerts_in
from opsys.kit.lists.scope import scope_for
from opsys.kit.management.acting_user import person_named

MOST = 1000


class Command(BaseCommand):
    help = "List what is wrong; exit code 1 where something is."

    def add_arguments(self, parser):
        parser.add_argument("--as", dest="user", required=True, help="the platform user who asks")
        parser.add_argument("--over", action="store_true", help="what was over lately instead")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options):
        user = person_named(options["user"])
        state = Alert.State.RESOLVED if options["over"] else Alert.State.FIRING
        rows = alerts_in(scope_for(QueryDict(), user=user), user=user).filter(state=state)
        alerts = list(rows.select_related("rule", "cluster").order_by("-began_at", "-pk")[:MOST])
        if options["as_json"]:
            self.stdout.write(json.dumps(AlertSerializer(alerts, many=True).data, default=str))
        else:
            for alert in alerts:
                where = alert.cluster.name if alert.cluster else "-"
                since = f"{alert.began_at:%Y-%m-%d %H:%M:%S}"
                self.stdout.write(f"{alert.pk:7}  {alert.severity:8}  {since}  {where:12}  {alert.told_text}")
        if alerts and not options["over"]:
            raise SystemExit(1)
