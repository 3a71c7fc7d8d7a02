from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import list_indexes
from networking.items import NetworkingItem


class AddressScope(NetworkingItem):
    """A Neutron address scope: subnet pools whose addresses do not overlap, so that they are routed without NAT."""

    ip_version = models.PositiveIntegerField(_("IP version"), null=True)
    shared = models.BooleanField(_("shared"), default=False)

    class Meta(NetworkingItem.Meta):
        verbose_name = _("address scope")
        verbose_name_plural = _("address scopes")
        indexes = list_indexes("addressscope", "name", "project_id")
