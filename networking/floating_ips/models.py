from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes
from networking.references import reference_indexes


class FloatingIp(InventoryItem):
    """A Neutron floating IP; its name is its address. It leads to `fixed_address` of a port, or nowhere."""

    network_id = models.CharField(_("external network"), max_length=64, blank=True)
    router_id = models.CharField(_("router"), max_length=64, blank=True)
    port_id = models.CharField(_("port"), max_length=64, blank=True)
    fixed_address = models.CharField(_("leads to"), max_length=64, blank=True)
    qos_policy_id = models.CharField(_("QoS policy"), max_length=64, blank=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("floating IP")
        verbose_name_plural = _("floating IPs")
        indexes = [
            *list_indexes("floatingip", "name", "status", "project_id"),
            *reference_indexes("floatingip", "network_id", "router_id", "port_id", "qos_policy_id"),
        ]

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.fixed_address, self.text("description")]

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")
