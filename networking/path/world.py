"""What a path is judged by, as plain values. Where they come from is for whoever implements `World`."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol

from networking.packet_filter import ICMP, ICMPV6, WITH_PORTS, WITH_TYPES, Groups, Rule, protocol_number

ECHO = {ICMP: 8, ICMPV6: 128}
"""The ICMP type that asks for an answer."""
ECHOED = {ICMP: 0, ICMPV6: 129}
"""The one that answers."""


@dataclass(frozen=True)
class Traffic:
    """What is to be sent: a protocol as Neutron's rules say it, a port of TCP or UDP, type and code of ICMP. Without
    a type ICMP is a ping."""

    protocol: str = "tcp"
    port: int | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None

    def to(self, address: str) -> "Packet":
        """To this address, whose family decides which ICMP it is."""
        version = ip_address(address).version
        number = protocol_number(self.protocol, version)
        if number in WITH_TYPES:
            kind = ECHO[number] if self.icmp_type is None else self.icmp_type
            return Packet(version, number, kind, self.icmp_code or 0)
        return Packet(version, -1 if number is None else number, self.port if number in WITH_PORTS else None, None)


@dataclass(frozen=True)
class Packet:
    """One packet's protocol. `port` is the one it is sent to, of ICMP the type; None where there is none."""

    version: int
    number: int
    port: int | None = None
    code: int | None = None


@dataclass(frozen=True)
class Port:
    """`addresses` are pairs of subnet and address, `pairs` what it may send from besides."""

    id: str
    network: str
    addresses: tuple[tuple[str, str], ...] = ()
    groups: tuple[str, ...] = ()
    filtered: bool = True
    up: bool = True
    status: str = "ACTIVE"
    device: str = ""
    owner: str = ""
    pairs: tuple[str, ...] = ()

    @property
    def server(self) -> str:
        return self.device if self.owner.startswith("compute:") else ""

    @property
    def router(self) -> str:
        return self.device if self.owner.startswith(("network:router_", "network:ha_router_")) else ""


@dataclass(frozen=True)
class Subnet:
    """`routes` are the host routes, pairs of destination and next hop."""

    id: str
    network: str
    cidr: str
    gateway: str = ""
    routes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Network:
    """`outside`: machines that Neutron knows nothing of may be on it, as on external and on flat or VLAN networks."""

    id: str
    external: bool = False
    up: bool = True
    outside: bool = False


@dataclass(frozen=True)
class Router:
    id: str
    up: bool = True
    status: str = "ACTIVE"
    external: str = ""
    addresses: tuple[str, ...] = ()
    snat: bool = True
    routes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Forwarding:
    """A port of a floating IP that leads to another one. `protocol` is tcp or udp."""

    protocol: str
    external_port: int
    port: str
    address: str
    internal_port: int


@dataclass(frozen=True)
class FloatingIp:
    """`port` and `fixed` are what it leads to as a whole, if it does."""

    id: str
    address: str
    network: str
    router: str = ""
    port: str = ""
    fixed: str = ""
    forwardings: tuple[Forwarding, ...] = ()


class World(Protocol):
    """One cluster. What there is not is None, or not in the sequence."""

    def port(self, cloud_id: str, /) -> Port | None: ...

    def holders(self, network: str, address: str, /) -> Sequence[Port]:
        """The ports on the network that have this address."""

    def sharers(self, network: str, address: str, /) -> Sequence[Port]:
        """The ports on the network that may send from this address besides their own."""

    def subnets(self, network: str, /) -> Sequence[Subnet]: ...

    def network(self, cloud_id: str, /) -> Network | None: ...

    def router(self, cloud_id: str, /) -> Router | None: ...

    def interfaces(self, router: str, /) -> Sequence[Port]:
        """The router's ports on networks, without that of its gateway."""

    def floating_at(self, address: str, /) -> Sequence[FloatingIp]:
        """Those with this address: one of each external network at most."""

    def floating_of(self, port: str, fixed: str, /) -> Sequence[FloatingIp]:
        """Those that lead to this address of the port: one of each external network at most."""

    def server_status(self, cloud_id: str, /) -> str | None: ...

    def rules(self, groups: Sequence[str], /) -> Sequence[Rule]:
        """Those of these groups, in both directions."""

    def named(self, rules: Sequence[Rule], /) -> Groups:
        """What the rules name by id."""

    def stateless(self, groups: Sequence[str], /) -> bool:
        """Whether nothing remembers what these let through. Neutron allows no mixture on a port."""
