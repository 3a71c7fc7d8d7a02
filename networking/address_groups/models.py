from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import sequence
from clusters.inventory import list_indexes
from networking.items import NetworkingItem


class AddressGroup(NetworkingItem):
    """A Neutron address group: prefixes that rules of security groups name together."""

    addresses = models.JSONField(_("addresses"), default=list)

    class Meta(NetworkingItem.Meta):
        verbose_name = _("address group")
        verbose_name_plural = _("address groups")
        indexes = list_indexes("addressgroup", "name", "project_id")

    def search_words(self) -> list[str]:
        return [*super().search_words(), *self.address_lines]

    @property
    def address_lines(self) -> list[str]:
        return [address for address in sequence(self.addresses) if isinstance(address, str)]
