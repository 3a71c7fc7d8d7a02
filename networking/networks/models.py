from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class Network(InventoryItem):
    """A Neutron network. `subnets` the ids of its subnets."""

    network_type = models.CharField(_("type"), max_length=32, blank=True)
    segment = models.CharField(_("segment"), max_length=32, blank=True)
    external = models.BooleanField(_("external"), default=False)
    shared = models.BooleanField(_("shared"), default=False)
    mtu = models.PositiveIntegerField(_("MTU"), null=True)
    subnets = models.JSONField(_("subnets"), default=list)

    class Meta(InventoryItem.Meta):
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        indexes = list_indexes("network", "name", "status", "network_type", "project_id")

    def search_words(self) -> list[str]:
        return [*super().search_words(), *(subnet for subnet in self.subnets if isinstance(subnet, str))]
