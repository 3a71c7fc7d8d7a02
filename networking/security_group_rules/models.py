from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes
from networking.references import reference_indexes


class SecurityGroupRule(InventoryItem):
    """A rule of a security group. Its name says what it allows. Of ICMP the range is type and code."""

    security_group_id = models.CharField(_("security group"), max_length=64, blank=True)
    direction = models.CharField(_("direction"), max_length=16, blank=True)
    ethertype = models.CharField(_("IP version"), max_length=16, blank=True)
    protocol = models.CharField(_("protocol"), max_length=64, blank=True)
    port_range_min = models.PositiveIntegerField(_("first port"), null=True)
    port_range_max = models.PositiveIntegerField(_("last port"), null=True)
    remote_ip_prefix = models.CharField(_("remote prefix"), max_length=64, blank=True)
    remote_group_id = models.CharField(_("remote group"), max_length=64, blank=True)
    remote_address_group_id = models.CharField(_("remote address group"), max_length=64, blank=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("security group rule")
        verbose_name_plural = _("security group rules")
        indexes = [
            *list_indexes("sgrule", "name", "project_id", "port_range_min"),
            *reference_indexes("sgrule", "security_group_id", "remote_group_id", "remote_address_group_id"),
        ]

    @property
    def ports(self) -> str:
        first, last = self.port_range_min, self.port_range_max
        if first is None:
            return ""
        return str(first) if last in (None, first) else f"{first}–{last}"

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")
