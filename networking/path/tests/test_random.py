"""Ways through random worlds, as another program works them out.

It knows no prefixes, no rules and no steps, only whole numbers: addresses are numbers, networks are spans of them, and
what is wrong with a way is collected as two words, "no" and "unknown"."""

import random
from collections import Counter

import pytest

from networking.packet_filter import Rule
from networking.path.evaluation import way
from networking.path.steps import Verdict
from networking.path.tests.memory import Memory
from networking.path.world import FloatingIp, Forwarding, Network, Port, Router, Subnet, Traffic

OUTER, INNER = "203.0.113", ("10.0.1", "10.0.2", "10.0.3")
TARGETS = ("10.0.1.9", "10.0.2.9", "10.0.3.9", "10.0.2.77", "203.0.113.50", "203.0.113.51", "203.0.113.99", "8.8.8.8")
ADDRESS_GROUPS = {"x": ["10.0.0.0/16"], "y": ["203.0.113.0/25"]}


def random_world(seed):
    chance = random.Random(seed)
    rarely = lambda: chance.random() < 0.04  # noqa: E731 - a word for it
    things = [
        Network("out", external=True, outside=True, up=not rarely()),
        Subnet("s-out", "out", f"{OUTER}.0/24", f"{OUTER}.1"),
    ]
    for number, head in enumerate(INNER):
        things.append(Network(f"n{number}", outside=chance.random() < 0.2, up=not rarely()))
        routes = (
            ((f"10.0.{chance.randint(1, 3)}.0/24", f"{head}.{chance.choice([1, 2, 9])}"),)
            if chance.random() < 0.2
            else ()
        )
        gateway = "" if rarely() else f"{head}.{chance.choice([1, 1, 1, 1, 2])}"
        things.append(Subnet(f"s{number}", f"n{number}", f"{head}.0/24", gateway, routes))
    for number in (1, 2):
        routes = ((f"10.0.{chance.randint(1, 3)}.0/{chance.choice([16, 24, 28])}", f"{OUTER}.{10 + number % 2 + 1}"),)
        router = f"r{number}"
        things.append(
            Router(
                router,
                up=not rarely(),
                status=chance.choice(["ACTIVE"] * 9 + ["ERROR", "ALLOCATING"]),
                external="out" if chance.random() < 0.85 else "",
                addresses=(f"{OUTER}.{10 + number}",),
                snat=chance.random() < 0.8,
                routes=routes if chance.random() < 0.4 else (),
            )
        )
        own = (("s-out", f"{OUTER}.{10 + number}"),)
        things.append(Port(f"{router}-gw", "out", own, device=router, owner="network:router_gateway"))
        for net, head in enumerate(INNER):
            if chance.random() < (0.8 if number == 1 else 0.4):
                inside = ((f"s{net}", f"{head}.{number}"),)
                things.append(
                    Port(
                        f"{router}-{net}",
                        f"n{net}",
                        inside,
                        up=not rarely(),
                        device=router,
                        owner="network:router_interface",
                    )
                )
    for number, head in enumerate(INNER):
        things.append(
            Port(
                f"p{number}",
                f"n{number}",
                ((f"s{number}", f"{head}.9"),),
                groups=tuple(chance.sample("abc", chance.choice([1, 1, 2]))),
                filtered=chance.random() < 0.85,
                up=not rarely(),
                status=chance.choice(["ACTIVE"] * 12 + ["DOWN", "N/A"]),
                device="" if rarely() else f"vm{number}",
                owner="compute:nova",
                pairs=(chance.choice(["10.0.2.77", "10.0.3.0/24"]),) if chance.random() < 0.1 else (),
            )
        )
    routers = ["r1", "r1", "r2", ""]
    for number in (0, 1):
        router = chance.choice(routers)
        leads = router != "" and chance.random() < 0.8
        forwardings = (Forwarding("tcp", 80, "p2", f"{INNER[2]}.9", 22),) if router and not leads else ()
        port = chance.randrange(3)
        things.append(
            FloatingIp(
                f"f{number}",
                f"{OUTER}.{50 + number}",
                "out",
                router,
                f"p{port}" if leads else "",
                f"{INNER[port]}.9" if leads else "",
                forwardings,
            )
        )
    rules = [random_rule(chance, f"rule{number}") for number in range(chance.randint(4, 12))]
    rules += [Rule(f"all-{group}", group, "egress") for group in "abc" if chance.random() < 0.8]
    servers = {f"vm{number}": chance.choice(["ACTIVE"] * 10 + ["SHUTOFF", "ERROR"]) for number in range(3)}
    stateless = frozenset("abc" if chance.random() < 0.15 else "")
    known = Memory.of(*things, rules=rules, servers=servers, addresses=ADDRESS_GROUPS, stateless_groups=stateless)
    traffic = chance.choice(
        [Traffic("tcp", 22), Traffic("tcp", 80), Traffic("udp", 53), Traffic("icmp"), Traffic("gre")]
    )
    return known, f"p{chance.randrange(3)}", chance.choice(TARGETS), traffic


def random_rule(chance, name):
    protocol = chance.choice(["", "tcp", "tcp", "6", "udp", "icmp", "47"])
    span = {"tcp": (1, 100), "6": (1024, 65535), "udp": (53, 53), "icmp": (8, 0)}.get(protocol, (None, None))
    first, last = span if chance.random() < 0.6 else (None, None)
    remote = chance.choice(["prefix", "prefix", "remote_group", "address_group", ""])
    values = {
        "prefix": ["10.0.1.0/24", "0.0.0.0/0", "203.0.113.0/24", "203.0.113.11/32", "203.0.113.50/31"],
        "remote_group": ["a", "b", "nobody"],
        "address_group": ["x", "y", "unheard"],
    }
    said = {remote: chance.choice(values[remote])} if remote else {}
    version = chance.choice([4, 4, 4, 6])
    return Rule(
        name,
        chance.choice("abc"),
        chance.choice(["ingress", "ingress", "egress"]),
        version,
        protocol,
        first,
        last,
        **said,
    )


# The other program.

NUMBERS = {"tcp": 6, "udp": 17, "icmp": 1, "gre": 47}


def number_of(address):
    return sum(int(part) << (24 - 8 * place) for place, part in enumerate(address.split(".")))


def span_of(prefix):
    head, _slash, length = prefix.partition("/")
    size = 1 << (32 - int(length or 32))
    first = number_of(head) // size * size
    return first, first + size - 1


def within(prefix, address):
    first, last = span_of(prefix)
    return first <= number_of(address) <= last


class Other:
    def __init__(self, known, source, target, traffic):
        self.known, self.source, self.traffic = known, known.ports[source], traffic
        self.wrong, self.leaves = set(), False
        self.seen = self.own = self.source.addresses[0][1]
        self.target = self.goal = target
        self.number, self.to_port = NUMBERS[traffic.protocol], traffic.port
        self.passed, self.translator, self.arrived = [], "", ""

    def verdict(self):
        self.state(self.source)
        if self.target == self.own:
            self.arrived, self.seen = self.source.id, ""
        else:
            self.filter(self.source, "egress", self.target)
            self.network_is_up(self.source.network)
            self.from_machine()
        if "no" in self.wrong:
            return Verdict.NO
        if self.wrong:
            return Verdict.UNKNOWN
        return Verdict.LEAVES if self.leaves else Verdict.YES

    def network_is_up(self, network):
        if not self.known.networks[network].up:
            self.wrong.add("no")

    def state(self, port):
        server = self.known.servers.get(port.device) if port.device else None
        self.wrong |= {"SHUTOFF": {"no"}, "ERROR": {"unknown"}}.get(server, set())
        if not port.up or port.status == "DOWN":
            self.wrong.add("no")
        elif port.status == "N/A":
            self.wrong.add("unknown")

    def from_machine(self):
        number = int(self.source.network[1])
        subnet = self.known.subnet_list[f"s{number}"]
        if self.goal.startswith(INNER[number] + "."):
            return self.land(self.source.network)
        hop = next((hop for prefix, hop in subnet.routes if within(prefix, self.goal)), subnet.gateway)
        return self.hand_to(hop, self.source.network) if hop else self.wrong.add("no")

    def hand_to(self, hop, network, outside=False):
        there = [port for port in self.known.ports.values() if port.network == network and port.addresses[0][1] == hop]
        if not there:
            return self.wrong.add("unknown" if self.known.networks[network].outside else "no")
        if not there[0].owner.startswith("network:router"):
            return self.wrong.add("unknown")
        if not there[0].up:
            return self.wrong.add("no")
        return self.router(there[0].device, outside)

    def table(self, router):
        """Spans with what to do, the smallest first; of the same size networks come before static routes."""
        inner = {
            int(port.network[1])
            for port in self.known.ports.values()
            if port.device == router.id and port.owner == "network:router_interface" and port.up
        }
        rows = [(INNER[number] + ".0/24", "inside", f"n{number}") for number in sorted(inner)]
        if router.external:
            rows.append((f"{OUTER}.0/24", "outside", ""))
        places = [(prefix, network or "out") for prefix, _kind, network in rows]
        for prefix, hop in router.routes:
            rows.append((prefix, "static", (hop, next((net for span, net in places if within(span, hop)), ""))))
        if router.external:
            rows.append(("0.0.0.0/0", "outside", ""))
        return sorted(rows, key=lambda row: (span_of(row[0])[1] - span_of(row[0])[0], row[1] == "static"))

    def router(self, name, outside=False):
        if name in self.passed:
            return self.wrong.add("no")
        self.passed.append(name)
        router = self.known.routers[name]
        if not router.up or router.status == "ERROR":
            self.wrong.add("no")
        elif router.status != "ACTIVE":
            self.wrong.add("unknown")
        floating = next((one for one in self.known.floating.values() if one.address == self.goal), None)
        if floating and floating.router == name:
            if not outside:
                self.translate(router, surely=False)
            return self.lead(floating, router)
        row = next((row for row in self.table(router) if within(row[0], self.goal)), None)
        if row is None:
            return self.wrong.add("no")
        _prefix, kind, what = row
        if kind == "inside":
            return self.land(what)
        if kind == "outside":
            self.translate(router)
            if within(f"{OUTER}.0/24", self.goal):
                return self.land("out")
            self.network_is_up("out")
            self.leaves = True
            return None
        hop, network = what
        if not network:
            return self.wrong.add("no")
        if network == "out":
            self.translate(router)
        return self.hand_to(hop, network, network == "out")

    def translate(self, router, surely=True):
        mine = [one for one in self.known.floating.values() if one.port == self.source.id]
        floating = mine[0] if mine else None
        if self.seen == self.own and floating and floating.router == router.id:
            self.seen = floating.address
        elif router.snat:
            self.seen = router.addresses[0]
        elif surely:
            self.wrong.add("unknown")

    def lead(self, floating, router):
        if floating.port:
            port, address = floating.port, floating.fixed
        elif floating.forwardings and (self.number, self.to_port) == (6, 80):
            port, address, self.to_port = "p2", f"{INNER[2]}.9", 22
        else:
            return self.wrong.add("no")
        self.goal, self.translator = address, router.id
        if not any(kind == "inside" and what == f"n{port[1]}" for _span, kind, what in self.table(router)):
            return self.wrong.add("no")
        return self.arrive(self.known.ports[port])

    def land(self, network):
        if network != self.source.network:
            self.network_is_up(network)
        floating = next((one for one in self.known.floating.values() if one.address == self.goal), None)
        if floating and network == "out":
            return self.router(floating.router, True) if floating.router else self.wrong.add("no")
        there = [
            port for port in self.known.ports.values() if port.network == network and port.addresses[0][1] == self.goal
        ]
        if there:
            return self.arrive(there[0])
        if any(port.network == network and self.goal in port.pairs for port in self.known.ports.values()):
            return self.wrong.add("unknown")
        return self.wrong.add("unknown" if self.known.networks[network].outside else "no")

    def arrive(self, port):
        self.arrived = port.id
        if port.owner.startswith("network:"):
            return
        if not port.device:
            others = (one for one in self.known.ports.values() if one.network == port.network and one.device)
            self.wrong.add("unknown" if any(self.goal in one.pairs for one in others) else "no")
            return
        self.filter(port, "ingress", self.seen)
        self.state(port)
        self.way_back(port)

    def way_back(self, port):
        number = int(port.network[1])
        subnet = self.known.subnet_list[f"s{number}"]
        if self.seen.startswith(INNER[number] + "."):
            if self.translator:
                self.wrong.add("no")
            return
        hop = next((hop for prefix, hop in subnet.routes if within(prefix, self.seen)), subnet.gateway)
        if not hop:
            self.wrong.add("no")
            return
        there = [
            one for one in self.known.ports.values() if one.network == port.network and one.addresses[0][1] == hop
        ]
        router = there[0].device if there and there[0].owner.startswith("network:router") else ""
        if self.translator:
            if router != self.translator:
                self.wrong.add("no")
        elif router and router not in self.passed:
            if not any(within(row[0], self.seen) for row in self.table(self.known.routers[router])):
                self.wrong.add("no")

    def filter(self, port, direction, other):
        if not port.filtered:
            return
        rules = [rule for rule in self.known.rule_list if rule.group in port.groups and rule.version == 4]
        self.wrong |= self.let(rules, direction, other, [self.wanted()])
        if self.known.stateless_groups & set(port.groups):
            back = "egress" if direction == "ingress" else "ingress"
            if self.number == 1:
                self.wrong |= self.let(rules, back, other, [0])
            elif self.number == 47:
                self.wrong |= self.let(rules, back, other, [None])
            else:
                every = [self.let(rules, back, other, [port]) for port in (1024, 1025, 30000, 65534, 65535)]
                blocked = ["no" in one for one in every]
                unsure = any("unknown" in one for one in every)
                if all(blocked):
                    self.wrong.add("no")
                elif any(blocked) or unsure:
                    self.wrong.add("unknown")

    def wanted(self):
        return {6: self.to_port, 17: self.to_port, 1: 8, 47: None}[self.number]

    def let(self, rules, direction, other, ports):
        perhaps = False
        for rule in rules:
            protocol = {"": None, "tcp": 6, "6": 6, "udp": 17, "icmp": 1, "47": 47}[rule.protocol]
            if rule.direction != direction or protocol not in (None, self.number):
                continue
            if (
                protocol in (6, 17)
                and rule.first is not None
                and not all(rule.first <= one <= rule.last for one in ports)
            ):
                continue
            if protocol == 1 and rule.first is not None and [rule.first] != ports:
                continue
            if rule.address_group == "unheard":
                perhaps = True
                continue
            if any(within(prefix, other) for prefix in self.sources(rule)):
                return set()
        return {"unknown"} if perhaps else {"no"}

    def sources(self, rule):
        if rule.prefix:
            return [rule.prefix]
        if rule.address_group:
            return ADDRESS_GROUPS[rule.address_group]
        if rule.remote_group:
            members = [port for port in self.known.ports.values() if rule.remote_group in port.groups]
            return [text for port in members for text in (port.addresses[0][1], *port.pairs)]
        return ["0.0.0.0/0"]


@pytest.mark.parametrize("seed", range(500))
def test_another_program_finds_the_same(seed):
    known, source, target, traffic = random_world(seed)
    found = way(known, known.port(source), target, traffic)
    other = Other(known, source, target, traffic)
    expected = other.verdict(), other.arrived, other.seen
    assert (found.verdict, found.arrived, found.seen) == expected, (source, target, traffic, found.steps)


def test_the_random_worlds_hold_all_verdicts_and_nearly_all_kinds_of_steps():
    ways = [way(known, known.port(source), *rest) for known, source, *rest in map(random_world, range(500))]
    verdicts = Counter(found.verdict for found in ways)
    assert all(verdicts[verdict] >= 20 for verdict in Verdict), verdicts
    assert len({step.because for found in ways for step in found.steps}) >= 35
