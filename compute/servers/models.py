from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, SearchField, list_indexes


class Server(InventoryItem):
    """A Nova server. `addresses` is a list of {network, address, type, mac}; `flavor` the flavor's name."""

    host = models.CharField(_("host"), max_length=255, blank=True)
    flavor = models.CharField(_("flavor"), max_length=255, blank=True)
    image_id = models.CharField(_("image"), max_length=64, blank=True)
    availability_zone = models.CharField(_("availability zone"), max_length=255, blank=True)
    task_state = models.CharField(_("task"), max_length=64, blank=True)
    power_state = models.CharField(_("power"), max_length=20, blank=True)
    locked = models.BooleanField(_("locked"), default=False)
    addresses = models.JSONField(_("addresses"), default=list)
    search_text = SearchField()

    class Meta(InventoryItem.Meta):
        verbose_name = _("server")
        verbose_name_plural = _("servers")
        indexes = list_indexes("server", "name", "status", "flavor", "host", "project_id", "created_at", "search_text")

    def search_words(self) -> list[str]:
        numbers = [entry.get(key) for entry in self.addresses for key in ("address", "mac")]
        return [self.name, self.cloud_id, *filter(None, numbers)]

    @property
    def restless(self) -> bool:
        return bool(self.task_state) or self.status in ("BUILD", "HARD_REBOOT", "REBOOT", "MIGRATING", "RESIZE")

    @property
    def address_lines(self) -> list[str]:
        return [entry["address"] for entry in self.addresses]
