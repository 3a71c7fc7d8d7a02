"""`manage.py listen`: hear the notifications of the clusters that have a message broker, until it is stopped."""

import signal
import threading

from django.core.management.base import BaseCommand

from clusters.notifications.listener import listen


class Command(BaseCommand):
    help = (
        "Hear what the clouds notify of over RabbitMQ, and read what has changed at once. One is enough; a second one "
        "stands by. `manage.py up` starts it where a cluster has a message broker (set-notifications)."
    )

    def handle(self, **options):
        over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
        listen(over)
