from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping
from clusters.inventory import list_indexes
from networking.items import NetworkingItem

L3, DHCP = "L3 agent", "DHCP agent"


class NetworkAgent(NetworkingItem):
    """A Neutron agent; its name is the host it runs on. Its status is UP while it reports, and DOWN after. When it
    last did is not kept: the row would change with every reading."""

    agent_type = models.CharField(_("type"), max_length=64, blank=True)
    binary = models.CharField(_("program"), max_length=255, blank=True)
    availability_zone = models.CharField(_("availability zone"), max_length=255, blank=True)
    admin_state_up = models.BooleanField(_("enabled"), default=True)

    class Meta(NetworkingItem.Meta):
        verbose_name = _("network agent")
        verbose_name_plural = _("network agents")
        indexes = list_indexes("networkagent", "name", "status", "agent_type")

    def __str__(self) -> str:
        return f"{self.agent_type} · {self.name}" if self.agent_type else super().__str__()

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.agent_type, self.binary]

    @property
    def alive(self) -> bool:
        return self.status == "UP"

    @property
    def configurations(self) -> list[str]:
        """What it was set up with, a setting a line."""
        found = mapping(self.data.get("configurations"))
        return [f"{name}={value}" for name, value in found.items() if isinstance(value, str | int | bool)]
