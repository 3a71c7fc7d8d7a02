"""`manage.py set-notifications east --address amqps://opsys@rabbit.example.com/`: the broker of its notifications."""

import getpass
import os
import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from audit.acting import Actor, sign
from clusters.management.commands._chosen import chosen
from clusters.notifications import status
from clusters.notifications.broker import try_out
from clusters.notifications.errors import BrokerError, sentence
from clusters.notifications.models import NotificationBroker


class Command(BaseCommand):
    help = (
        "Set the message broker (RabbitMQ) from which a cluster's notifications are heard, after testing it. The "
        "password comes from the environment variable OPSYS_BROKER_SECRET, from standard input (--secret-stdin) or "
        "from a prompt; never from an argument, which everybody on the machine could read. Without options: say how "
        "it stands."
    )

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--address", metavar="amqps://USER@HOST:PORT,HOST:PORT/VIRTUAL-HOST")
        parser.add_argument("--secret-stdin", action="store_true")
        parser.add_argument("--exchanges", metavar="NAME,NAME")
        parser.add_argument("--topics", metavar="NAME,NAME")
        parser.add_argument("--no-test", action="store_true", help="store it although nobody saw it work")
        parser.add_argument("--off", action="store_true", help="forget the broker")

    def handle(self, **options):
        (cluster,) = chosen([options["name"]], everything=False)
        broker = status.of_cluster(cluster)
        if options["off"]:
            self._forget(broker)
        elif not any(options[name] for name in ("address", "secret_stdin", "exchanges", "topics")):
            if broker is None:
                self.stdout.write("Off. Set a message broker with --address.")
            else:
                self.stdout.write(f"{broker.address}  {status.told(broker)}")
        else:
            self._set(broker or NotificationBroker(cluster=cluster), options)

    def _forget(self, broker: NotificationBroker | None) -> None:
        if broker is None:
            raise CommandError("No message broker is set. Nothing was changed.")
        sign(broker, Actor.of_command())
        broker.delete()
        self.stdout.write(self.style.SUCCESS("Its notifications are no longer heard."))

    def _set(self, broker: NotificationBroker, options) -> None:
        for name in ("address", "exchanges", "topics"):
            if options[name]:
                setattr(broker, name, options[name])
        secret = self._secret(broker, options)
        if secret:
            broker.secret = secret
        try:
            # A password that is kept is not read for this: no key may open it any more.
            broker.full_clean(exclude=["cluster", *([] if secret else ["secret"])])
        except ValidationError as error:
            sentences = [f"{field}: {text}" for field, texts in error.message_dict.items() for text in texts]
            raise CommandError("\n".join([*sentences, "Nothing was stored."])) from None
        missing = [] if options["no_test"] else self._test(broker)
        sign(broker, Actor.of_command())
        broker.save()
        self.stdout.write(self.style.SUCCESS("Stored. “manage.py listen” (or “up”, started anew) hears it."))
        if missing:
            self.stdout.write(self.style.WARNING(f"  Not there yet: {', '.join(missing)}."))

    def _test(self, broker: NotificationBroker) -> list[str]:
        try:
            return try_out(broker)
        except BrokerError as error:
            told = sentence(error.code, error.detail, broker.cluster.name)
            raise CommandError(f"{told}\nNothing was stored.") from None

    def _secret(self, broker: NotificationBroker, options) -> str:
        if options["secret_stdin"]:
            return sys.stdin.readline().rstrip("\n")
        if given := os.environ.get("OPSYS_BROKER_SECRET", ""):
            return given
        if broker.pk:
            return ""
        if not sys.stdin.isatty():
            raise CommandError("No password was given. Use --secret-stdin or OPSYS_BROKER_SECRET. Nothing was stored.")
        return getpass.getpass("Password of the message broker's user: ")
