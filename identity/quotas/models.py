from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, filter_indexes, list_indexes
from identity import quota_words as words
from opsys.kit.lists.shares import Share


class Quota(InventoryItem):
    """One quota of one project; its name is the service's word. Of `limit` -1 there is no end. `used` holds what was
    asked for and is not there yet. `fullness` is a thousandth of the limit, so that lists sort by it."""

    service = models.CharField(_("service"), max_length=32, blank=True)
    limit = models.BigIntegerField(_("limit"), default=-1)
    used = models.BigIntegerField(_("used"), default=0)
    fullness = models.BigIntegerField(_("fullness"), default=0)

    class Meta(InventoryItem.Meta):
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        indexes = [
            *list_indexes("quota", "name", "project_id", "fullness"),
            *filter_indexes("quota", "service", "name"),
        ]

    @property
    def label(self) -> str:
        return words.label_of(self.name)

    @property
    def share(self) -> Share | None:
        return Share(self.used, self.limit, words.UNITS.get(self.name, "")) if self.limit > 0 else None

    @property
    def limit_text(self) -> str:
        return str(_("no limit")) if self.limit < 0 else str(self.limit)
