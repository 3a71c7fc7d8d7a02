"""How many items of all jobs may be asked of one cluster at a time, whatever number of workers and jobs there is."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from clusters.models import Cluster

LEASE_SECONDS = 12
"""A slot whose worker gives no sign of life for so long is free again."""


class Slot(models.Model):
    """The right to ask one cluster one thing at a time."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    holder = models.CharField(max_length=60)
    until = models.DateTimeField()

    class Meta:
        app_label = "jobs"
        constraints = [models.UniqueConstraint(fields=["cluster", "number"], name="one_holder_per_slot")]

    def __str__(self) -> str:
        return f"{self.number} of {self.cluster_id} held by {self.holder}"


def take(cluster_id: int, holder: str) -> Slot | None:
    """A free slot of the cluster, None when all are taken."""
    now = timezone.now()
    until = now + timedelta(seconds=LEASE_SECONDS)
    held = {slot.number: slot for slot in Slot.objects.filter(cluster_id=cluster_id)}
    for number in range(max(1, settings.JOB_ITEMS_PER_CLUSTER)):
        slot = held.get(number)
        if slot is None:
            try:
                with transaction.atomic():
                    return Slot.objects.create(cluster_id=cluster_id, number=number, holder=holder, until=until)
            except IntegrityError:
                continue  # somebody was quicker
        lapsed = Slot.objects.filter(pk=slot.pk, until__lt=now)
        if slot.until < now and lapsed.update(holder=holder, until=until):
            slot.holder, slot.until = holder, until
            return slot
    return None


def keep(holder: str) -> None:
    """All slots of this holder stay taken."""
    Slot.objects.filter(holder=holder).update(until=timezone.now() + timedelta(seconds=LEASE_SECONDS))


def free(slot: Slot) -> None:
    Slot.objects.filter(pk=slot.pk, holder=slot.holder).delete()
