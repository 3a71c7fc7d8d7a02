"""Which ports are open to the world, and how bad that is. Pure values: no database, no cloud."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network

from networking.addresses import Network
from networking.packet_filter import INGRESS, TCP, UDP, WITH_PORTS, WITH_TYPES, Groups, Rule, remotes

WIDE = {4: 8, 6: 16}
"""A source of a shorter prefix than this is no organisation's network, but a good part of the internet."""
GLOBAL_IPV6 = ip_network("2000::/3")
NO_HOSTS_IPV4 = ip_network("224.0.0.0/3")  # multicast, and what is reserved
SENSITIVE = frozenset(
    {
        *(21, 22, 23, 111, 135, 139, 445, 512, 513, 514, 873, 2049, 3389, 5900, 5985, 5986),  # remote access, files
        *(1433, 1521, 3306, 5432, 5984, 6379, 7000, 8086, 9042, 9200, 11211, 27017),  # databases and caches
        *(2375, 2376, 2379, 6443, 10250, 8500, 9090, 15672, 5672, 161, 389, 636, 623),  # control of machines
    }
)
WEB = frozenset({80, 443})


class Level(StrEnum):
    """How bad it is, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


LEVELS = tuple(Level)


class Way(StrEnum):
    """How it comes that the world may speak to a port."""

    ANYWHERE = "anywhere"
    WIDE_PREFIX = "wide-prefix"
    REMOTE_GROUP = "remote-group"
    ADDRESS_GROUP = "address-group"
    NO_FILTER = "no-filter"


@dataclass(frozen=True)
class ExposedPort:
    """A port that owns public addresses."""

    id: str
    public: tuple[str, ...]
    groups: tuple[str, ...] = ()
    filtered: bool = True
    up: bool = True


@dataclass(frozen=True)
class Opening:
    """One rule that lets the world reach one port at `addresses`, from `source`. Without a rule nothing filters what
    is sent to the port."""

    port: str
    rule: Rule | None
    addresses: tuple[str, ...]
    source: str
    way: Way
    level: Level


def openings(ports: Iterable[ExposedPort], rules: Iterable[Rule], groups: Groups) -> Iterator[Opening]:
    """What is open to the world, in no order. Ports that are administratively down pass nothing."""
    by_group: dict[str, list[tuple[Rule, str, Way]]] = {}
    for rule in rules:
        if rule.direction == INGRESS and (source := world_in(rule, groups)):
            by_group.setdefault(rule.group, []).append((rule, *source))
    for port in ports:
        by_version = _by_version(port.public) if port.up else {}
        if by_version and not port.filtered:
            source = " ".join(_EVERYWHERE[version] for version in sorted(by_version))
            yield Opening(port.id, None, port.public, source, Way.NO_FILTER, Level.CRITICAL)
            continue
        for group in dict.fromkeys(port.groups):
            for rule, source, way in by_group.get(group, ()):
                if addresses := by_version.get(rule.version):
                    yield Opening(port.id, rule, tuple(addresses), source, way, level_of(rule))


def world_in(rule: Rule, groups: Groups) -> tuple[str, Way] | None:
    """The widest prefix by which the rule lets the world in, and how it comes to it; None if it does not."""
    wide = [prefix for prefix in remotes(rule, groups) or () if is_world(prefix)]
    if not wide:
        return None
    widest = min(wide, key=lambda prefix: prefix.prefixlen)
    return str(widest), _way(rule, widest)


def is_world(prefix: Network) -> bool:
    if prefix.prefixlen >= WIDE[prefix.version]:
        return False
    if prefix.version == 6:
        return prefix.overlaps(GLOBAL_IPV6)
    return not prefix.subnet_of(NO_HOSTS_IPV4)  # type: ignore[arg-type]  # of IPv4 both


def level_of(rule: Rule) -> Level:
    number, ports = rule.number, rule.ports
    if number is None or (number in (TCP, UDP) and ports is None):
        return Level.CRITICAL
    if number in WITH_TYPES:
        return Level.LOW
    if ports is None:
        return Level.MEDIUM
    first, last = ports
    if last - first >= 10_000:
        return Level.CRITICAL
    if any(first <= port <= last for port in SENSITIVE):
        return Level.HIGH
    return Level.LOW if first == last and first in WEB else Level.MEDIUM


def badness(opening: Opening) -> tuple[int, int]:
    """For sorting: the worst first, and of the same level those first that open more ports."""
    ports = opening.rule.ports if opening.rule else None
    width = 65_536 if ports is None else ports[1] - ports[0] + 1
    return LEVELS.index(opening.level), -width


def is_open_at(opening: Opening, port: int) -> bool:
    """Whether a TCP or UDP port is among what is open."""
    rule = opening.rule
    if rule is None or rule.number is None:
        return True
    if rule.number not in WITH_PORTS:
        return False
    return rule.ports is None or rule.ports[0] <= port <= rule.ports[1]


def public_ipv6(addresses: Iterable[tuple[str, str]], routed: Container[str]) -> list[str]:
    """Of (subnet, address) those that the world can route to: global ones of IPv6, which no router translates, in
    subnets whose router has a gateway."""
    return [address for subnet, address in addresses if subnet in routed and _is_global_ipv6(address)]


_EVERYWHERE = {4: "0.0.0.0/0", 6: "::/0"}


def _way(rule: Rule, widest: Network) -> Way:
    if rule.remote_group and not rule.prefix:
        return Way.REMOTE_GROUP
    if rule.address_group and not rule.prefix:
        return Way.ADDRESS_GROUP
    return Way.WIDE_PREFIX if widest.prefixlen else Way.ANYWHERE


def _by_version(addresses: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for text in addresses:
        try:
            found.setdefault(ip_address(text).version, []).append(text)
        except ValueError:
            continue  # a cloud may call an address what it likes
    return found


def _is_global_ipv6(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return address.version == 6 and address.is_global
