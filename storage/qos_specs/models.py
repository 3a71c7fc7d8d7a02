from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping
from clusters.inventory import InventoryItem, list_indexes


class QosSpec(InventoryItem):
    """Limits that Cinder hands with a volume: to the compute host ("front-end"), the storage ("back-end") or both."""

    consumer = models.CharField(_("consumer"), max_length=20, blank=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("QoS specification")
        verbose_name_plural = _("QoS specifications")
        indexes = list_indexes("qosspec", "name")

    @property
    def specs(self) -> dict[str, str]:
        found = mapping(self.data.get("specs")).items()
        return {key: text for key, text in sorted(found) if isinstance(text, str)}

    @property
    def spec_lines(self) -> list[str]:
        return [f"{key}={value}" for key, value in self.specs.items()]
