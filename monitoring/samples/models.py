from django.db import models

from clusters.models import Cluster


class Series(models.Model):
    """One figure of one subject: `kind` and `subject` are a type's name and a cloud id, both "" for the cluster."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    metric = models.CharField(max_length=80)
    since = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cluster", "kind", "subject", "metric"], name="one_series_per_figure")
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.subject, self.metric)))


class Frame(models.Model):
    """Several series of a cluster at one moment, in seconds since 1970: the cluster's own, or (`wide`) those of what
    is in it. `data` is `packing.pack_frame`'s."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+", db_index=False)
    wide = models.BooleanField()
    at = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["cluster", "wide", "at"], name="frame_of_cluster"),
            models.Index(fields=["at"], name="frame_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.cluster_id} at {self.at}"


class Block(models.Model):
    """One series for a while from `start` on, a value every `step` seconds, `count` of them. `data` is
    `packing.pack`'s; `last` what its last value was, so that more can be put behind it without reading it."""

    pk = models.CompositePrimaryKey("series_id", "step", "start")
    series = models.ForeignKey(Series, models.CASCADE, related_name="+", db_index=False)
    step = models.PositiveSmallIntegerField()
    start = models.PositiveIntegerField()
    count = models.PositiveSmallIntegerField()
    last = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["step", "start"], name="block_by_age")]

    def __str__(self) -> str:
        return f"{self.series_id} from {self.start} every {self.step}"


class Thinned(models.Model):
    """Until when the frames of a cluster have been turned into blocks."""

    cluster = models.OneToOneField(Cluster, models.CASCADE, primary_key=True, related_name="+")
    until = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.cluster_id} until {self.until}"
