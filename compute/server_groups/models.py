from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class ServerGroup(InventoryItem):
    """A Nova server group. `members` are the cloud ids of its servers, `size` how many they are."""

    policy = models.CharField(_("policy"), max_length=64, blank=True)
    size = models.PositiveIntegerField(_("servers"), default=0)
    members = models.JSONField(_("members"), default=list)

    class Meta(InventoryItem.Meta):
        verbose_name = _("server group")
        verbose_name_plural = _("server groups")
        indexes = list_indexes("servergroup", "name", "policy", "size", "project_id")

    @property
    def rule_lines(self) -> list[str]:
        rules = self.data.get("rules")
        return [f"{key}={value}" for key, value in sorted(rules.items())] if isinstance(rules, dict) else []
