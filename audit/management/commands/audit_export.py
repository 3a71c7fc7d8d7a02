"""manage.py audit-export: the audit as a file."""

import sys
from pathlib import Path
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from audit.acting import Actor
from audit.export import writing
from audit.models import Event
from audit.noting import note
from audit.proof import keys, tree


class Command(BaseCommand):
    help = "Write the audit to a file or to standard output."

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=writing.FORMATS, default="jsonl")
        parser.add_argument("--output", metavar="FILE", help="Standard output when left out.")
        parser.add_argument("--since", metavar="TIME", help="From this moment on (ISO 8601).")
        parser.add_argument("--until", metavar="TIME", help="Before this moment (ISO 8601).")
        parser.add_argument("--cluster", help="Only of this cluster.")
        parser.add_argument("--user", help="Only of this user.")
        parser.add_argument("--proof", action="store_true", help="JSON lines that can be verified elsewhere.")
        parser.add_argument("--public-key", action="store_true", help="Only print the key that verifies, and end.")
        parser.add_argument("--verifier", action="store_true", help="Only print the program that verifies, and end.")

    def handle(self, *args, **options):
        if options["public_key"]:
            self.stdout.write(keys.public_keys()[0])
            return
        if options["verifier"]:
            self.stdout.write(Path(writing.__file__).with_name("verify_export.py").read_text())
            return
        if options["proof"] and options["format"] != "jsonl":
            raise CommandError("--proof goes with the format jsonl only.")
        events = _asked(options)
        if options["proof"]:
            tree.append_all()
        lines = writing.export_with_proof(events) if options["proof"] else writing.export(events, options["format"])
        number = self._write(lines, options["output"])
        actor = Actor.of_command()
        asked = ("format", "since", "until", "cluster", "user", "proof")
        note(
            actor,
            "audit.event.export",
            operation=uuid4(),
            phase=Event.Phase.DONE,
            resource="audit.event",
            params={name: options[name] for name in asked if options[name]} | {"lines": number},
        )

    def _write(self, lines, path: str | None) -> int:
        number = 0
        try:
            # newline="": CSV brings its own line ends.
            target = open(path, "w", encoding="utf-8", newline="") if path else self.stdout._out
            try:
                for line in lines:
                    target.write(line)
                    number += 1
            finally:
                if path:
                    target.close()
        except BrokenPipeError:
            sys.stderr.close()  # whoever read has enough
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        return number


def _asked(options):
    events = Event.objects.all()
    for name, lookup in (("since", "at__gte"), ("until", "at__lt")):
        if options[name]:
            events = events.filter(**{lookup: _moment(options[name])})
    if options["cluster"]:
        events = events.filter(cluster_name=options["cluster"])
    if options["user"]:
        events = events.filter(username=options["user"])
    return events


def _moment(text: str):
    try:
        moment = parse_datetime(text) or parse_datetime(f"{text}T00:00:00")
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"{text} is not a time. Write it like 2026-05-03T14:00 or 2026-05-03.")
    return make_aware(moment) if is_naive(moment) else moment
