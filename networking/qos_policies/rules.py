"""The types of rules that a QoS policy may have."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class RuleType:
    """`value` and `burst` are what Neutron calls them; a rule without `direction` goes both ways."""

    name: str
    label: Any
    value: str
    burst: str = ""
    direction: bool = True
    least: int = 0
    most: int = 2**31 - 1

    @property
    def path(self) -> str:
        return f"{self.name}_rules"

    @property
    def key(self) -> str:
        return f"{self.name}_rule"

    @property
    def command(self) -> str:
        return self.name.replace("_", "-")


TYPES = {
    kind.name: kind
    for kind in (
        RuleType("bandwidth_limit", _("Bandwidth limit (kbit/s)"), "max_kbps", "max_burst_kbps"),
        RuleType("minimum_bandwidth", _("Guaranteed bandwidth (kbit/s)"), "min_kbps"),
        RuleType("dscp_marking", _("DSCP mark"), "dscp_mark", direction=False, most=56),
        RuleType("packet_rate_limit", _("Packet rate limit (kpps)"), "max_kpps", "max_burst_kpps"),
        RuleType("minimum_packet_rate", _("Guaranteed packet rate (kpps)"), "min_kpps"),
    )
}
DSCP_MARKS = (0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 44, 46, 48, 56)
