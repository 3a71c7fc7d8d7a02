"""`manage.py alert-silences --as USER`: what is silenced, silencing, and ending a silence; with this user's rights."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.acting import Actor, sign
from audit.models import Event
from clusters import access
from monitoring.alerts.api import SilenceSerializer
from monitoring.alerts.forms import SilenceForm
from monitoring.alerts.models import Silence
from monitoring.alerts.rights import why_not_silence
from opsys.kit.management.acting_user import person_named


class Command(BaseCommand):
    help = "List silences, add one (--hours N --reason TEXT) or end one (--end ID)."

    def add_arguments(self, parser):
        parser.add_argument("--as", dest="user", required=True, help="the platform user who silences")
        parser.add_argument("--hours", type=float, help="silence for so long")
        parser.add_argument("--reason", default="")
        parser.add_argument("--cluster", default="", help="its name; none: all, for platform admins")
        parser.add_argument("--rule", type=int, help="its number, see alert-rules")
        parser.add_argument("--text", default="", help="part of the name of what is wrong")
        parser.add_argument("--end", type=int, metavar="ID")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options):
        user = person_named(options["user"])
        if options["end"] is not None:
            self._end(options["end"], user)
        elif options["hours"] is not None:
            self._add(options, user)
        rows = Silence.objects.visible_to(user).filter(ends_at__gt=timezone.now()).select_related("cluster")
        told = SilenceSerializer(rows, many=True).data
        if options["as_json"]:
            self.stdout.write(json.dumps(told, default=str))
            return
        for row in told:
            self.stdout.write(f"{row['id']:5}  {row['cluster'] or '*':12}  until {row['ends_at']}  {row['reason']}")

    def _add(self, options, user) -> None:
        names = ("hours", "reason", "cluster", "rule", "text")
        form = SilenceForm({name: options[name] for name in names}, user=user)
        if not form.is_valid():
            raise CommandError("\n".join(f"{name}: {' '.join(errors)}" for name, errors in form.errors.items()))
        sign(form.instance, _actor(user))
        form.save()

    def _end(self, pk: int, user) -> None:
        silence = Silence.objects.visible_to(user).select_related("cluster").filter(pk=pk).first()
        if silence is None:
            raise CommandError(f"There is no silence {pk}.")
        if reason := why_not_silence(user, silence.cluster, access.held_by(user)):
            raise CommandError(reason)
        sign(silence, _actor(user))
        silence.delete()


def _actor(user) -> Actor:
    return Actor(user, Event.Via.CLI, Actor.of_command().client)
