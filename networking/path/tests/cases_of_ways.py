"""Ways worked out by hand: networks, routers, floating IPs, and what is up."""

from networking.path.steps import Because, Verdict
from networking.path.tests.known import Case, all_of, changed, let_in, off, router_port
from networking.path.world import FloatingIp, Port, Router, Traffic

Y, L, N, U = Verdict.YES, Verdict.LEAVES, Verdict.NO, Verdict.UNKNOWN
W = Because
PING, DB, WEB6 = Traffic("icmp"), "10.2.0.10", "2a01:db:1::10"
IN_S = let_in("in-s", "s", protocol="tcp", first=22, last=22)

ALIKE = (
    FloatingIp("fip-alike", "203.0.113.50", "partner", "r9", "hermit-port", "10.4.0.10"),
    FloatingIp("fip-second", "198.51.100.7", "partner", "r9", "web-port", "10.1.0.10"),
)
"""Of another external network: addresses are unique within one only, and a port may have one of each."""


def with_alike(known):
    """Before those there are, so that the first one found is the wrong one."""
    known.floating = {**{ip.id: ip for ip in ALIKE}, **known.floating}


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
    Case(
        "the floating IP that another external network has, too",
        "ext",
        "203.0.113.50",
        Y,
        W.LEADS_TO,
        change=with_alike,
    ),
    Case("seen as the one of its router", "web", "198.51.100.1", L, W.SOURCE_FLOATING, change=with_alike),
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
)
