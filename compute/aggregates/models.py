from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class Aggregate(InventoryItem):
    """A group of hosts in Nova. With an `availability_zone` it is that zone. `hosts` are names of hosts; `metadata`
    is without the zone, which Nova also keeps there."""

    availability_zone = models.CharField(_("availability zone"), max_length=255, blank=True)
    hosts = models.JSONField(_("hosts"), default=list)
    metadata = models.JSONField(_("metadata"), default=dict)

    class Meta(InventoryItem.Meta):
        verbose_name = _("host aggregate")
        verbose_name_plural = _("host aggregates")
        indexes = list_indexes("aggregate", "name")

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.availability_zone]

    @property
    def metadata_lines(self) -> list[str]:
        return [f"{key}={value}" for key, value in sorted(self.metadata.items())]
