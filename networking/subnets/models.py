from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping, sequence
from clusters.inventory import InventoryItem, list_indexes
from networking.references import reference_indexes
from opsys.kit.lists.shares import Share


class Subnet(InventoryItem):
    """A Neutron subnet. `used_addresses` of `total_addresses` are those of its allocation pools, as far as the cloud
    tells; a total that no column holds, as of most IPv6 subnets, is unknown."""

    network_id = models.CharField(_("network"), max_length=64, blank=True)
    subnetpool_id = models.CharField(_("subnet pool"), max_length=64, blank=True)
    cidr = models.CharField(_("CIDR"), max_length=64, blank=True)
    ip_version = models.PositiveIntegerField(_("IP version"), null=True)
    gateway_ip = models.CharField(_("gateway"), max_length=64, blank=True)
    enable_dhcp = models.BooleanField(_("DHCP"), default=False)
    used_addresses = models.PositiveBigIntegerField(_("used addresses"), null=True)
    total_addresses = models.PositiveBigIntegerField(_("addresses"), null=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("subnet")
        verbose_name_plural = _("subnets")
        indexes = [
            *list_indexes("subnet", "name", "cidr", "project_id"),
            *reference_indexes("subnet", "network_id", "subnetpool_id"),
        ]

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.cidr, self.gateway_ip]

    def __str__(self) -> str:
        return self.name or self.cidr or self.cloud_id

    @property
    def share(self) -> Share | None:
        return Share(self.used_addresses or 0, self.total_addresses) if self.total_addresses else None

    @property
    def free_addresses(self) -> int | None:
        if self.total_addresses is None or self.used_addresses is None:
            return None
        return max(0, self.total_addresses - self.used_addresses)

    @property
    def pools(self) -> list[dict[str, str]]:
        found = (mapping(pool) for pool in sequence(self.data.get("allocation_pools")))
        return [{"start": str(pool.get("start") or ""), "end": str(pool.get("end") or "")} for pool in found]

    @property
    def pool_lines(self) -> list[str]:
        return [f"{pool['start']}-{pool['end']}" for pool in self.pools]

    @property
    def routes(self) -> list[dict[str, str]]:
        found = (mapping(route) for route in sequence(self.data.get("host_routes")))
        return [{name: str(route.get(name) or "") for name in ("destination", "nexthop")} for route in found]

    @property
    def route_lines(self) -> list[str]:
        return [f"{route['destination']} via {route['nexthop']}" for route in self.routes]

    @property
    def dns_servers(self) -> list[str]:
        return [str(server) for server in sequence(self.data.get("dns_nameservers"))]

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")
