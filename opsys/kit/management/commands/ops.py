"""The command-line door: `manage.py ops compute.server list --as USER`, `… stop ID… --as USER`,
`… create --cluster east --set name=web --as USER`, `… stop --all --filter status=ACTIVE --as USER`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.acting import Actor
from clusters import access
from clusters.coerce import printable
from clusters.gateway import CloudError
from clusters.gateway.errors import with_time
from jobs.models import Job
from opsys.kit.act.plan import Plan, plan_of
from opsys.kit.console import panels
from opsys.kit.declare import register
from opsys.kit.declare.action import Action, Outcome, Status
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.cells import partial_reason
from opsys.kit.lists.columns import ALL, columns_of
from opsys.kit.lists.export import as_csv, export_of, note
from opsys.kit.lists.freshness import freshness
from opsys.kit.management.acting import find_row, in_clusters, on_rows
from opsys.kit.management.acting_user import person_named
from opsys.kit.management.parameters import HELP, parameters
from opsys.kit.management.selection import filters, listed, on_all, plan_for_all
from opsys.kit.relate.panels import panels_of

PROJECT = "where something new is made: a project's ID, name or DOMAIN/NAME; unless told, the credential's own"
FILTER = "a filter of the list, or q=TEXT to search (may repeat)"


class Command(BaseCommand):
    help = "List resources of all clouds or act on them, as one of the platform's users."

    def add_arguments(self, parser):
        parser.add_argument("type", help="e.g. compute.server")
        parser.add_argument("do", metavar="list|show|ACTION", help="what to do")
        parser.add_argument("targets", nargs="*", help="IDs or names; CLUSTER/NAME where a name is not unique")
        parser.add_argument("--as", dest="user", required=True, help="the platform user who acts")
        parser.add_argument("--cluster", action="append", default=[], help="only this cluster (may repeat)")
        parser.add_argument("--project", default="", metavar="ID|NAME", help=PROJECT)
        parser.add_argument("--set", action="append", default=[], metavar="NAME=TEXT", help=HELP)
        parser.add_argument("--reason", default="", help="why; production asks for it where something may be lost")
        parser.add_argument("--panel", default="", help="with show: one of the type's panels, such as console-log")
        parser.add_argument("--filter", action="append", default=[], metavar="NAME=VALUE", help=FILTER)
        parser.add_argument("--all", action="store_true", help="act on all rows that --filter and --cluster leave")
        parser.add_argument("--expect", type=int, metavar="N", help="with --all: do nothing unless they are so many")
        parser.add_argument("--dry-run", action="store_true", help="only say who qualifies, and who does not and why")
        parser.add_argument("--sort", default="", metavar="COLUMN", help="order of a list; --sort=-COLUMN: descending")
        parser.add_argument("--columns", default=ALL, metavar="A,B", help="of --csv; all of them unless told")
        parser.add_argument("--csv", action="store_true", dest="as_csv", help="a list as CSV")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options):
        resource = self._resource(options["type"])
        user = person_named(options["user"])
        rows = resource.model.objects.visible_to(user).present().select_related("cluster")
        if options["cluster"]:
            rows = rows.filter(cluster__name__in=options["cluster"])
        if options["do"] == "list":
            self._list(resource, user, options)
            return
        if options["do"] == "show":
            self._show(resource, rows, user, options)
            return
        self._act(resource, rows, user, options)

    def _resource(self, name: str) -> Resource:
        try:
            return register.get(name)
        except KeyError:
            known = ", ".join(sorted(resource.name for resource in register.resources()))
            raise CommandError(f"There is no type “{name}”. Known: {known}") from None

    def _list(self, resource: Resource, user, options: dict[str, Any]) -> None:
        query = listed(resource, filters(options["filter"], options["cluster"]), options["sort"], user=user)
        if options["as_csv"]:
            export = export_of(resource, query, columns_of(resource, options["columns"]).columns)
            note(export, "csv", Actor(user, "cli"), dict(query.filter.data.lists()))
            for piece in as_csv(export, [column.name for column in export.columns]):
                self.stdout.write(piece.decode(), ending="")
            return
        if options["as_json"]:
            self.stdout.write(json.dumps([_plain(row) for row in query.rows.iterator(2000)], default=str))
            return
        clusters = access.visible_clusters(user)
        chosen = clusters.filter(name__in=options["cluster"]) if options["cluster"] else clusters
        for found in freshness(resource.model, list(chosen))[0]:
            if found.reason:
                self.stderr.write(f"{found.cluster.name}: {with_time(found.reason, found.retry_at)}")
        for row in query.rows.iterator(2000):
            text = printable(f"{row.cluster.name:12}  {row.cloud_id:36}  {row.status:18}  {row.name}")
            self.stdout.write(f"{text}  ({partial_reason(row)})" if row.partial else text)

    def _act(self, resource: Resource, rows, user, options: dict[str, Any]) -> None:
        given = parameters(options["set"])
        known = {action.name: action for action in resource.actions}
        action = known.get(options["do"])
        if action is None:
            raise CommandError(
                f"{resource.name} has no action “{options['do']}”. Known: {', '.join(['list', 'show', *known])}"
            )
        if options["all"]:
            self._act_on_all(resource, action, user, given, options)
            return
        if options["project"] and action.scope != "cluster":
            raise CommandError("--project is for what is made new. Nothing was done.")
        if action.scope == "cluster":
            where = {"names": options["cluster"], "project": options["project"]}
            outcomes = in_clusters(resource, action, given=given, user=user, **where)
        elif options["dry_run"]:
            pks = [find_row(rows, target).pk for target in options["targets"]]
            self._tell_plan(plan_of(resource, action, pks, user), options["as_json"])
            return
        else:
            outcomes = on_rows(resource, action, rows, options["targets"], given, user=user, why=options["reason"])
        self._tell(outcomes, options["as_json"])

    def _act_on_all(
        self, resource: Resource, action: Action, user, given: dict[str, Any], options: dict[str, Any]
    ) -> None:
        if options["targets"]:
            raise CommandError("Name IDs, or give --all with filters. Nothing was done.")
        plan = plan_for_all(resource, action, filters(options["filter"], options["cluster"]), user=user)
        if options["dry_run"]:
            self._tell_plan(plan, options["as_json"])
            return
        done = on_all(resource, action, plan, given, options["expect"], user=user, why=options["reason"])
        if isinstance(done, Job):
            said = {"job": done.pk, "title": done.heading}
            self.stdout.write(json.dumps(said) if options["as_json"] else f"Job {done.pk}: {done.heading}")
        else:
            self._tell(done, options["as_json"])

    def _tell_plan(self, plan: Plan, as_json: bool) -> None:
        told = plan.as_dict()
        if as_json:
            self.stdout.write(json.dumps(told))
            return
        self.stdout.write(f"{told['ready']} of {told['matched']} qualify.")
        for reason in told["refused"]:
            self.stdout.write(f"{reason['count']} do not: {reason['reason']} ({', '.join(reason['first'])} …)")

    def _tell(self, outcomes: list[Outcome], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([outcome.as_dict() for outcome in outcomes]))
        else:
            for outcome in outcomes:
                reason = f": {outcome.reason}" if outcome.reason else ""
                self.stdout.write(printable(f"{outcome.status.value:8} {outcome.cluster} {outcome.name}{reason}"))
                if outcome.shown:
                    self.stdout.write(outcome.shown.text)
        if any(outcome.status is not Status.DONE for outcome in outcomes):
            raise SystemExit(1)

    def _show(self, resource: Resource, rows, user, options: dict[str, Any]) -> None:
        """One row with all that is known of it, or one of its panels, as JSON."""
        if len(options["targets"]) != 1:
            raise CommandError("Name one ID.")
        item = find_row(rows, options["targets"][0])
        if not options["panel"]:
            shown: Any = {**_plain(item), "data": item.data}
        else:
            known = {panel.name: panel for panel in panels_of(resource.name)}
            panel = known.get(options["panel"])
            if panel is None:
                raise CommandError(f"There is no panel “{options['panel']}”. Known: {', '.join(known) or 'none'}")
            if reason := panels.refusal(panel, item, user):
                raise CommandError(reason)
            try:
                shown = panels.load(panel, item, user=user, query=parameters(options["set"]))
            except CloudError as error:
                raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(shown, default=str, ensure_ascii=False, indent=2))


def _plain(row) -> dict[str, Any]:
    fields = {
        f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in ("cluster", "digest")
    }
    return {**fields, "cluster": row.cluster.name, "partial": partial_reason(row)}
