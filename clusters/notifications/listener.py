"""The process that hears the notifications of all clusters that have a broker: two threads for each, of which one
hears and one reads, so that a slow cloud keeps nobody from hearing, and a broker that is away nobody from reading."""

import threading
import time
from typing import Any

import amqp
import structlog
from django.conf import settings
from django.db import OperationalError, close_old_connections, connection

from clusters.gateway import CloudError
from clusters.models import Cluster
from clusters.notifications import broker as brokers
from clusters.notifications import events
from clusters.notifications.errors import STANDBY, BrokerError
from clusters.notifications.hints import Hints
from clusters.notifications.models import NotificationBroker
from clusters.notifications.reading import Share, read_due
from clusters.notifications.status import Status

# Until the next try, after the first failure in a row, the second and so on.
PAUSES = (1, 2, 5, 10, 30, 60)
# What only people mend; what they change here is tried at once.
LEAST_PAUSES = {"refused": 30, "virtual_host": 30, "not_permitted": 30, "key_missing": 30, STANDBY: 10}
LOOK_SECONDS, BIND_SECONDS = 5, 30
LONGEST_WAIT = 1.0

log = structlog.get_logger()


class Listening:
    """To one cluster's broker, until `stop()`."""

    def __init__(self, broker: NotificationBroker):
        self.cluster: Cluster = broker.cluster
        self._pk = broker.pk
        self._status, self._hints, self._share = Status(broker.pk), Hints(), Share()
        self._over, self._failures = threading.Event(), 0
        self._known = events.table()
        names = {"hear": self._hear, "read": self._read}
        self._threads = [
            threading.Thread(target=self._with_database, args=[run], name=f"{name} {self.cluster.name}", daemon=True)
            for name, run in names.items()
        ]
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        self._over.set()

    def join(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _with_database(self, run: Any) -> None:
        try:
            run()
        finally:
            self._over.set()  # one without the other is of no use
            connection.close()

    def _hear(self) -> None:
        while not self._over.is_set():
            close_old_connections()
            try:
                broker = NotificationBroker.objects.select_related("cluster").defer("secret").get(pk=self._pk)
                with brokers.connected(broker) as broker_connection:
                    self._hear_from(broker_connection, broker)
            except BrokerError as error:
                self._status.failed(error)
                self._over.wait(max(PAUSES[min(self._failures, len(PAUSES) - 1)], LEAST_PAUSES.get(error.code, 0)))
                self._failures += 1
            except NotificationBroker.DoesNotExist:
                return

    def _hear_from(self, broker_connection: amqp.Connection, broker: NotificationBroker) -> None:
        queue, topics = brokers.queue_name(broker), broker.topics.split(",")
        brokers.declare(broker_connection, queue)
        all_of_them = missing = broker.exchanges.split(",")
        broker_connection.channel().basic_consume(queue, no_ack=True, exclusive=True, callback=self._heard)
        connected, bound_at = False, -float("inf")
        while not self._over.is_set():
            if missing and time.monotonic() - bound_at >= BIND_SECONDS:
                missing = brokers.bind(broker_connection, queue, missing, topics)
                bound_at = time.monotonic()
                if not connected:  # not before: until it is bound nothing comes
                    self._status.connected()
                    connected, self._failures = True, 0
                self._status.missing(", ".join(missing) if missing == all_of_them else "")
            try:
                broker_connection.drain_events(timeout=LONGEST_WAIT)
            except TimeoutError:
                pass
            broker_connection.heartbeat_tick()
            self._status.note()

    def _heard(self, message: amqp.Message) -> None:
        self._status.came()
        event = events.parsed(message.body)
        if event is not None:
            for model, cloud_id in events.told(event, self._known):
                self._hints.add(model, cloud_id)

    def _read(self) -> None:
        while not self._over.is_set():
            self._hints.wait(LONGEST_WAIT)
            close_old_connections()
            try:
                count = read_due(self.cluster, self._hints, self._took)
                self._status.rows_read += count  # not in one: the other thread notes it, and begins at 0, meanwhile
            except CloudError as error:
                self._rest(error.seconds_to_wait)
            except OperationalError as error:
                log.warning("hints_not_read", cluster=self.cluster.name, error=str(error))
                self._rest(0)

    def _took(self, seconds: float) -> None:
        self._over.wait(self._share.take(seconds))

    def _rest(self, seconds: float) -> None:
        """The passes find out when the cloud is well again, and what has changed until then."""
        self._hints.forget()
        self._over.wait(max(seconds, settings.SYNC_RETRY_SECONDS))
        self._hints.forget()


def listen(over: threading.Event) -> None:
    """To all clusters that have a broker, also those that get one meanwhile, until `over`."""
    running: dict[int, tuple[tuple[Any, ...], Listening]] = {}
    while True:
        try:
            wanted = {} if over.is_set() else _wanted()
        except OperationalError as error:
            log.warning("brokers_not_read", error=str(error))
        else:
            _fit(running, wanted)
        if over.wait(LOOK_SECONDS):
            _fit(running, {})
            return


def _wanted() -> dict[int, NotificationBroker]:
    close_old_connections()
    rows = NotificationBroker.objects.defer("secret").select_related("cluster")
    rows = rows.filter(cluster__enabled=True, cluster__credential__isnull=False)
    return {broker.pk: broker for broker in rows}


def _fit(running: dict[int, tuple[tuple[Any, ...], Listening]], wanted: dict[int, NotificationBroker]) -> None:
    """Stop what is no longer wanted, has ended or is another one now; start what is missing."""
    ended = []
    for pk, (key, listening) in list(running.items()):
        if pk not in wanted or key != _key(wanted[pk]) or not listening.alive:
            listening.stop()
            ended.append(running.pop(pk)[1])
    for listening in ended:
        listening.join(2 * LONGEST_WAIT)
    for pk, broker in wanted.items():
        if pk not in running:
            running[pk] = _key(broker), Listening(broker)


def _key(broker: NotificationBroker) -> tuple[Any, ...]:
    """What a connection depends on, and reading what it tells of."""
    cluster = broker.cluster
    reached_by = cluster.auth_url, cluster.region, cluster.interface, cluster.verify_tls, cluster.ca_certificate
    return broker.changed_at, cluster.name, *reached_by
