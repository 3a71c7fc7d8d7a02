"""A world in memory."""

from dataclasses import dataclass, field, replace

from networking.packet_filter import Groups
from networking.path.world import FloatingIp, Network, Port, Router, Subnet


@dataclass
class Memory:
    """A world of these things, each by its id."""

    ports: dict = field(default_factory=dict)
    subnet_list: dict = field(default_factory=dict)
    networks: dict = field(default_factory=dict)
    routers: dict = field(default_factory=dict)
    floating: dict = field(default_factory=dict)
    servers: dict = field(default_factory=dict)
    rule_list: list = field(default_factory=list)
    addresses: dict = field(default_factory=dict)
    stateless_groups: frozenset = frozenset()

    @classmethod
    def of(cls, *things, rules=(), servers=(), **rest):
        world = cls(rule_list=list(rules), servers=dict(servers), **rest)
        for thing in things:
            world.add(thing)
        return world

    def add(self, thing):
        kinds = {
            Port: self.ports,
            Subnet: self.subnet_list,
            Network: self.networks,
            Router: self.routers,
            FloatingIp: self.floating,
        }
        kinds[type(thing)][thing.id] = thing

    def changed(self, thing_id, **fields):
        """The same thing with other values."""
        for kind in (self.ports, self.subnet_list, self.networks, self.routers, self.floating):
            if thing_id in kind:
                kind[thing_id] = replace(kind[thing_id], **fields)

    def port(self, cloud_id):
        return self.ports.get(cloud_id)

    def holders(self, network, address):
        on = [port for port in self.ports.values() if port.network == network]
        return [port for port in on if address in [own for _subnet, own in port.addresses]]

    def sharers(self, network, address):
        return [port for port in self.ports.values() if port.network == network and address in port.pairs]

    def subnets(self, network):
        return [subnet for subnet in self.subnet_list.values() if subnet.network == network]

    def network(self, cloud_id):
        return self.networks.get(cloud_id)

    def router(self, cloud_id):
        return self.routers.get(cloud_id)

    def interfaces(self, router):
        return [p for p in self.ports.values() if p.router == router and p.owner != "network:router_gateway"]

    def floating_at(self, address):
        return [one for one in self.floating.values() if one.address == address]

    def floating_of(self, port, fixed):
        return [one for one in self.floating.values() if (one.port, one.fixed) == (port, fixed)]

    def server_status(self, cloud_id):
        return self.servers.get(cloud_id)

    def rules(self, groups):
        return [rule for rule in self.rule_list if rule.group in groups]

    def named(self, rules):
        members = {}
        for port in self.ports.values():
            for group in port.groups:
                members.setdefault(group, []).extend([*(own for _subnet, own in port.addresses), *port.pairs])
        return Groups(members, self.addresses)

    def stateless(self, groups):
        return any(group in self.stateless_groups for group in groups)
