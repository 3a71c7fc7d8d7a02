"""What the rules of security groups are about, as pure values: nothing here reads a database or asks a cloud."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from networking.addresses import Network, known_prefix

INGRESS = "ingress"
TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
WITH_PORTS = frozenset({TCP, UDP, 33, 132, 136})
WITH_TYPES = frozenset({ICMP, ICMPV6})
ANY_PROTOCOL = ("", "any", "0")
UNKNOWN = -1
NUMBERS = {
    "icmp": 1,
    "igmp": 2,
    "ipip": 4,
    "tcp": 6,
    "egp": 8,
    "udp": 17,
    "dccp": 33,
    "ipv6-encap": 41,
    "ipv6-route": 43,
    "ipv6-frag": 44,
    "rsvp": 46,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "icmpv6": 58,
    "ipv6-icmp": 58,
    "ipv6-nonxt": 59,
    "ipv6-opts": 60,
    "ospf": 89,
    "vrrp": 112,
    "pgm": 113,
    "sctp": 132,
    "udplite": 136,
}
EVERYWHERE = {4: known_prefix("0.0.0.0/0"), 6: known_prefix("::/0")}


def protocol_number(text: str, version: int) -> int | None:
    """The IP protocol's number; None for any, UNKNOWN for a word that is none. Neutron takes ICMP in a rule of IPv6
    for ICMPv6."""
    text = text.strip().lower()
    if text in ANY_PROTOCOL:
        return None
    number = int(text) if text.isascii() and text.isdigit() else NUMBERS.get(text, UNKNOWN)
    return ICMPV6 if number == ICMP and version == 6 else number


@dataclass(frozen=True)
class Rule:
    """A rule of a security group. `version` is 4 or 6. `first` and `last` are ports, of ICMP type and code. Without
    a prefix, a remote group and an address group it is about any address."""

    id: str
    group: str
    direction: str = INGRESS
    version: int = 4
    protocol: str = ""
    first: int | None = None
    last: int | None = None
    prefix: str = ""
    remote_group: str = ""
    address_group: str = ""

    @property
    def number(self) -> int | None:
        return protocol_number(self.protocol, self.version)

    @property
    def ports(self) -> tuple[int, int] | None:
        """The first and last port it is about; None where it is about all of them, or about none."""
        if self.number not in WITH_PORTS or self.first is None:
            return None
        return self.first, self.first if self.last is None else self.last


@dataclass(frozen=True)
class Groups:
    """What rules name by id: `members` has the addresses and the allowed prefixes of the ports in a group, and
    `addresses` those of an address group. An address group that is missing is not known."""

    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    addresses: Mapping[str, Sequence[str]] = field(default_factory=dict)


def remotes(rule: Rule, groups: Groups) -> list[Network] | None:
    """The prefixes the rule is about, of its family; None where they are not known."""
    if rule.prefix:
        found: Iterable[str] | None = [rule.prefix]
    elif rule.remote_group:
        found = groups.members.get(rule.remote_group, ())
    elif rule.address_group:
        found = groups.addresses.get(rule.address_group)
    else:
        found = [str(EVERYWHERE[rule.version])] if rule.version in EVERYWHERE else []
    if found is None:
        return None
    prefixes = (known_prefix(text) for text in dict.fromkeys(found))
    return [prefix for prefix in prefixes if prefix is not None and prefix.version == rule.version]
