from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping, sequence
from clusters.inventory import list_indexes
from networking.items import NetworkingItem


class QosPolicy(NetworkingItem):
    """A Neutron QoS policy. `rules` are objects of `id`, `type` and what the type has: limits, marks, directions."""

    rules = models.JSONField(_("rules"), default=list)
    shared = models.BooleanField(_("shared"), default=False)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta(NetworkingItem.Meta):
        verbose_name = _("QoS policy")
        verbose_name_plural = _("QoS policies")
        indexes = list_indexes("qospolicy", "name", "project_id")

    @property
    def rule_list(self) -> list[dict[str, str]]:
        """Each rule's values as texts, those it does not have as ""."""
        names = ("id", "type", "direction", "max_kbps", "max_burst_kbps", "min_kbps", "dscp_mark")
        names += ("max_kpps", "max_burst_kpps", "min_kpps")
        found = map(mapping, sequence(self.rules))
        return [{name: str(rule[name]) if rule.get(name) is not None else "" for name in names} for rule in found]

    @property
    def rule_lines(self) -> list[str]:
        """In no language, as the command line takes them: "bandwidth_limit egress max_kbps=1000"."""
        lines = []
        for rule in self.rule_list:
            values = [f"{name}={value}" for name, value in rule.items() if value and name not in SAID_FIRST]
            lines.append(" ".join(filter(None, [rule["type"], rule["direction"], *values])))
        return lines


SAID_FIRST = ("id", "type", "direction")
