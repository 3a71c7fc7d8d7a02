"""What a rule of a security group can say, for the groups and for their rules: protocols, presets, and the checks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from clusters.sentences import gettext as _
from networking import addresses
from networking.fields import PrefixField
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm

WITH_PORTS = ("tcp", "udp", "sctp", "dccp", "udplite", "6", "17", "33", "132", "136")
ICMP = ("icmp", "1", "icmpv6", "ipv6-icmp", "58")
PROTOCOLS = (
    *("tcp", "udp", "icmp", "ipv6-icmp", "ah", "dccp", "egp", "esp", "gre", "igmp", "ipip", "ipv6-encap"),
    *("ipv6-frag", "ipv6-nonxt", "ipv6-opts", "ipv6-route", "ospf", "pgm", "rsvp", "sctp", "udplite", "vrrp"),
)
ONLY_IPV6 = ("ipv6-icmp", "icmpv6", "58", "ipv6-encap", "ipv6-frag", "ipv6-nonxt", "ipv6-opts", "ipv6-route")

PRESETS: dict[str, tuple[Any, list[dict[str, Any]]]] = {
    "ssh": ("SSH (22)", [{"protocol": "tcp", "port_range_min": 22, "port_range_max": 22}]),
    "rdp": ("RDP (3389)", [{"protocol": "tcp", "port_range_min": 3389, "port_range_max": 3389}]),
    "http": ("HTTP (80)", [{"protocol": "tcp", "port_range_min": 80, "port_range_max": 80}]),
    "https": ("HTTPS (443)", [{"protocol": "tcp", "port_range_min": 443, "port_range_max": 443}]),
    "ping": (gettext_lazy("Ping (ICMP echo)"), [{"protocol": "icmp", "port_range_min": 8, "port_range_max": 0}]),
    "dns": (
        "DNS (53)",
        [{"protocol": protocol, "port_range_min": 53, "port_range_max": 53} for protocol in ("tcp", "udp")],
    ),
    "mysql": ("MySQL (3306)", [{"protocol": "tcp", "port_range_min": 3306, "port_range_max": 3306}]),
    "postgresql": ("PostgreSQL (5432)", [{"protocol": "tcp", "port_range_min": 5432, "port_range_max": 5432}]),
    "all-tcp": (gettext_lazy("All TCP"), [{"protocol": "tcp", "port_range_min": 1, "port_range_max": 65535}]),
    "all-udp": (gettext_lazy("All UDP"), [{"protocol": "udp", "port_range_min": 1, "port_range_max": 65535}]),
    "all": (gettext_lazy("Everything"), [{}]),
}
"""By name: how it is called, and what its rules say beside direction, family and source."""


REMOTES = ("remote_ip_prefix", "remote_group_id", "remote_address_group_id")
"""The other side of a rule: at most one of these."""


class RuleFields(ActionForm):
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"),
        choices=[("ingress", gettext_lazy("ingress")), ("egress", gettext_lazy("egress"))],
        initial="ingress",
    )
    ethertype = forms.ChoiceField(
        label=gettext_lazy("IP version"), choices=[("IPv4", "IPv4"), ("IPv6", "IPv6")], initial="IPv4"
    )
    protocol = forms.CharField(
        label=gettext_lazy("Protocol"),
        max_length=32,
        required=False,
        help_text=gettext_lazy("A name such as tcp, udp or icmp, or a number from 0 to 255. Leave empty for any."),
    )
    port_range_min = forms.IntegerField(
        label=gettext_lazy("First port"),
        min_value=0,
        max_value=65535,
        required=False,
        help_text=gettext_lazy("For ICMP: the type."),
    )
    port_range_max = forms.IntegerField(
        label=gettext_lazy("Last port"),
        min_value=0,
        max_value=65535,
        required=False,
        help_text=gettext_lazy("Leave empty for the first port only. For ICMP: the code."),
    )
    remote_ip_prefix = PrefixField(
        label=gettext_lazy("Remote prefix"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "203.0.113.0/24"}),
        help_text=gettext_lazy("Leave this and the remote group empty for anywhere."),
    )
    remote_group_id = ResourceField("networking.securitygroup", label=gettext_lazy("Remote group"), required=False)
    remote_address_group_id = ResourceField(
        "networking.addressgroup", label=gettext_lazy("Remote address group"), required=False
    )
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)

    def clean_protocol(self) -> str:
        protocol = self.cleaned_data["protocol"].strip().lower()
        if protocol in ("", "any"):
            return ""
        if protocol in PROTOCOLS or protocol == "icmpv6" or (protocol.isascii() and protocol.isdigit()):
            if protocol.isdigit() and int(protocol) > 255:
                raise forms.ValidationError(_("A protocol's number is at most 255."), code="protocol")
            return protocol
        raise forms.ValidationError(
            _("“%(text)s” is not a protocol that Neutron knows.") % {"text": protocol}, code="protocol"
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_ports(cleaned)
        version = {"IPv4": 4, "IPv6": 6}.get(cleaned.get("ethertype") or "")
        if cleaned.get("remote_ip_prefix") and version:
            try:
                addresses.prefix(cleaned["remote_ip_prefix"], version=version)
            except ValidationError as error:
                self.add_error("remote_ip_prefix", error)
        remotes = [name for name in REMOTES if cleaned.get(name)]
        if len(remotes) > 1:
            self.add_error(remotes[1], _("Only one of prefix, group and address group."))
        if version == 4 and cleaned.get("protocol") in ONLY_IPV6:
            self.add_error("protocol", _("Only for IPv6."))
        return cleaned

    def _check_ports(self, cleaned: dict[str, Any]) -> None:
        first, last, protocol = (cleaned.get(name) for name in ("port_range_min", "port_range_max", "protocol"))
        if first is None and last is None:
            return
        if first is None:
            self.add_error("port_range_min", _("The last one alone says nothing."))
        elif protocol in ICMP:
            for name, value in (("port_range_min", first), ("port_range_max", last)):
                if value is not None and value > 255:
                    self.add_error(name, _("Types and codes of ICMP are at most 255."))
        elif protocol is not None and protocol not in WITH_PORTS:
            self.add_error("port_range_min", _("This protocol has no ports."))
        elif last is not None and first > last:
            self.add_error("port_range_max", _("The range ends before it begins."))
        elif protocol is not None and last is None:
            cleaned["port_range_max"] = first


MATCHED = (
    "direction",
    "ethertype",
    "protocol",
    "port_range_min",
    "port_range_max",
    "remote_ip_prefix",
    *REMOTES[1:],
)
"""What makes two rules of a group the same."""


def same_rule(rows, given: dict[str, Any]):
    """Those of these rules that say the same."""
    wanted = {name: given.get(name) for name in MATCHED}
    for name in ("protocol", *REMOTES):
        wanted[name] = wanted[name] or ""
    return rows.filter(**wanted)
