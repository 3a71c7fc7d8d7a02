"""Cases worked out by hand: a port, one rule of its group, and what the world may do with it."""

from dataclasses import dataclass
from typing import Any

from networking.exposure.evaluation import ExposedPort, Level, Way
from networking.packet_filter import Groups, Rule

V4, V6 = ("203.0.113.7",), ("2a01:4f8::7",)
MEMBERS = {
    "no-pairs": [],
    "narrow": ["10.0.0.0/24"],
    "open": ["10.0.0.9", "0.0.0.0/0"],
    "half": ["128.0.0.0/1"],
    "open-6": ["::/0"],
    "nonsense": ["anywhere", ""],
}
ADDRESS_GROUPS = {"office": ["198.51.100.0/24"], "everybody": ["0.0.0.0/0", "::/0"], "empty": []}
GROUPS = Groups(MEMBERS, ADDRESS_GROUPS)


@dataclass(frozen=True)
class Case:
    name: str
    level: Level | None
    way: Way | None
    rule: Rule
    port: ExposedPort


def _case(
    name: str, level: Level | None, way: Way | None = Way.ANYWHERE, *, port: dict | None = None, **rule: Any
) -> Case:
    facts: dict[str, Any] = {"public": V6 if rule.get("version") == 6 else V4, "groups": ("g",), **(port or {})}
    return Case(name, level, way if level else None, Rule(id="r", **{"group": "g", **rule}), ExposedPort("p", **facts))


C, H, M, L, NO = Level.CRITICAL, Level.HIGH, Level.MEDIUM, Level.LOW, None
TCP22: dict[str, Any] = {"protocol": "tcp", "first": 22, "last": 22}

CASES = (
    # What is open.
    _case("everything", C),
    _case("everything, said as any", C, protocol="any"),
    _case("everything, said as protocol 0", C, protocol="0"),
    _case("all of TCP", C, protocol="tcp"),
    _case("all of UDP by its number", C, protocol="17"),
    _case("all of TCP by its range", C, protocol="tcp", first=1, last=65535),
    _case("ten thousand ports and one", C, protocol="tcp", first=20000, last=30000),
    _case("ten thousand ports", M, protocol="tcp", first=30000, last=39999),
    _case("SSH", H, **TCP22),
    _case("SSH by the protocol's number", H, protocol="6", first=22, last=22),
    _case("SSH without a last port", H, protocol="tcp", first=22),
    _case("SSH in capitals", H, protocol="TCP", first=22, last=22),
    _case("RDP within a range", H, protocol="tcp", first=3380, last=3390),
    _case("just below RDP", M, protocol="tcp", first=3380, last=3388),
    _case("a database", H, protocol="tcp", first=5432, last=5432),
    _case("HTTP", L, protocol="tcp", first=80, last=80),
    _case("HTTPS over UDP", L, protocol="udp", first=443, last=443),
    _case("from HTTP to HTTPS", H, protocol="tcp", first=80, last=443),
    _case("some port", M, protocol="tcp", first=8080, last=8080),
    _case("port 65535", M, protocol="udp", first=65535, last=65535),
    _case("SCTP as a whole", M, protocol="sctp"),
    _case("SCTP at a sensitive number", H, protocol="132", first=22, last=22),
    _case("ping", L, protocol="icmp", first=8, last=0),
    _case("all of ICMP", L, protocol="1"),
    _case("ICMP type 22 is no SSH", L, protocol="icmp", first=22),
    _case("GRE", M, protocol="gre"),
    _case("GRE by its number", M, protocol="47"),
    _case("a protocol nobody named", M, protocol="253"),
    _case("a word that is no protocol", M, protocol="telepathy"),
    _case("ports without a protocol say nothing", C, first=22, last=22),
    _case("ports of GRE say nothing", M, protocol="gre", first=22, last=22),
    # To whom.
    _case("0.0.0.0/0 said", H, prefix="0.0.0.0/0", **TCP22),
    _case("half of the internet", H, Way.WIDE_PREFIX, prefix="128.0.0.0/1", **TCP22),
    _case("a /7", H, Way.WIDE_PREFIX, prefix="8.0.0.0/7", **TCP22),
    _case("a /8 is one network", NO, prefix="8.0.0.0/8", **TCP22),
    _case("private", NO, prefix="10.0.0.0/8", **TCP22),
    _case("one address", NO, prefix="198.51.100.1/32", **TCP22),
    _case("multicast is nobody", NO, prefix="224.0.0.0/4", **TCP22),
    _case("reserved is nobody", NO, prefix="240.0.0.0/4", **TCP22),
    _case("host bits set", H, Way.WIDE_PREFIX, prefix="200.1.2.3/2", **TCP22),
    _case("no prefix at all", NO, prefix="everybody", **TCP22),
    _case("a prefix of the other family", NO, prefix="::/0", **TCP22),
    # IPv6.
    _case("SSH over IPv6", H, version=6, **TCP22),
    _case("::/0 said", H, version=6, prefix="::/0", **TCP22),
    _case("all global unicast", H, Way.WIDE_PREFIX, version=6, prefix="2000::/3", **TCP22),
    _case("a /16 of IPv6 is one network", NO, version=6, prefix="2a01::/16", **TCP22),
    _case("unique local is private", NO, version=6, prefix="fc00::/7", **TCP22),
    _case("ping over IPv6 said as icmp", L, version=6, protocol="icmp", first=128),
    _case("IPv6 to a port that has only IPv4", NO, version=6, port={"public": V4}, **TCP22),
    _case("IPv4 to a port that has only IPv6", NO, port={"public": V6}, **TCP22),
    # Through groups.
    _case("a remote group with an open pair", H, Way.REMOTE_GROUP, remote_group="open", **TCP22),
    _case("a remote group with half of the internet", H, Way.REMOTE_GROUP, remote_group="half", **TCP22),
    _case("a remote group with narrow pairs", NO, remote_group="narrow", **TCP22),
    _case("a remote group without pairs", NO, remote_group="no-pairs", **TCP22),
    _case("a remote group nobody knows", NO, remote_group="unheard", **TCP22),
    _case("a remote group open in the other family", NO, remote_group="open-6", **TCP22),
    _case("a remote group open in this family", H, Way.REMOTE_GROUP, version=6, remote_group="open-6", **TCP22),
    _case("pairs that are no prefixes", NO, remote_group="nonsense", **TCP22),
    _case("an address group of everybody", H, Way.ADDRESS_GROUP, address_group="everybody", **TCP22),
    _case("an address group of an office", NO, address_group="office", **TCP22),
    _case("an address group that is not known", NO, address_group="unheard", **TCP22),
    # The port.
    _case("another group's rule", NO, group="other", **TCP22),
    _case("what goes out", NO, direction="egress"),
    _case("a port that is down", NO, port={"up": False}, **TCP22),
    _case("no public address", NO, port={"public": ()}, **TCP22),
    _case("an address that is none", NO, port={"public": ("unknown",)}, **TCP22),
    _case("port security off", C, Way.NO_FILTER, port={"filtered": False}, prefix="10.0.0.0/8", **TCP22),
    _case("port security off, without a group", C, Way.NO_FILTER, port={"filtered": False, "groups": ()}),
    _case("port security off of a port that is down", NO, port={"filtered": False, "up": False}),
    _case("port security off without a public address", NO, port={"filtered": False, "public": ()}),
)
