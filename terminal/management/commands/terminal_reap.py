"""`manage.py terminal-reap`: end the sessions of processes that died, delete recordings whose time is over."""

from django.core.management.base import BaseCommand

from terminal.session.reaping import reap


class Command(BaseCommand):
    help = "What beat does every ten seconds: end sessions whose process died, delete recordings whose time is over."

    def handle(self, **options):
        done = reap()
        self.stdout.write(
            "{sessions} sessions ended, {recordings} recordings and {tickets} tickets deleted.".format(**done)
        )
