"""The world of the cases: `public` (203.0.113.0/24, 2a01:db:f::/64) is external. Router r1 joins
`front` (10.1.0.0/24, 2a01:db:1::/64) and `back` (10.2.0.0/24) with it, router r2 `far` (10.3.0.0/24). `lone` has no
router, `office` is a VLAN whose gateway is a machine nobody knows.

web and app are on front, db on back, ear on far, ext on public itself, hermit on lone, desk on office. web has the
floating IP 203.0.113.50, ear has 203.0.113.60; port 2222 of 203.0.113.70 is forwarded to SSH of db, and
203.0.113.99 leads nowhere. Everybody's group `g` lets out everything, and in TCP 22 and ping from everywhere."""

from collections.abc import Callable
from dataclasses import dataclass, field

from networking.packet_filter import Rule
from networking.path.steps import Because, Verdict
from networking.path.tests.memory import Memory
from networking.path.world import FloatingIp, Forwarding, Network, Port, Router, Subnet, Traffic

ROUTER_PORT = "network:router_interface"


def server_port(name: str, network: str, *addresses: tuple[str, str], groups=("g",)) -> Port:
    return Port(f"{name}-port", network, addresses, groups, device=name, owner="compute:nova")


def router_port(router: str, subnet: str, network: str, address: str) -> Port:
    return Port(f"{router}-{network}-{subnet}", network, ((subnet, address),), device=router, owner=ROUTER_PORT)


def let_in(name: str, group: str = "g", **fields) -> Rule:
    return Rule(name, group, **fields)


def let_out(name: str, group: str = "g", **fields) -> Rule:
    return Rule(name, group, "egress", **fields)


SSH4 = let_in("ssh", protocol="tcp", first=22, last=22)
RULES = (
    let_out("out4"),
    let_out("out6", version=6),
    SSH4,
    let_in("ssh6", version=6, protocol="tcp", first=22, last=22),
    let_in("ping", protocol="icmp", first=8, last=0),
    let_in("ping6", version=6, protocol="icmp", first=128, last=0),
)
SERVERS = ("web", "app", "db", "ear", "ext", "hermit", "desk")


def world() -> Memory:
    return Memory.of(
        Network("public", external=True, outside=True),
        Network("front"),
        Network("back"),
        Network("far"),
        Network("lone"),
        Network("office", outside=True),
        Subnet("public-4", "public", "203.0.113.0/24", "203.0.113.1"),
        Subnet("public-6", "public", "2a01:db:f::/64", "2a01:db:f::1"),
        Subnet("front-4", "front", "10.1.0.0/24", "10.1.0.1"),
        Subnet("front-6", "front", "2a01:db:1::/64", "2a01:db:1::1"),
        Subnet("back-4", "back", "10.2.0.0/24", "10.2.0.1"),
        Subnet("far-4", "far", "10.3.0.0/24", "10.3.0.1"),
        Subnet("lone-4", "lone", "10.4.0.0/24", "10.4.0.1"),
        Subnet("office-4", "office", "10.5.0.0/24", "10.5.0.1"),
        Router("r1", external="public", addresses=("203.0.113.11", "2a01:db:f::11")),
        Router("r2", external="public", addresses=("203.0.113.12",)),
        router_port("r1", "front-4", "front", "10.1.0.1"),
        router_port("r1", "front-6", "front", "2a01:db:1::1"),
        router_port("r1", "back-4", "back", "10.2.0.1"),
        router_port("r2", "far-4", "far", "10.3.0.1"),
        Port("r1-gw", "public", (("public-4", "203.0.113.11"),), device="r1", owner="network:router_gateway"),
        Port("dhcp", "front", (("front-4", "10.1.0.2"),), device="dhcp-1", owner="network:dhcp"),
        server_port("web", "front", ("front-4", "10.1.0.10"), ("front-6", "2a01:db:1::10")),
        server_port("app", "front", ("front-4", "10.1.0.20"), ("front-6", "2a01:db:1::20")),
        server_port("db", "back", ("back-4", "10.2.0.10")),
        server_port("ear", "far", ("far-4", "10.3.0.10")),
        server_port("ext", "public", ("public-4", "203.0.113.200"), ("public-6", "2a01:db:f::200")),
        server_port("hermit", "lone", ("lone-4", "10.4.0.10")),
        server_port("desk", "office", ("office-4", "10.5.0.10")),
        FloatingIp("fip-web", "203.0.113.50", "public", "r1", "web-port", "10.1.0.10"),
        FloatingIp("fip-ear", "203.0.113.60", "public", "r2", "ear-port", "10.3.0.10"),
        FloatingIp(
            "fip-fwd", "203.0.113.70", "public", "r1", "", "", (Forwarding("tcp", 2222, "db-port", "10.2.0.10", 22),)
        ),
        FloatingIp("fip-none", "203.0.113.99", "public"),
        rules=RULES,
        servers={name: "ACTIVE" for name in SERVERS},
    )


@dataclass(frozen=True)
class Case:
    """`why` is the reason of the first step that does not let through, or what must be among those that do."""

    name: str
    source: str
    target: str
    verdict: Verdict
    why: Because
    traffic: Traffic = Traffic("tcp", 22)
    change: Callable[[Memory], object] = field(default=lambda known: None)
    meant: str = ""


def rules(*given: Rule) -> Callable[[Memory], object]:
    """In place of those that let in; everything goes out."""
    return lambda known: known.rule_list.__setitem__(slice(None), [*RULES[:2], *given])


def only(*given: Rule) -> Callable[[Memory], object]:
    """In place of all."""
    return lambda known: known.rule_list.__setitem__(slice(None), list(given))


def changed(thing: str, **fields) -> Callable[[Memory], object]:
    return lambda known: known.changed(thing, **fields)


def stateless(*given: Rule) -> Callable[[Memory], object]:
    """db in a stateless group of these rules."""

    def change(known: Memory) -> None:
        known.changed("db-port", groups=("s",))
        known.stateless_groups = frozenset({"s"})
        known.rule_list += given

    return change


def off(server: str, status: str) -> Callable[[Memory], object]:
    return lambda known: known.servers.__setitem__(server, status)


def all_of(*changes: Callable[[Memory], object]) -> Callable[[Memory], object]:
    return lambda known: [change(known) for change in changes]
