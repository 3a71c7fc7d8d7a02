"""From a port to an address, step by step. Pure values: no database, no cloud."""

from dataclasses import dataclass, field, replace
from ipaddress import ip_address

from networking.packet_filter import INGRESS
from networking.path import routing
from networking.path.filtering import EGRESS, answered, filtered
from networking.path.steps import (
    FLOATING_IP,
    NETWORK,
    PORT,
    ROUTER,
    SERVER,
    SUBNET,
    Because,
    Place,
    Step,
    Way,
)
from networking.path.world import FloatingIp, Network, Port, Router, Traffic, World

RUNNING = frozenset(
    {"ACTIVE", "RESCUE", "PASSWORD", "RESIZE", "VERIFY_RESIZE", "REVERT_RESIZE", "MIGRATING", "REBOOT", "HARD_REBOOT"}
)
MAYBE_RUNNING = frozenset({"ERROR", "UNKNOWN", ""})


def way(world: World, source: Port, target: str, traffic: Traffic, *, meant: str = "") -> Way:
    """From the port to the address; `meant` is the port that should have it, where somebody named one."""
    walk = _Walk(world, source, target, traffic, meant)
    walk.run()
    return Way(source.id, target, tuple(walk.steps), walk.arrived, walk.seen)


@dataclass
class _Walk:
    """`seen` is the source as the far end sees it, `goal` where the packet is bound for now: both change where a
    router translates them, which `translated_at` remembers."""

    world: World
    source: Port
    target: str
    traffic: Traffic
    meant: str
    steps: list[Step] = field(default_factory=list)
    arrived: str = ""
    own: str = ""
    seen: str = ""
    goal: str = ""
    translated_at: str = ""
    routers: set[str] = field(default_factory=set)

    def run(self) -> None:
        self._say_state(self.source)
        self.goal = self.target
        if self.target in [address for _subnet, address in self.source.addresses]:
            self.arrived = self.source.id
            return self._say(Because.OWN_ADDRESS, (PORT, self.source.id))
        if not (own := self._own_address()):
            family = {"version": str(ip_address(self.target).version)}
            return self._say(Because.NO_ADDRESS, (PORT, self.source.id), **family)
        self.own = self.seen = own
        self.steps.append(filtered(self.world, self.source, EGRESS, self._packet(self.target), self.target))
        self._add(answered(self.world, self.source, EGRESS, self._packet(self.target), self.target))
        self._say_network(self.source.network)
        if ip_address(self.target).is_link_local:
            return self._say(Because.LINK_LOCAL, (NETWORK, self.source.network))
        subnet = routing.subnet_of(self.world, self.source, own)
        if subnet is None:
            return self._say(Because.MISSING, (SUBNET, dict(map(reversed, self.source.addresses))[own]))
        hop = routing.first_hop(subnet, self.target)
        if hop.because is Because.NO_GATEWAY:
            return self._say(Because.NO_GATEWAY, (SUBNET, subnet.id))
        self._say(hop.because, (SUBNET, subnet.id), to=self.target, next_hop=hop.next_hop)
        if hop.because is Because.SAME_SUBNET:
            return self._deliver(hop.network)
        return self._via(hop.network, hop.next_hop)

    def _own_address(self) -> str:
        """The one it sends from: of its addresses of the family the one in the target's subnet, else the first."""
        version = ip_address(self.target).version
        family = [address for _subnet, address in self.source.addresses if ip_address(address).version == version]
        for address in family:
            subnet = routing.subnet_of(self.world, self.source, address)
            if subnet is not None and routing.contains(subnet.cidr, self.target):
                return address
        return family[0] if family else ""

    def _via(self, network: str, next_hop: str, *, from_outside: bool = False) -> None:
        """Handed to whatever has this address on the network."""
        ports = self.world.holders(network, next_hop)
        if router := next((port for port in ports if port.router), None):
            if not router.up:
                return self._say(Because.PORT_IS_OFF, (PORT, router.id))
            return self._through(router.router, from_outside=from_outside)
        if ports:
            return self._say(Because.VIA_DEVICE, (PORT, ports[0].id), next_hop=next_hop)
        known = self.world.network(network)
        because = Because.GATEWAY_OUTSIDE if known is None or known.outside else Because.NO_ROUTER
        return self._say(because, (NETWORK, network), next_hop=next_hop)

    def _through(self, router_id: str, *, from_outside: bool = False) -> None:
        router = self.world.router(router_id)
        if router is None:
            return self._say(Because.MISSING, (ROUTER, router_id))
        if router_id in self.routers:
            return self._say(Because.LOOP, (ROUTER, router_id))
        self.routers.add(router_id)
        self._say_router(router)
        floating = next((one for one in self.world.floating_at(self.goal) if one.router == router_id), None)
        if floating is not None:
            if not from_outside:
                self._send_from_router(router, inside=True)
            return self._translate_target(floating)
        hop = routing.from_router(self.world, router, self.goal)
        if hop.because is Because.LEAVES:
            self._send_from_router(router)
            return self._outside(router)
        self._say(hop.because, (ROUTER, router_id), to=self.goal, next_hop=hop.next_hop)
        if hop.because is Because.NO_ROUTE:
            return None
        if hop.because is Because.CONNECTED:
            return self._deliver(hop.network)
        if not hop.network:
            return self._say(Because.NO_ROUTE, (ROUTER, router_id), to=hop.next_hop)
        if outside := hop.network == router.external:
            self._send_from_router(router)
        return self._via(hop.network, hop.next_hop, from_outside=outside)

    def _send_from_router(self, router: Router, *, inside: bool = False) -> None:
        """Through its gateway, or back inside to what a floating IP leads to: the source becomes a public one."""
        if ip_address(self.seen).version == 6:
            if not inside:
                because = Because.SOURCE_GLOBAL if ip_address(self.seen).is_global else Because.SOURCE_KEPT
                self._say(because, (ROUTER, router.id), address=self.seen)
            return
        owned = self.world.floating_of(self.source.id, self.own) if self.seen == self.own else ()
        own = next((one for one in owned if one.router == router.id), None)
        public = next((address for address in router.addresses if ip_address(address).version == 4), "")
        if own is not None:
            self.seen = own.address
            self._say(Because.SOURCE_FLOATING, (FLOATING_IP, own.id), address=own.address)
        elif router.snat and public:
            self.seen = public
            self._say(Because.SOURCE_TRANSLATED, (ROUTER, router.id), address=public)
        elif not inside:
            self._say(Because.SOURCE_KEPT, (ROUTER, router.id), address=self.seen)

    def _outside(self, router: Router) -> None:
        """On the router's external network."""
        subnets = self.world.subnets(router.external)
        if any(routing.contains(subnet.cidr, self.goal) for subnet in subnets):
            return self._deliver(router.external)
        self._say_network(router.external)
        return self._say(Because.LEAVES, (NETWORK, router.external), to=self.goal)

    def _translate_target(self, floating: FloatingIp) -> None:
        router, port, address = floating.router, floating.port, floating.fixed
        packet = self._packet(floating.address)
        if not port:
            forwarding = next((one for one in floating.forwardings if _forwards(one, packet)), None)
            if forwarding is None:
                return self._say(Because.LEADS_NOWHERE, (FLOATING_IP, floating.id), address=floating.address)
            port, address = forwarding.port, forwarding.address
            self.traffic = replace(self.traffic, port=forwarding.internal_port)
            because = Because.FORWARDED
        else:
            because = Because.LEADS_TO
        self.goal, self.translated_at = address, router
        values = {"address": floating.address, "to": address, "port": str(self.traffic.port or "")}
        self._say(because, (FLOATING_IP, floating.id), **values)
        found = self.world.port(port)
        if found is None:
            return self._say(Because.MISSING, (PORT, port))
        interfaces = {subnet.id for subnet in routing.inner_subnets(self.world, router)}
        subnet = routing.subnet_of(self.world, found, address)
        if subnet is None or subnet.id not in interfaces:
            return self._say(Because.NO_ROUTE, (ROUTER, router), to=address)
        return self._arrive(found)

    def _deliver(self, network: str) -> None:
        """To whoever has the address on the network."""
        if network != self.source.network:
            self._say_network(network)
        floating = next((one for one in self.world.floating_at(self.goal) if one.network == network), None)
        if floating is not None:
            if not floating.router:
                return self._say(Because.LEADS_NOWHERE, (FLOATING_IP, floating.id), address=floating.address)
            return self._through(floating.router, from_outside=True)
        if ports := self.world.holders(network, self.goal):
            return self._arrive(ports[0])
        if sharers := self.world.sharers(network, self.goal):
            return self._say(Because.SHARED, (PORT, sharers[0].id), to=self.goal)
        known = self.world.network(network)
        because = Because.OUTSIDE if known is None or known.outside else Because.NOBODY
        return self._say(because, (NETWORK, network), to=self.goal)

    def _arrive(self, port: Port) -> None:
        self.arrived = port.id
        about = (PORT, port.id)
        if self.meant and port.id != self.meant:
            return self._say(Because.OTHER_PORT, about, to=self.goal)
        if port.router:
            return self._say(Because.ROUTER_ANSWERS, about, to=self.goal)
        if port.owner.startswith("network:"):
            return self._say(Because.CLOUD_ANSWERS, about, to=self.goal)
        if not port.device:
            sharers = [other for other in self.world.sharers(port.network, self.goal) if other.device]
            if sharers:
                return self._say(Because.SHARED, (PORT, sharers[0].id), to=self.goal)
            return self._say(Because.NOT_HELD, about, to=self.goal)
        packet = self._packet(self.goal)
        self.steps.append(filtered(self.world, port, INGRESS, packet, self.seen))
        self._add(answered(self.world, port, INGRESS, packet, self.seen))
        self._say_state(port)
        return self._say_way_back(port)

    def _say_way_back(self, port: Port) -> None:
        """Whether the answer finds its way, as far as the first router: behind that it is that router's own way."""
        subnet = routing.subnet_of(self.world, port, self.goal)
        if subnet is None:
            return None
        about: Place = (SUBNET, subnet.id)
        if routing.contains(subnet.cidr, self.seen):
            # What a floating IP led to answers past the router that knows of it.
            return self._say(Because.OTHER_WAY_BACK, about, next_hop=self.seen) if self.translated_at else None
        hop = routing.first_hop(subnet, self.seen)
        if not hop.next_hop:
            return self._say(Because.NO_WAY_BACK, about, to=self.seen)
        router = next((one.router for one in self.world.holders(hop.network, hop.next_hop) if one.router), "")
        if self.translated_at and router != self.translated_at:
            return self._say(Because.OTHER_WAY_BACK, about, next_hop=hop.next_hop)
        known = self.world.router(router) if router else None
        if known is not None and router not in self.routers:
            if routing.from_router(self.world, known, self.seen).because is Because.NO_ROUTE:
                return self._say(Because.NO_WAY_BACK, (ROUTER, router), to=self.seen)
        return self._say(Because.WAY_BACK, about, to=self.seen, next_hop=hop.next_hop)

    def _say_state(self, port: Port) -> None:
        about = (PORT, port.id)
        if port.server and (status := self.world.server_status(port.server)) is not None:
            because = Because.SERVER_RUNS if status in RUNNING else Because.SERVER_IS_OFF
            because = Because.SERVER_UNKNOWN if status in MAYBE_RUNNING else because
            self._say(because, (SERVER, port.server), status=status)
        if not port.up:
            return self._say(Because.PORT_IS_OFF, about)
        because = {"ACTIVE": Because.PORT_IS_UP, "DOWN": Because.PORT_IS_DOWN, "BUILD": Because.PORT_IS_DOWN}.get(
            port.status, Because.PORT_IS_DOWN if port.status == "ERROR" else Because.PORT_UNKNOWN
        )
        return self._say(because, about, status=port.status)

    def _say_router(self, router: Router) -> None:
        if not router.up or router.status == "ERROR":
            return self._say(Because.ROUTER_IS_OFF, (ROUTER, router.id), status=router.status)
        because = Because.ROUTER_RUNS if router.status == "ACTIVE" else Because.ROUTER_UNKNOWN
        return self._say(because, (ROUTER, router.id), status=router.status)

    def _say_network(self, network: str) -> None:
        known: Network | None = self.world.network(network)
        if known is not None and not known.up:
            self._say(Because.NETWORK_IS_OFF, (NETWORK, network))

    def _packet(self, address: str):
        return self.traffic.to(address)

    def _say(self, because: Because, about: Place, **values: str) -> None:
        self.steps.append(Step(because, about, values))

    def _add(self, step: Step | None) -> None:
        if step is not None:
            self.steps.append(step)


def _forwards(forwarding, packet) -> bool:
    number = {"tcp": 6, "udp": 17}.get(forwarding.protocol.lower())
    return number == packet.number and forwarding.external_port == packet.port
