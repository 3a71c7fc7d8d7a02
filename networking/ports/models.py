from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping, sequence
from clusters.inventory import InventoryItem, filter_indexes, list_indexes
from networking.references import reference_indexes

ROUTER_OWNERS = ("network:router_", "network:ha_router_")
"""How the owners of ports begin whose device is a router."""


class Port(InventoryItem):
    """A Neutron port. `fixed_ips` are objects of `subnet_id` and `ip_address`; `device_owner` says what kind of thing
    `device_id` is."""

    network_id = models.CharField(_("network"), max_length=64, blank=True)
    device_id = models.CharField(_("device"), max_length=255, blank=True)
    device_owner = models.CharField(_("held by"), max_length=255, blank=True)
    mac_address = models.CharField(_("MAC address"), max_length=32, blank=True)
    fixed_ips = models.JSONField(_("addresses"), default=list)
    subnet_ids = models.JSONField(_("subnets"), default=list)
    security_group_ids = models.JSONField(_("security groups"), default=list)
    port_security = models.BooleanField(_("port security"), default=True)
    admin_state_up = models.BooleanField(_("administratively up"), default=True)
    vnic_type = models.CharField(_("VNIC type"), max_length=64, blank=True)
    host = models.CharField(_("host"), max_length=255, blank=True)
    qos_policy_id = models.CharField(_("QoS policy"), max_length=64, blank=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("port")
        verbose_name_plural = _("ports")
        indexes = [
            *list_indexes("port", "name", "status", "project_id", "mac_address"),
            *filter_indexes("port", "network_id"),
            *reference_indexes("port", "network_id", "device_id", "qos_policy_id"),
        ]

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.mac_address, *self.addresses, self.device_id]

    def __str__(self) -> str:
        return self.name or (self.addresses or [self.cloud_id])[0]

    @property
    def addresses(self) -> list[str]:
        found = (mapping(entry).get("ip_address") for entry in sequence(self.fixed_ips))
        return [address for address in found if isinstance(address, str) and address]

    @property
    def server_id(self) -> str:
        return self.device_id if self.device_owner.startswith("compute:") else ""

    @property
    def router_id(self) -> str:
        return self.device_id if self.device_owner.startswith(ROUTER_OWNERS) else ""

    @property
    def pairs(self) -> list[dict[str, str]]:
        found = (mapping(pair) for pair in sequence(self.data.get("allowed_address_pairs")))
        return [{name: str(pair.get(name) or "") for name in ("ip_address", "mac_address")} for pair in found]

    @property
    def pair_lines(self) -> list[str]:
        return [f"{pair['ip_address']} {pair['mac_address']}".strip() for pair in self.pairs]

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")
