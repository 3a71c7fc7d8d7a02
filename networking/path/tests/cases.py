"""Ways worked out by hand. The world: `public` (203.0.113.0/24, 2a01:db:f::/64) is external. Router r1 joins
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


Y, L, N, U = Verdict.YES, Verdict.LEAVES, Verdict.NO, Verdict.UNKNOWN
W = Because
PING, DB, WEB6 = Traffic("icmp"), "10.2.0.10", "2a01:db:1::10"
IN_S = let_in("in-s", "s", protocol="tcp", first=22, last=22)

CASES = (
    # On one network.
    Case("a neighbour", "web", "10.1.0.20", Y, W.SAME_SUBNET),
    Case("a neighbour over IPv6", "app", WEB6, Y, W.SAME_SUBNET),
    Case("oneself", "web", "10.1.0.10", Y, W.OWN_ADDRESS),
    Case("nobody there", "web", "10.1.0.77", N, W.NOBODY),
    Case("nobody known on a VLAN", "desk", "10.5.0.77", U, W.OUTSIDE),
    Case("Neutron's DHCP", "web", "10.1.0.2", Y, W.CLOUD_ANSWERS, PING),
    Case("the router itself", "web", "10.1.0.1", Y, W.ROUTER_ANSWERS, PING),
    Case("no address of the family", "db", WEB6, N, W.NO_ADDRESS),
    Case("link-local", "web", "169.254.169.254", U, W.LINK_LOCAL, Traffic("tcp", 80)),
    Case(
        "an address that a port nobody holds has",
        "web",
        "10.1.0.20",
        N,
        W.NOT_HELD,
        change=changed("app-port", device=""),
    ),
    Case(
        "an address that others may take",
        "web",
        "10.1.0.77",
        U,
        W.SHARED,
        change=changed("app-port", pairs=("10.1.0.77",)),
    ),
    Case("another than the one meant", "web", "10.1.0.20", N, W.OTHER_PORT, meant="hermit-port"),
    # Servers, ports, networks.
    Case("from a server that is off", "web", DB, N, W.SERVER_IS_OFF, change=off("web", "SHUTOFF")),
    Case("to a server that is paused", "web", DB, N, W.SERVER_IS_OFF, change=off("db", "PAUSED")),
    Case("to a server in error", "web", DB, U, W.SERVER_UNKNOWN, change=off("db", "ERROR")),
    Case("to a server while it migrates", "web", DB, Y, W.SERVER_RUNS, change=off("db", "MIGRATING")),
    Case("to a server nobody may see", "web", DB, Y, W.RULE, change=lambda known: known.servers.pop("db")),
    Case("from a port that is off", "web", DB, N, W.PORT_IS_OFF, change=changed("web-port", up=False)),
    Case("to a port that is off", "web", DB, N, W.PORT_IS_OFF, change=changed("db-port", up=False)),
    Case("to a port that is down", "web", DB, N, W.PORT_IS_DOWN, change=changed("db-port", status="DOWN")),
    Case("to a port in an unheard-of state", "web", DB, U, W.PORT_UNKNOWN, change=changed("db-port", status="N/A")),
    Case("to a network that is off", "web", DB, N, W.NETWORK_IS_OFF, change=changed("back", up=False)),
    # Through a router.
    Case("another network of the router", "web", DB, Y, W.CONNECTED),
    Case("no router", "hermit", DB, N, W.NO_ROUTER),
    Case("no gateway", "web", DB, N, W.NO_GATEWAY, change=changed("front-4", gateway="")),
    Case("a router that is off", "web", DB, N, W.ROUTER_IS_OFF, change=changed("r1", up=False)),
    Case("a router in error", "web", DB, N, W.ROUTER_IS_OFF, change=changed("r1", status="ERROR")),
    Case(
        "a router's interface that is off", "web", DB, N, W.PORT_IS_OFF, change=changed("r1-front-front-4", up=False)
    ),
    Case("no route, no gateway", "web", "10.3.0.10", N, W.NO_ROUTE, change=changed("r1", external="")),
    Case("a gateway nobody knows", "desk", DB, U, W.GATEWAY_OUTSIDE),
    Case("a server as gateway", "web", DB, U, W.VIA_DEVICE, change=changed("front-4", gateway="10.1.0.20")),
    Case(
        "a host route to a server",
        "web",
        DB,
        U,
        W.VIA_DEVICE,
        change=changed("front-4", routes=(("10.2.0.0/16", "10.1.0.20"),)),
    ),
    Case(
        "a host route of another network",
        "web",
        DB,
        Y,
        W.GATEWAY,
        change=changed("front-4", routes=(("10.9.0.0/16", "10.1.0.20"),)),
    ),
    Case(
        "a router's static route to a server",
        "web",
        "10.9.0.1",
        U,
        W.VIA_DEVICE,
        change=changed("r1", routes=(("10.9.0.0/16", DB),)),
    ),
    Case(
        "a static route over the other router",
        "web",
        "10.3.0.10",
        Y,
        W.STATIC_ROUTE,
        change=all_of(
            changed("r1", routes=(("10.3.0.0/24", "203.0.113.12"),)),
            lambda known: known.add(
                Port("r2-gw", "public", (("public-4", "203.0.113.12"),), device="r2", owner="network:router_gateway")
            ),
        ),
    ),
    Case(
        "a static route that leads to where no network is",
        "web",
        "10.9.0.1",
        N,
        W.NO_ROUTE,
        change=changed("r1", routes=(("10.9.0.0/16", "10.8.0.1"),)),
    ),
    Case(
        "static routes in a circle",
        "web",
        "10.9.0.1",
        N,
        W.LOOP,
        change=changed("r1", routes=(("10.9.0.0/16", "203.0.113.11"),)),
    ),
    Case("a router in an unheard-of state", "web", DB, U, W.ROUTER_UNKNOWN, change=changed("r1", status="ALLOCATING")),
    Case("a router nobody may see", "web", DB, U, W.MISSING, change=lambda known: known.routers.pop("r1")),
    Case("no way back", "web", DB, N, W.NO_WAY_BACK, change=changed("back-4", gateway="")),
    # Out, and to floating IPs.
    Case("out with a floating IP", "web", "198.51.100.1", L, W.SOURCE_FLOATING),
    Case("out behind the router's address", "app", "198.51.100.1", L, W.SOURCE_TRANSLATED),
    Case("out without SNAT", "app", "198.51.100.1", U, W.SOURCE_KEPT, change=changed("r1", snat=False)),
    Case("out over IPv6", "web", "2a02::1", L, W.SOURCE_GLOBAL),
    Case("a server on the external network", "db", "203.0.113.200", Y, W.SOURCE_TRANSLATED),
    Case("a machine on the external network", "db", "203.0.113.201", U, W.OUTSIDE),
    Case("a floating IP behind another router", "web", "203.0.113.60", Y, W.LEADS_TO),
    Case("a floating IP behind the same router", "app", "203.0.113.50", Y, W.LEADS_TO),
    Case("a floating IP that leads nowhere", "web", "203.0.113.99", N, W.LEADS_NOWHERE),
    Case("from the external network to a floating IP", "ext", "203.0.113.50", Y, W.LEADS_TO),
    Case("a forwarded port", "web", "203.0.113.70", Y, W.FORWARDED, Traffic("tcp", 2222)),
    Case("a port that is not forwarded", "web", "203.0.113.70", N, W.LEADS_NOWHERE, Traffic("tcp", 22)),
    Case(
        "a floating IP whose answers take another router",
        "web",
        "203.0.113.60",
        N,
        W.OTHER_WAY_BACK,
        change=all_of(
            changed("far-4", gateway="10.3.0.2"),
            lambda known: known.add(router_port("r3", "far-4", "far", "10.3.0.2")),
            lambda known: known.add(Router("r3")),
        ),
    ),
    # Rules.
    Case("another port than the rule's", "web", DB, N, W.NO_RULE, Traffic("tcp", 23)),
    Case("another protocol than the rule's", "web", DB, N, W.NO_RULE, Traffic("udp", 22)),
    Case("ping", "web", DB, Y, W.RULE, PING),
    Case("ping over IPv6", "app", WEB6, Y, W.RULE, PING),
    Case("another type of ICMP", "web", DB, N, W.NO_RULE, Traffic("icmp", icmp_type=13)),
    Case("another code of ICMP", "web", DB, N, W.NO_RULE, Traffic("icmp", icmp_type=8, icmp_code=1)),
    Case("any type of ICMP", "web", DB, Y, W.RULE, Traffic("icmp", icmp_type=13), rules(let_in("r", protocol="1"))),
    Case(
        "any code of a type",
        "web",
        DB,
        Y,
        W.RULE,
        Traffic("icmp", icmp_type=3, icmp_code=4),
        rules(let_in("r", protocol="icmp", first=3)),
    ),
    Case(
        "the end of a range",
        "web",
        DB,
        Y,
        W.RULE,
        Traffic("udp", 200),
        rules(let_in("r", protocol="17", first=100, last=200)),
    ),
    Case(
        "behind the end of a range",
        "web",
        DB,
        N,
        W.NO_RULE,
        Traffic("udp", 201),
        rules(let_in("r", protocol="udp", first=100, last=200)),
    ),
    Case("any protocol", "web", DB, Y, W.RULE, Traffic("47"), rules(let_in("r"))),
    Case("a protocol's number", "web", DB, Y, W.RULE, Traffic("gre"), rules(let_in("r", protocol="47"))),
    Case(
        "SCTP by its number",
        "web",
        DB,
        Y,
        W.RULE,
        Traffic("sctp", 99),
        rules(let_in("r", protocol="132", first=99, last=99)),
    ),
    Case("a rule of IPv6 for IPv4", "web", DB, N, W.NO_RULE, change=rules(let_in("r", version=6))),
    Case("a prefix with the source", "web", DB, Y, W.RULE, change=rules(let_in("r", prefix="10.1.0.0/28"))),
    Case("a prefix without the source", "web", DB, N, W.NO_RULE, change=rules(let_in("r", prefix="10.1.0.16/28"))),
    Case(
        "a prefix with the floating IP by which one is seen",
        "web",
        "203.0.113.60",
        Y,
        W.RULE,
        change=rules(let_in("r", prefix="203.0.113.50/32")),
    ),
    Case(
        "a prefix with the address that nobody sees",
        "web",
        "203.0.113.60",
        N,
        W.NO_RULE,
        change=rules(let_in("r", prefix="10.1.0.10/32")),
    ),
    Case("a remote group with the source", "web", DB, Y, W.RULE, change=rules(let_in("r", remote_group="g"))),
    Case("a remote group without the source", "web", DB, N, W.NO_RULE, change=rules(let_in("r", remote_group="h"))),
    Case(
        "a remote group by an allowed pair",
        "web",
        DB,
        Y,
        W.RULE,
        change=all_of(
            changed("ear-port", groups=("h",), pairs=("10.1.0.0/24",)), rules(let_in("r", remote_group="h"))
        ),
    ),
    Case(
        "a remote group through a floating IP",
        "web",
        "203.0.113.60",
        N,
        W.NO_RULE,
        change=rules(let_in("r", remote_group="g")),
    ),
    Case(
        "an address group with the source",
        "web",
        DB,
        Y,
        W.RULE,
        change=all_of(rules(let_in("r", address_group="a")), lambda known: known.addresses.update(a=["10.1.0.0/16"])),
    ),
    Case(
        "an address group without the source",
        "web",
        DB,
        N,
        W.NO_RULE,
        change=all_of(rules(let_in("r", address_group="a")), lambda known: known.addresses.update(a=["10.7.0.0/16"])),
    ),
    Case(
        "an address group that is not known",
        "web",
        DB,
        U,
        W.GROUP_UNKNOWN,
        change=rules(let_in("r", address_group="a")),
    ),
    Case("nothing out", "web", DB, N, W.NO_RULE, change=only(SSH4)),
    Case(
        "out to the port only",
        "web",
        DB,
        Y,
        W.RULE,
        change=only(SSH4, let_out("o", protocol="tcp", first=22, last=22)),
    ),
    Case("out to elsewhere only", "web", DB, N, W.NO_RULE, change=only(SSH4, let_out("o", prefix="10.3.0.0/24"))),
    Case(
        "out to the floating IP",
        "web",
        "203.0.113.60",
        Y,
        W.RULE,
        change=only(SSH4, let_out("o", prefix="203.0.113.60/32")),
    ),
    Case(
        "out to what the floating IP leads to",
        "web",
        "203.0.113.60",
        N,
        W.NO_RULE,
        change=only(SSH4, let_out("o", prefix="10.3.0.10/32")),
    ),
    Case("no group at all", "web", DB, N, W.NO_GROUP, change=changed("db-port", groups=())),
    Case(
        "port security off",
        "web",
        DB,
        Y,
        W.NO_FILTER,
        Traffic("udp", 9),
        changed("db-port", filtered=False, groups=()),
    ),
    # Stateless groups.
    Case(
        "stateless with a way out for the answer",
        "web",
        DB,
        Y,
        W.ANSWER_PASSES,
        change=stateless(IN_S, let_out("o", "s")),
    ),
    Case("stateless without", "web", DB, N, W.ANSWER_BLOCKED, change=stateless(IN_S)),
    Case(
        "stateless, out to the same port only",
        "web",
        DB,
        N,
        W.ANSWER_BLOCKED,
        change=stateless(IN_S, let_out("o", "s", protocol="tcp", first=22, last=22)),
    ),
    Case(
        "stateless, out to some of the clients' ports",
        "web",
        DB,
        U,
        W.ANSWER_PARTLY,
        change=stateless(IN_S, let_out("o", "s", protocol="tcp", first=32768, last=60999)),
    ),
    Case(
        "stateless, out to all of them by two rules",
        "web",
        DB,
        Y,
        W.ANSWER_PASSES,
        change=stateless(
            IN_S,
            let_out("o", "s", protocol="tcp", first=1, last=40000),
            let_out("p", "s", protocol="tcp", first=40001, last=65535),
        ),
    ),
    Case(
        "stateless ping with a way out for the answer",
        "web",
        DB,
        Y,
        W.ANSWER_PASSES,
        PING,
        stateless(
            let_in("i", "s", protocol="icmp", first=8, last=0), let_out("o", "s", protocol="icmp", first=0, last=0)
        ),
    ),
    Case(
        "stateless ping without",
        "web",
        DB,
        N,
        W.ANSWER_BLOCKED,
        PING,
        stateless(let_in("i", "s", protocol="icmp"), let_out("o", "s", protocol="icmp", first=8, last=0)),
    ),
    Case(
        "from a stateless group without a way in for the answer",
        "db",
        "10.1.0.10",
        N,
        W.ANSWER_BLOCKED,
        change=stateless(let_out("o", "s")),
    ),
)
