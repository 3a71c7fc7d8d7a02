from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping
from clusters.inventory import InventoryItem, list_indexes, relation_indexes


class VolumeType(InventoryItem):
    """A Cinder volume type. `backend_name` is what its extra specs demand of a pool, "" where any will do."""

    public = models.BooleanField(_("public"), default=True)
    backend_name = models.CharField(_("back end"), max_length=255, blank=True)
    qos_id = models.CharField(_("QoS specification"), max_length=64, blank=True)

    for_all_projects = models.Q(public=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("volume type")
        verbose_name_plural = _("volume types")
        indexes = [*list_indexes("volumetype", "name"), *relation_indexes("volumetype", "qos_id", "backend_name")]

    @property
    def extra_specs(self) -> dict[str, str]:
        """What Cinder's scheduler and drivers look at."""
        found = mapping(self.data.get("extra_specs")).items()
        return {key: text for key, text in sorted(found) if isinstance(text, str)}

    @property
    def extra_spec_lines(self) -> list[str]:
        return [f"{key}={value}" for key, value in self.extra_specs.items()]

    @property
    def description(self) -> str:
        return str(self.data.get("description") or "")
