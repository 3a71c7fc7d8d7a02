from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class Flavor(InventoryItem):
    """A Nova flavor. `ram` and `swap` in MiB, `disk` and `ephemeral` in GiB."""

    vcpus = models.PositiveIntegerField(_("vCPUs"), default=0)
    ram = models.PositiveIntegerField(_("memory"), default=0)
    disk = models.PositiveIntegerField(_("disk"), default=0)
    ephemeral = models.PositiveIntegerField(_("ephemeral disk"), default=0)
    swap = models.PositiveIntegerField(_("swap"), default=0)
    public = models.BooleanField(_("public"), default=True)
    disabled = models.BooleanField(_("disabled"), default=False)

    for_all_projects = models.Q(public=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("flavor")
        verbose_name_plural = _("flavors")
        indexes = list_indexes("flavor", "name", "vcpus", "ram", "disk")

    @property
    def extra_specs(self) -> dict[str, str]:
        """What Nova's scheduler and drivers look at."""
        found = self.data.get("extra_specs")
        return found if isinstance(found, dict) else {}

    @property
    def extra_spec_lines(self) -> list[str]:
        return [f"{key}={value}" for key, value in sorted(self.extra_specs.items())]
