"""One change at a time per resource: whoever comes second is told who was first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import DatabaseError, IntegrityError, OperationalError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster

HOLD_SECONDS = 60

log = structlog.get_logger()


class Hold(models.Model):
    """Somebody is changing this resource. Lapses by itself when its process died."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+")
    cloud_id = models.CharField(max_length=255)
    what = models.CharField(max_length=100)
    username = models.CharField(max_length=150)
    operation = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        app_label = "clusters"
        constraints = [models.UniqueConstraint(fields=["cluster", "cloud_id"], name="one_hold_per_resource")]

    def __str__(self) -> str:
        return f"{self.what} on {self.cloud_id} by {self.username}"


class Held(Exception):
    """The resource is being changed by somebody else; `str()` says by whom and how."""


@contextmanager
def holding(cluster: Cluster, cloud_id: str, *, what: str, user, operation: UUID) -> Iterator[None]:
    """Have this resource for oneself. Raises `Held` at once when somebody else has it; an operation that is tried
    again after its worker died takes its own hold over."""
    hold = _take(cluster, cloud_id, what, user.get_username(), operation)
    try:
        yield
    finally:
        _release(hold)


def _take(cluster: Cluster, cloud_id: str, what: str, username: str, operation: UUID) -> Hold:
    now = timezone.now()
    hold = Hold(
        cluster=cluster,
        cloud_id=cloud_id,
        what=what,
        username=username,
        operation=operation,
        until=now + timedelta(seconds=HOLD_SECONDS),
    )
    others = Hold.objects.filter(cluster=cluster, cloud_id=cloud_id)
    try:
        others.filter(Q(until__lt=now) | Q(operation=operation)).delete()
        with transaction.atomic():
            hold.save(force_insert=True)
    except OperationalError:
        raise Held(_("The platform's database cannot be written, so nothing was done.")) from None
    except IntegrityError:
        other = others.first()
        raise Held(
            _("%(user)s is doing this to it now: %(what)s. Try again in a moment.")
            % {"user": other.username if other else _("Somebody"), "what": other.what if other else what}
        ) from None
    return hold


def _release(hold: Hold) -> None:
    """The cloud was asked by now, and that must be told: a hold that cannot be deleted lapses by itself."""
    try:
        Hold.objects.filter(pk=hold.pk).delete()
    except DatabaseError as error:
        log.warning("hold_not_released", what=hold.what, cloud_id=hold.cloud_id, error=type(error).__name__)
