"""`manage.py up`: web, worker and beat together, until Ctrl-C. `up worker beat` starts only these."""

import os
import shlex

from django.core.management.base import BaseCommand
from django.db import OperationalError, ProgrammingError, connection
from honcho.manager import Manager

from clusters.models import NotificationBroker
from opsys.processes import LISTEN, PROCESSES, command_of


class Command(BaseCommand):
    help = (
        "Start the platform's processes together; when one of them ends, all do. On several machines start those each "
        "machine is for: `up web` here, `up worker` there, `up beat` on exactly one. `listen` is "
        "started where a cluster has a message broker."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="*", metavar="web|worker|beat|listen", help="default: those needed here")
        parser.add_argument("--bind", default=os.environ.get("ADDRESS", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--concurrency", type=int, default=16, help="threads of the worker")

    def handle(self, **options):
        known = (*PROCESSES, LISTEN)
        names = options["names"] or (known if _has_broker() else PROCESSES)
        if unknown := [name for name in names if name not in known]:
            self.stderr.write(f"There is no process {', '.join(unknown)}. Known: {', '.join(known)}")
            raise SystemExit(2)
        manager = Manager()
        for name in names:
            command = command_of(name, bind=options["bind"], port=options["port"], concurrency=options["concurrency"])
            manager.add_process(name, shlex.join(command), env=dict(os.environ))
        manager.loop()
        raise SystemExit(manager.returncode or 0)


def _has_broker() -> bool:
    """Also before `init-db` was run, when there is no such table."""
    try:
        return NotificationBroker.objects.exists()
    except (OperationalError, ProgrammingError):
        return False
    finally:
        connection.close()
