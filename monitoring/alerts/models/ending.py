"""What of a cluster stops working on a day that is known."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster


class Ending(models.Model):
    """Looked up once an hour by `monitoring.alerts.endings`."""

    class What(models.TextChoices):
        CERTIFICATE = "certificate", _("certificate")
        CREDENTIAL = "credential", _("credential")

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+")
    what = models.CharField(max_length=20, choices=What.choices)
    ends_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "what"], name="one_ending_of_each")]

    def __str__(self) -> str:
        return f"{self.what} of {self.cluster_id}"
