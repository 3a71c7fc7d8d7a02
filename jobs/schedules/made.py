"""Which snapshots a schedule made. What is not here, no schedule deletes."""

from django.db import models
from django.utils import timezone

from clusters.models import Cluster
from jobs.schedules.models import Schedule


class MadeSnapshot(models.Model):
    """One snapshot of one server. Written before the cloud is asked; `image_id` when the image is usable. The image
    bears `operation` among its properties, and only while it does is it taken for ours."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="snapshots")
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+")
    server_id = models.CharField(max_length=255)
    operation = models.UUIDField(unique=True)
    asked_at = models.DateTimeField(default=timezone.now)
    image_id = models.CharField(max_length=255, blank=True)

    class Meta:
        app_label = "jobs"
        indexes = [models.Index(fields=["schedule", "cluster", "server_id"], name="made_of_server")]

    def __str__(self) -> str:
        return f"{self.image_id or '–'} of {self.server_id}"
