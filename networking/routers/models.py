from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes
from networking.references import reference_indexes


class Router(InventoryItem):
    """A Neutron router. `external_addresses` are its own ones on the external network, `routes` objects of
    `destination` and `nexthop`."""

    external_network_id = models.CharField(_("external network"), max_length=64, blank=True)
    external_addresses = models.JSONField(_("external addresses"), default=list)
    snat = models.BooleanField(_("SNAT"), default=False)
    ha = models.BooleanField(_("highly available"), default=False)
    distributed = models.BooleanField(_("distributed"), default=False)
    admin_state_up = models.BooleanField(_("administratively up"), default=True)
    routes = models.JSONField(_("static routes"), default=list)

    class Meta(InventoryItem.Meta):
        verbose_name = _("router")
        verbose_name_plural = _("routers")
        indexes = [
            *list_indexes("router", "name", "status", "project_id"),
            *reference_indexes("router", "external_network_id"),
        ]

    def search_words(self) -> list[str]:
        return [*super().search_words(), *(address for address in self.external_addresses if isinstance(address, str))]

    @property
    def route_lines(self) -> list[str]:
        return [f"{route.get('destination')} via {route.get('nexthop')}" for route in self.routes]

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")
