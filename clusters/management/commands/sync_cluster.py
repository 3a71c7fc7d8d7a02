"""`manage.py sync-cluster east`: read a cluster's inventory now, without waiting for the worker."""

from concurrent.futures import ThreadPoolExecutor

from django.core.management.base import BaseCommand
from django.db import connection

from clusters import health, inventory, not_allowed, sync
from clusters.gateway import CloudError
from clusters.management.commands._chosen import chosen
from clusters.models import Cluster


class Command(BaseCommand):
    help = "Read all resource types of clusters now, clusters side by side. Exit code 1 if one could not be read."

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="*")
        parser.add_argument("--all", action="store_true", dest="everything")

    def handle(self, **options):
        clusters = chosen(options["names"], everything=options["everything"])
        with ThreadPoolExecutor(max_workers=8) as pool:
            results = list(pool.map(self._sync, clusters))
        if not all(results):
            raise SystemExit(1)

    def _sync(self, cluster: Cluster) -> bool:
        well = True
        try:
            health.examine_and_keep(cluster)
            for model in inventory.SOURCES:
                well = self._sync_type(cluster, model) and well
        finally:
            connection.close()  # this thread's own
        return well

    def _sync_type(self, cluster: Cluster, model) -> bool:
        name, changes = inventory.type_name(model), None
        try:
            changes = sync.sync_anew(cluster, model)
        except CloudError as error:
            if error.code not in not_allowed.FACTS:
                self.stderr.write(f"{cluster.name} {name}: {error}")
                return False
        cluster.refresh_from_db(fields=["capabilities"])
        if problem := not_allowed.told(cluster, sync.state_of(cluster, model)):
            self.stdout.write(f"{cluster.name} {name}: {problem}")
        elif changes:
            self.stdout.write(
                f"{cluster.name} {name}: {changes.seen} read, {len(changes.changed)} changed, {len(changes.gone)} gone"
            )
        return True
