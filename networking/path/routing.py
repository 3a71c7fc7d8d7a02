"""Where a packet goes next: what a machine's own routes say, and what a router's say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from networking.addresses import known_prefix
from networking.path.steps import Because
from networking.path.world import Port, Router, Subnet, World


@dataclass(frozen=True)
class Hop:
    """To `next_hop` on a network, or to the target itself, which is there. `because` says which kind of route it is;
    without a network there is none."""

    because: Because
    network: str = ""
    next_hop: str = ""


def subnet_of(world: World, port: Port, address: str) -> Subnet | None:
    """The subnet in which the port has this address."""
    known = {subnet.id: subnet for subnet in world.subnets(port.network)}
    return next((known[subnet] for subnet, own in port.addresses if own == address and subnet in known), None)


def first_hop(subnet: Subnet, target: str) -> Hop:
    """From a machine in the subnet, as DHCP configures it."""
    if contains(subnet.cidr, target):
        return Hop(Because.SAME_SUBNET, subnet.network)
    if next_hop := _longest(subnet.routes, target):
        return Hop(Because.HOST_ROUTE, subnet.network, next_hop)
    if subnet.gateway:
        return Hop(Because.GATEWAY, subnet.network, subnet.gateway)
    return Hop(Because.NO_GATEWAY)


def from_router(world: World, router: Router, target: str) -> Hop:
    """Of its networks and static routes the most exact counts, then the gateway. `next_hop` is "" with LEAVES."""
    connected = [(subnet.cidr, subnet.network) for subnet in inner_subnets(world, router.id)]
    if router.external:
        connected += [(subnet.cidr, router.external) for subnet in world.subnets(router.external)]
    best: tuple[int, Hop] = (-1, Hop(Because.NO_ROUTE))
    for cidr, network in connected:
        if contains(cidr, target) and (length := _length(cidr)) > best[0]:
            because = Because.LEAVES if network == router.external else Because.CONNECTED
            best = length, Hop(because, network)
    for destination, next_hop in router.routes:
        # A network that the router is in wins over a static route of the same length.
        if contains(destination, target) and (length := _length(destination)) > best[0]:
            network = next((network for cidr, network in connected if contains(cidr, next_hop)), "")
            best = length, Hop(Because.STATIC_ROUTE, network, next_hop)
    if best[0] < 0 and router.external:
        return Hop(Because.LEAVES, router.external)
    return best[1]


def inner_subnets(world: World, router: str) -> Iterator[Subnet]:
    """Those that the router has an interface in."""
    for port in world.interfaces(router):
        own = {subnet for subnet, _address in port.addresses} if port.up else set()
        yield from (subnet for subnet in world.subnets(port.network) if subnet.id in own)


def contains(cidr: str, address: str) -> bool:
    prefix = known_prefix(cidr)
    return prefix is not None and ip_address(address) in prefix


def _length(cidr: str) -> int:
    prefix = known_prefix(cidr)
    return -1 if prefix is None else prefix.prefixlen


def _longest(routes: Iterable[tuple[str, str]], target: str) -> str:
    fitting = [(_length(destination), next_hop) for destination, next_hop in routes if contains(destination, target)]
    return max(fitting, key=lambda one: one[0])[1] if fitting else ""
