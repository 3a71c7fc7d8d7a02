from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import sequence
from clusters.inventory import list_indexes, relation_indexes
from networking.items import NetworkingItem


class SubnetPool(NetworkingItem):
    """A Neutron subnet pool: prefixes out of which subnets are cut."""

    prefixes = models.JSONField(_("prefixes"), default=list)
    ip_version = models.PositiveIntegerField(_("IP version"), null=True)
    default_prefix_length = models.PositiveIntegerField(_("usual prefix length"), null=True)
    min_prefix_length = models.PositiveIntegerField(_("shortest prefix"), null=True)
    max_prefix_length = models.PositiveIntegerField(_("longest prefix"), null=True)
    default_quota = models.PositiveIntegerField(_("quota of a project"), null=True)
    address_scope_id = models.CharField(_("address scope"), max_length=64, blank=True)
    shared = models.BooleanField(_("shared"), default=False)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta(NetworkingItem.Meta):
        verbose_name = _("subnet pool")
        verbose_name_plural = _("subnet pools")
        indexes = [
            *list_indexes("subnetpool", "name", "project_id"),
            *relation_indexes("subnetpool", "address_scope_id"),
        ]

    def search_words(self) -> list[str]:
        return [*super().search_words(), *self.prefix_lines]

    @property
    def prefix_lines(self) -> list[str]:
        return [prefix for prefix in sequence(self.prefixes) if isinstance(prefix, str)]
