"""Which copies a schedule made. What is not here, no schedule deletes."""

from django.db import models
from django.utils import timezone

from clusters.models import Cluster
from jobs.schedules.models import Schedule


class MadeCopy(models.Model):
    """One copy of one resource. Written before the cloud is asked; `copy_id` once the cloud tells of it, `copy_type`
    is its type. The copy bears `operation` as its mark, and only while it does is it taken for ours."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="copies")
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+")
    source_id = models.CharField(max_length=255)
    copy_type = models.CharField(max_length=60, default="compute.image")
    operation = models.UUIDField(unique=True)
    asked_at = models.DateTimeField(default=timezone.now)
    copy_id = models.CharField(max_length=255, blank=True)

    class Meta:
        app_label = "jobs"
        indexes = [models.Index(fields=["schedule", "cluster", "source_id"], name="made_of_source")]

    def __str__(self) -> str:
        return f"{self.copy_id or '–'} of {self.source_id}"
