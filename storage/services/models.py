from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class VolumeService(InventoryItem):
    """A service of Cinder on a host; a cinder-volume's is HOST@BACKEND. `status` is enabled or disabled, `state` up or
    down; `updated_at` its last sign of life, if it is down. Cinder gives it no id, so it is known by both names."""

    state = models.CharField(_("state"), max_length=20, blank=True)
    binary = models.CharField(_("program"), max_length=100, blank=True)
    host = models.CharField(_("host"), max_length=255, blank=True)
    availability_zone = models.CharField(_("availability zone"), max_length=255, blank=True)
    disabled_reason = models.CharField(_("reason"), max_length=255, blank=True)
    backend_state = models.CharField(_("back end"), max_length=20, blank=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("volume service")
        verbose_name_plural = _("volume services")
        indexes = list_indexes("volumeservice", "name", "host")

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.host, self.binary]
