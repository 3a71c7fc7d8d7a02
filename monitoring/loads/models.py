from django.db import models

from clusters.models import Cluster


class WatchedServer(models.Model):
    """A server whose load is sampled, because somebody looked at it then."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+", db_index=False)
    cloud_id = models.CharField(max_length=255)
    looked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "cloud_id"], name="one_watch_per_server")]

    def __str__(self) -> str:
        return f"{self.cloud_id} of {self.cluster_id}"
