from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes, relation_indexes


class Pool(InventoryItem):
    """A storage pool of a back end, as Cinder's scheduler knows it. Sizes in GiB, None where the back end does not
    tell them: `usable` is the total without its reserve, `provisionable` what volumes may be promised altogether.
    `level` is "full" or "tight" when used or promised space runs out, as bars call it."""

    backend_name = models.CharField(_("back end"), max_length=255, blank=True)
    total = models.PositiveBigIntegerField(_("total"), null=True)
    free = models.PositiveBigIntegerField(_("free"), null=True)
    usable = models.PositiveBigIntegerField(_("usable"), null=True)
    allocated = models.PositiveBigIntegerField(_("allocated"), null=True)
    provisioned = models.PositiveBigIntegerField(_("provisioned"), null=True)
    provisionable = models.PositiveBigIntegerField(_("provisionable"), null=True)
    used_percent = models.PositiveIntegerField(_("used"), default=0)
    level = models.CharField(_("level"), max_length=10, blank=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("storage pool")
        verbose_name_plural = _("storage pools")
        indexes = [*list_indexes("pool", "name", "used_percent"), *relation_indexes("pool", "backend_name")]

    @property
    def used(self) -> int | None:
        return None if self.total is None or self.free is None else max(0, self.total - self.free)

    @property
    def oversubscription(self) -> str:
        """How many times over its space is promised, and how many times it may be."""
        if not self.total or self.provisioned is None:
            return ""
        allowed = self.data.get("max_over_subscription_ratio") if self.data.get("thin") else 1
        return f"{self.provisioned / self.total:.2f} / {allowed}"
