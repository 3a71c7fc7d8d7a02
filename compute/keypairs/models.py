from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class Keypair(InventoryItem):
    """A Nova key pair. It belongs to a user and not to a project; `own` are those of the user the platform acts as,
    which are the ones a server can be created with here."""

    user_id = models.CharField(_("user"), max_length=64, blank=True)
    type = models.CharField(_("type"), max_length=16, blank=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=255, blank=True)
    own = models.BooleanField(_("of the platform's user"), default=False)

    class Meta(InventoryItem.Meta):
        verbose_name = _("key pair")
        verbose_name_plural = _("key pairs")
        indexes = list_indexes("keypair", "name", "user_id")

    def search_words(self) -> list[str]:
        return [self.name, self.fingerprint, self.user_id]
