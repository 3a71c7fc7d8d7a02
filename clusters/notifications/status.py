"""How the listener fares with each cluster: noted by it, told at every door."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import OperationalError
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.notifications.errors import STANDBY, BrokerError, sentence
from clusters.notifications.models import NotificationBroker

# It is noted this often at most, and a listener that gave no sign for so long does not run.
NOTE_SECONDS, SILENT_SECONDS = 5, 60

log = structlog.get_logger()


@dataclass
class Status:
    """Of one cluster, in the listener's memory until it is written."""

    broker_pk: int
    heard: int = 0
    rows_read: int = 0
    heard_at: datetime | None = None
    _noted: float = field(default=0.0)

    def came(self) -> None:
        self.heard += 1
        self.heard_at = timezone.now()

    def connected(self) -> None:
        self._write(connected_at=timezone.now(), error_code="", error_detail="")

    def missing(self, exchanges: str) -> None:
        self._write(error_code="no_exchange" if exchanges else "", error_detail=exchanges)

    def failed(self, error: BrokerError) -> None:
        """Of who only stands by the other one tells."""
        log.info("notifications_failed", broker=self.broker_pk, code=error.code, detail=error.detail)
        if error.code != STANDBY:
            self._write(connected_at=None, error_code=error.code, error_detail=error.detail)

    def note(self) -> None:
        """Now and then, that all is well."""
        if time.monotonic() - self._noted >= NOTE_SECONDS:
            self._write()

    def _write(self, **facts: Any) -> None:
        self._noted = time.monotonic()
        heard, rows_read = self.heard, self.rows_read
        counted = {"heard": F("heard") + heard, "rows_read": F("rows_read") + rows_read}
        if self.heard_at:
            facts["heard_at"] = self.heard_at
        try:
            NotificationBroker.objects.filter(pk=self.broker_pk).update(seen_at=timezone.now(), **counted, **facts)
        except OperationalError as error:
            log.warning("notifications_not_noted", broker=self.broker_pk, error=str(error))
            return
        self.heard -= heard
        self.rows_read -= rows_read


def is_heard(broker: NotificationBroker) -> bool:
    """Whether a listener is connected to it."""
    alive = broker.seen_at is not None and timezone.now() - broker.seen_at < timedelta(seconds=SILENT_SECONDS)
    return alive and broker.connected_at is not None


def told(broker: NotificationBroker) -> str:
    """In one sentence, for people."""
    if not broker.cluster.enabled:
        return _("Not listened to: the cluster is disabled.")
    if broker.seen_at is None or timezone.now() - broker.seen_at >= timedelta(seconds=SILENT_SECONDS):
        return _("Nobody listens: start “manage.py listen”, or “manage.py up” anew.")
    if broker.error_code:
        return sentence(broker.error_code, broker.error_detail, broker.cluster.name)
    if broker.connected_at is None:
        return _("Connecting.")
    if broker.heard_at is None:
        return _("Connected; no notification has come yet.")
    return _("Connected; the last notification came at %(time)s.") % {
        "time": date_format(timezone.localtime(broker.heard_at), "Y-m-d H:i:s")
    }


def of_cluster(cluster: Any) -> NotificationBroker | None:
    """Without its secret."""
    return NotificationBroker.objects.defer("secret").select_related("cluster").filter(cluster=cluster).first()
