from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.encrypted import EncryptedTextField
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


class PrometheusSource(models.Model):
    """Where the loads of a cluster's servers come from instead of Nova. The series of `exporter` carry a label that
    holds what Nova knows a server by: `label` and `names` say which, empty for what the exporter is known for."""

    class Exporter(models.TextChoices):
        LIBVIRT = "libvirt", _("libvirt exporter")
        NODE = "node", _("node exporter")

    class Names(models.TextChoices):
        INSTANCE_NAME = "instance_name", _("name in libvirt (instance-0000002a)")
        ID = "id", _("ID of the server")
        NAME = "name", _("name of the server")
        ADDRESS = "address", _("an address of the server")

    cluster = models.OneToOneField(Cluster, models.CASCADE, related_name="+", verbose_name=_("cluster"))
    url = models.CharField(
        _("address"), max_length=500, help_text=_("For example https://prometheus.example.com:9090")
    )
    token = EncryptedTextField(_("token"), blank=True, default="")
    exporter = models.CharField(_("exporter"), max_length=20, choices=Exporter.choices, default=Exporter.LIBVIRT)
    label = models.CharField(
        _("label"), max_length=100, blank=True, help_text=_("Empty: domain for libvirt, instance for node exporters.")
    )
    names = models.CharField(
        _("its value"),
        max_length=20,
        choices=Names.choices,
        blank=True,
        help_text=_("Empty: the name in libvirt, or an address. A port behind it does not matter."),
    )
    error = models.CharField(_("last error"), max_length=500, blank=True, editable=False)

    class Meta:
        ordering = ["cluster"]
        verbose_name = _("Prometheus of a cluster")
        verbose_name_plural = _("Prometheus servers")

    def __str__(self) -> str:
        return f"{self.cluster}: {self.url}"
