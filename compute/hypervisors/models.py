from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class Hypervisor(InventoryItem):
    """A Nova hypervisor with its compute service. `status` is enabled or disabled, `state` up or down; `host` what
    servers call it. Of what it offers `…_total` is what may be given away (allocation ratio included), `…_used`
    what is: memory in MiB, disk in GiB. `aggregates` are names."""

    state = models.CharField(_("state"), max_length=20, blank=True)
    host = models.CharField(_("host"), max_length=255, blank=True)
    service_id = models.CharField(_("service"), max_length=64, blank=True)
    disabled_reason = models.CharField(_("reason"), max_length=255, blank=True)
    forced_down = models.BooleanField(_("forced down"), default=False)
    availability_zone = models.CharField(_("availability zone"), max_length=255, blank=True)
    aggregates = models.JSONField(_("aggregates"), default=list)
    hypervisor_type = models.CharField(_("type"), max_length=64, blank=True)
    host_ip = models.CharField(_("address"), max_length=64, blank=True)
    servers = models.PositiveIntegerField(_("servers"), null=True)
    vcpus_used = models.PositiveIntegerField(default=0)
    vcpus_total = models.PositiveIntegerField(default=0)
    vcpus_percent = models.PositiveIntegerField(null=True)
    memory_used = models.PositiveIntegerField(default=0)
    memory_total = models.PositiveIntegerField(default=0)
    memory_percent = models.PositiveIntegerField(null=True)
    disk_used = models.PositiveIntegerField(default=0)
    disk_total = models.PositiveIntegerField(default=0)
    disk_percent = models.PositiveIntegerField(null=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("hypervisor")
        verbose_name_plural = _("hypervisors")
        indexes = list_indexes("hypervisor", "name", "host")

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.host, self.host_ip]
