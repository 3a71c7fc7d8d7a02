from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes, relation_indexes


class Transfer(InventoryItem):
    """A volume that is offered to another project, until somebody there accepts it. Its key is known only to whoever
    offered it."""

    volume_id = models.CharField(_("volume"), max_length=64, blank=True)
    with_snapshots = models.BooleanField(_("with snapshots"), default=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("volume transfer")
        verbose_name_plural = _("volume transfers")
        indexes = [
            *list_indexes("transfer", "name", "project_id", "created_at"),
            *relation_indexes("transfer", "volume_id"),
        ]
