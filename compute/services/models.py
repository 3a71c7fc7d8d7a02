from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class Service(InventoryItem):
    """A service of Nova on a host. `status` is enabled or disabled, `state` up or down; `updated_at` its last sign of
    life, if it is down."""

    state = models.CharField(_("state"), max_length=20, blank=True)
    binary = models.CharField(_("program"), max_length=100, blank=True)
    host = models.CharField(_("host"), max_length=255, blank=True)
    availability_zone = models.CharField(_("availability zone"), max_length=255, blank=True)
    disabled_reason = models.CharField(_("reason"), max_length=255, blank=True)
    forced_down = models.BooleanField(_("forced down"), default=False)

    class Meta(InventoryItem.Meta):
        verbose_name = _("compute service")
        verbose_name_plural = _("compute services")
        indexes = list_indexes("service", "name", "host")

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.host, self.binary]

    @property
    def computes(self) -> bool:
        """Whether servers run by it. Nova disables and forces down only these."""
        return self.binary == "nova-compute"
