from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class Volume(InventoryItem):
    """A Cinder volume. `size` in GiB; `attached_to` the cloud ids of the servers it is attached to."""

    size = models.PositiveIntegerField(_("size"), default=0)
    volume_type = models.CharField(_("type"), max_length=255, blank=True)
    bootable = models.BooleanField(_("bootable"), default=False)
    attached_to = models.JSONField(_("attached to"), default=list)

    class Meta(InventoryItem.Meta):
        verbose_name = _("volume")
        verbose_name_plural = _("volumes")
        indexes = list_indexes("volume", "name", "status", "size", "volume_type", "project_id", "created_at")

    def search_words(self) -> list[str]:
        return [*super().search_words(), *filter(None, self.attached_to)]

    @property
    def transitional(self) -> bool:
        return self.status.endswith("ing")
