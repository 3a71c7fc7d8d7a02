"""One change at a time per resource: whoever comes second is told who was first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from django.db import DatabaseError, IntegrityError, OperationalError, models, transaction
from django.db.models import Q
from django.utils import timezone

from clusters.sentences import gettext as _

LOCK_SECONDS = 60
LOG_IN = ""
"""No resource has this id: who holds it logs in to the cluster."""

log = structlog.get_logger()


class ResourceLock(models.Model):
    """Somebody is changing this resource. Lapses by itself when its process died."""

    cluster = models.ForeignKey("clusters.Cluster", models.CASCADE, related_name="+")
    cloud_id = models.CharField(max_length=255)
    what = models.CharField(max_length=100)
    username = models.CharField(max_length=150)
    operation = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        app_label = "clusters"
        constraints = [models.UniqueConstraint(fields=["cluster", "cloud_id"], name="one_lock_per_resource")]

    def __str__(self) -> str:
        return f"{self.what} on {self.cloud_id} by {self.username}"


class ResourceLocked(Exception):
    """The resource is being changed by somebody else; `str()` says by whom and how."""


@contextmanager
def resource_lock(cluster: models.Model, cloud_id: str, *, what: str, user, operation: UUID) -> Iterator[None]:
    """Have this resource for oneself. Raises `ResourceLocked` at once when somebody else has it; an operation
    that is tried again after its worker died takes its own lock over."""
    lock = _take(cluster, cloud_id, what, user.get_username(), operation)
    try:
        yield
    finally:
        release(lock)


def _take(cluster: models.Model, cloud_id: str, what: str, username: str, operation: UUID) -> ResourceLock:
    now = timezone.now()
    lock = ResourceLock(
        cluster=cluster,
        cloud_id=cloud_id,
        what=what,
        username=username,
        operation=operation,
        until=now + timedelta(seconds=LOCK_SECONDS),
    )
    others = ResourceLock.objects.filter(cluster=cluster, cloud_id=cloud_id)
    try:
        others.filter(Q(until__lt=now) | Q(operation=operation)).delete()
        with transaction.atomic():
            lock.save(force_insert=True)
    except OperationalError:
        raise ResourceLocked(_("The platform's database cannot be written, so nothing was done.")) from None
    except IntegrityError:
        other = others.first()
        raise ResourceLocked(
            _("%(user)s is doing this to it now: %(what)s. Try again in a moment.")
            % {"user": other.username if other else _("Somebody"), "what": other.what if other else what}
        ) from None
    return lock


def release_of_dead_worker(cluster_id: int | None, cloud_id: str, operation: UUID) -> None:
    """Free what the worker that died over this operation still has, once it is known what became of the operation:
    the next one who asks need not wait until it lapses."""
    _delete(ResourceLock.objects.filter(cluster=cluster_id, cloud_id=cloud_id, operation=operation), cloud_id)


def claim_log_in(cluster: models.Model, seconds: float) -> ResourceLock | None:
    """Be the only one of all processes that logs in to this cluster; None while another one does. Lapses after so many
    seconds, or with `release`."""
    now = timezone.now()
    mine = ResourceLock(
        cluster=cluster, cloud_id=LOG_IN, what="log-in", operation=uuid4(), until=now + timedelta(seconds=seconds)
    )
    try:
        ResourceLock.objects.filter(cluster=cluster, cloud_id=LOG_IN, until__lt=now).delete()
        with transaction.atomic():
            mine.save(force_insert=True)
    except (IntegrityError, OperationalError):  # another one's, or a database too busy for it now
        return None
    return mine


def release(lock: ResourceLock) -> None:
    """The cloud was asked by now, and that must be told: a lock that cannot be deleted lapses by itself."""
    _delete(ResourceLock.objects.filter(pk=lock.pk), lock.cloud_id)


def _delete(locks: models.QuerySet[ResourceLock], cloud_id: str) -> None:
    try:
        locks.delete()
    except DatabaseError as error:
        log.warning("lock_not_released", cloud_id=cloud_id, error=type(error).__name__)
