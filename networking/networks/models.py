from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes
from networking.references import reference_indexes


class Network(InventoryItem):
    """A Neutron network. `subnets` the ids of its subnets."""

    network_type = models.CharField(_("type"), max_length=32, blank=True)
    segment = models.CharField(_("segment"), max_length=32, blank=True)
    external = models.BooleanField(_("external"), default=False)
    shared = models.BooleanField(_("shared"), default=False)
    admin_state_up = models.BooleanField(_("administratively up"), default=True)
    port_security = models.BooleanField(_("port security"), default=True)
    mtu = models.PositiveIntegerField(_("MTU"), null=True)
    qos_policy_id = models.CharField(_("QoS policy"), max_length=64, blank=True)
    subnets = models.JSONField(_("subnets"), default=list)

    for_all_projects = models.Q(external=True) | models.Q(shared=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        indexes = [
            *list_indexes("network", "name", "status", "network_type", "project_id"),
            *reference_indexes("network", "qos_policy_id"),
        ]

    def search_words(self) -> list[str]:
        return [*super().search_words(), *(subnet for subnet in self.subnets if isinstance(subnet, str))]

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")
