"""The command-line door: `manage.py ops compute.server list --as USER`, `… stop ID… --as USER`."""

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from accounts.permissions import why_not_ready
from opsys.kit import register
from opsys.kit.action import Status
from opsys.kit.filters import ordering
from opsys.kit.perform import perform
from opsys.kit.resource import Resource


class Command(BaseCommand):
    help = "List resources of all clouds or act on them, as one of the platform's users."

    def add_arguments(self, parser):
        parser.add_argument("type", help="e.g. compute.server")
        parser.add_argument("do", metavar="list|ACTION", help="what to do")
        parser.add_argument("targets", nargs="*", help="IDs or names; CLUSTER/NAME where a name is not unique")
        parser.add_argument("--as", dest="user", required=True, help="the platform user who acts")
        parser.add_argument("--cluster", action="append", default=[], help="only this cluster (may repeat)")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options):
        resource = self._resource(options["type"])
        user = get_user_model().objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user “{options['user']}”. See: manage.py list-users")
        _code, reason = why_not_ready(user)
        if reason:
            raise CommandError(f"“{user}” may not act yet. {reason}")
        rows = resource.model.objects.visible_to(user).present().select_related("cluster")
        if options["cluster"]:
            rows = rows.filter(cluster__name__in=options["cluster"])
        if options["do"] == "list":
            self._list(resource, rows.order_by(*ordering(resource, "")), options["as_json"])
            return
        self._act(resource, rows, user, options)

    def _resource(self, name: str) -> Resource:
        try:
            return register.get(name)
        except KeyError:
            known = ", ".join(sorted(resource.name for resource in register.resources()))
            raise CommandError(f"There is no type “{name}”. Known: {known}") from None

    def _list(self, resource: Resource, rows, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([_plain(row) for row in rows.iterator(2000)], default=str))
            return
        for row in rows.iterator(2000):
            self.stdout.write(f"{row.cluster.name:12}  {row.cloud_id:36}  {row.status:18}  {row.name}")

    def _act(self, resource: Resource, rows, user, options: dict[str, Any]) -> None:
        try:
            action = resource.action(options["do"])
        except KeyError:
            known = ", ".join(action.name for action in resource.actions) or "none"
            raise CommandError(f"{resource.name} has no action “{options['do']}”. Known: list, {known}") from None
        if action.form is not None:
            raise CommandError(f"“{action.name}” needs parameters, which this command cannot take yet.")
        if not options["targets"]:
            raise CommandError("Name at least one ID.")
        pks = [self._find(rows, target) for target in options["targets"]]
        outcomes = perform(resource, action, pks, user=user, via="cli")
        if options["as_json"]:
            self.stdout.write(json.dumps([outcome.as_dict() for outcome in outcomes]))
        else:
            for outcome in outcomes:
                reason = f": {outcome.reason}" if outcome.reason else ""
                self.stdout.write(f"{outcome.status.value:8} {outcome.cluster} {outcome.name}{reason}")
        if any(outcome.status is not Status.DONE for outcome in outcomes):
            raise SystemExit(1)

    def _find(self, rows, target: str) -> int:
        cluster, _slash, name = target.rpartition("/")
        found = rows.filter(Q(cloud_id=name) | Q(name=name))
        if cluster:
            found = found.filter(cluster__name=cluster)
        matches = list(found[:2])
        if not matches:
            raise CommandError(f"“{target}” was not found, or may not be seen. Nothing was done.")
        if len(matches) > 1:
            raise CommandError(f"“{target}” is not unique. Use its ID or CLUSTER/NAME. Nothing was done.")
        return matches[0].pk


def _plain(row) -> dict[str, Any]:
    fields = {
        f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in ("cluster", "digest")
    }
    return {**fields, "cluster": row.cluster.name}
