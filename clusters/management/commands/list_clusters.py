"""`manage.py list-clusters`: what is registered, and how fresh what we know of it is."""

import json

from django.core.management.base import BaseCommand
from django.utils import timezone

from clusters import not_allowed
from clusters.inventory import SOURCES, type_name
from clusters.models import Cluster
from clusters.notifications import status

NO_SERVICE = "no_service"


class Command(BaseCommand):
    help = "List the registered clusters with their state."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options):
        rows = Cluster.objects.select_related("group", "notification_broker").defer("notification_broker__secret")
        clusters = [_facts(cluster) for cluster in rows.prefetch_related("sync_states")]
        if options["as_json"]:
            self.stdout.write(json.dumps(clusters, default=str))
            return
        if not clusters:
            self.stdout.write("No clusters yet. Add one: manage.py add-cluster NAME --auth-url …")
        for facts in clusters:
            age = f"{facts['age_seconds']} s ago" if facts["age_seconds"] is not None else "never"
            problem = f"  {facts['error']}" if facts["error"] else ""
            lacking = f"  without {', '.join(facts['missing_services'])}" if facts["missing_services"] else ""
            lacking += f"  not allowed: {', '.join(facts['not_allowed'])}" if facts["not_allowed"] else ""
            lacking += f"  notifications: {facts['notifications']}" if facts["notifications"] else ""
            self.stdout.write(
                f"{facts['name']:20}  {facts['environment']:12}  {facts['group'] or '-':14}  "
                f"{'enabled' if facts['enabled'] else 'disabled':8}  read {age:12}  "
                f"{facts['auth_url']}{lacking}{problem}"
            )


def _facts(cluster: Cluster) -> dict:
    states = list(cluster.sync_states.all())
    known = {type_name(model): source.service for model, source in SOURCES.items()}
    services = {state.resource: known.get(state.resource, "") for state in states}
    failed = [state for state in states if state.error and state.error_code not in not_allowed.FACTS]
    seen = max((state.synced_at for state in states if state.synced_at), default=None)
    return {
        "name": cluster.name,
        "environment": cluster.environment,
        "group": cluster.group.name if cluster.group else "",
        "enabled": cluster.enabled,
        "auth_url": cluster.auth_url,
        "region": cluster.region,
        "synced_at": seen,
        "age_seconds": round((timezone.now() - seen).total_seconds()) if seen else None,
        "error": next((not_allowed.told(cluster, state) for state in failed), ""),
        "asked_again_at": max((state.retry_at for state in failed if state.retry_at), default=None),
        # What a cloud does not have is a fact and not a failure.
        "not_allowed": sorted(state.resource for state in states if state.error_code == not_allowed.CODE),
        "notifications": status.told(broker) if (broker := getattr(cluster, "notification_broker", None)) else "",
        "missing_services": sorted({services[s.resource] for s in states if s.error_code == NO_SERVICE} - {""}),
    }
