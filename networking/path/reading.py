"""A cluster's inventory as the world that a path is judged by. It is asked for as the way goes on, so that a cluster
of many thousand ports costs no more than one of ten."""

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import Any

from django.db.models import Q, QuerySet

from clusters.coerce import mapping, sequence
from clusters.links import ResourceLink
from clusters.models import Cluster
from networking.packet_filter import Groups, Rule
from networking.path import steps
from networking.path.world import FloatingIp, Forwarding, Network, Port, Router, Subnet
from opsys.kit.declare import register

VERSIONS = {"IPv4": 4, "IPv6": 6}
TUNNELLED = ("vxlan", "gre", "geneve", "local")
"""Networks of these types are of the cloud alone; on others there may be machines that Neutron does not know."""


class Inventory:
    """`World` of what the user may see of a cluster. One answer is worked out from one of these: it remembers."""

    def __init__(self, cluster: Cluster, user):
        self.cluster, self.user = cluster, user
        for name in ("port", "holders", "sharers", "subnets", "network", "router", "interfaces", "floating_at"):
            setattr(self, name, cache(getattr(self, name)))

    def rows(self, type_name: str) -> QuerySet:
        model = register.get(type_name).model
        return model.objects.visible_to(self.user).present().filter(cluster=self.cluster)

    def port(self, cloud_id: str) -> Port | None:
        return next(map(port_of, self.rows(steps.PORT).filter(cloud_id=cloud_id)), None)

    def holders(self, network: str, address: str) -> Sequence[Port]:
        found = map(port_of, self._with(address).filter(network_id=network))
        return [port for port in found if address in [own for _subnet, own in port.addresses]]

    def sharers(self, network: str, address: str) -> Sequence[Port]:
        rows = self.rows(steps.PORT).filter(network_id=network, data__allowed_address_pairs__icontains=address)
        return [port for port in map(port_of, rows) if address in port.pairs]

    def _with(self, address: str) -> QuerySet:
        return self.rows(steps.PORT).filter(search_text__contains=address)

    def subnets(self, network: str) -> Sequence[Subnet]:
        return [
            Subnet(row.cloud_id, row.network_id, row.cidr, row.gateway_ip, _routes(row.data.get("host_routes")))
            for row in self.rows(steps.SUBNET).filter(network_id=network).order_by("pk")
        ]

    def network(self, cloud_id: str) -> Network | None:
        row = self.rows(steps.NETWORK).filter(cloud_id=cloud_id).first()
        if row is None:
            return None
        outside = row.external or row.network_type not in TUNNELLED
        return Network(cloud_id, row.external, row.admin_state_up, outside)

    def router(self, cloud_id: str) -> Router | None:
        row = self.rows(steps.ROUTER).filter(cloud_id=cloud_id).first()
        if row is None:
            return None
        return Router(
            cloud_id,
            up=row.admin_state_up,
            status=row.status,
            external=row.external_network_id,
            addresses=tuple(map(str, sequence(row.external_addresses))),
            snat=row.snat,
            routes=_routes(row.routes),
        )

    def interfaces(self, router: str) -> Sequence[Port]:
        rows = self.rows(steps.PORT).filter(device_id=router).exclude(device_owner="network:router_gateway")
        return [port for port in map(port_of, rows) if port.router]

    def floating_at(self, address: str) -> Sequence[FloatingIp]:
        return [*map(_floating_ip, self.rows(steps.FLOATING_IP).filter(name=address))]

    def floating_of(self, port: str, fixed: str) -> Sequence[FloatingIp]:
        return [*map(_floating_ip, self.rows(steps.FLOATING_IP).filter(port_id=port, fixed_address=fixed))]

    def server_status(self, cloud_id: str) -> str | None:
        return self.rows(steps.SERVER).filter(cloud_id=cloud_id).values_list("status", flat=True).first()

    def rules(self, groups: Sequence[str]) -> Sequence[Rule]:
        return [rule for group in dict.fromkeys(groups) for rule in self._rules_of(group)]

    @cached_property
    def _rules_of(self):
        return cache(lambda group: [*map(_rule, self._rule_rows.filter(security_group_id=group).order_by("pk"))])

    @property
    def _rule_rows(self) -> QuerySet:
        return self.rows("networking.securitygrouprule")

    def named(self, rules: Sequence[Rule]) -> Groups:
        members = {rule.remote_group: self._members(rule.remote_group) for rule in rules if rule.remote_group}
        wanted = {rule.address_group for rule in rules if rule.address_group}
        if not wanted:
            return Groups(members)
        rows = self.rows("networking.addressgroup").filter(cloud_id__in=wanted).values_list("cloud_id", "addresses")
        return Groups(members, {group: [*map(str, sequence(addresses))] for group, addresses in rows})

    @cached_property
    def _members(self):
        return cache(self._members_of)

    def _members_of(self, group: str) -> list[str]:
        """Addresses and allowed prefixes of the ports in the group."""
        links = ResourceLink.objects.filter(
            cluster=self.cluster, target_id=group, source_type=steps.PORT, relation="security_groups"
        )
        rows = self.rows(steps.PORT).filter(cloud_id__in=links.values("source_id"))
        values = rows.values_list("fixed_ips", "data__allowed_address_pairs")
        return [address for fixed, pairs in values.iterator() for address in _addresses(fixed, pairs)]

    def stateless(self, groups: Sequence[str]) -> bool:
        return self.rows(steps.GROUP).filter(cloud_id__in=groups, stateful=False).exists()

    def ports_of_server(self, cloud_id: str) -> list[Port]:
        rows = self.rows(steps.PORT).filter(device_id=cloud_id, device_owner__startswith="compute:")
        return [*map(port_of, rows.order_by("pk"))]

    def floating_to(self, ports: Iterable[str]) -> list[str]:
        """The floating IPs that lead to these."""
        rows = self.rows(steps.FLOATING_IP).filter(Q(port_id__in=list(ports)) & ~Q(port_id=""))
        return [*rows.order_by("name").values_list("name", flat=True)]


def port_of(row: Any) -> Port:
    fixed = [mapping(entry) for entry in sequence(row.fixed_ips)]
    return Port(
        id=row.cloud_id,
        network=row.network_id,
        addresses=tuple((str(ip["subnet_id"]), str(ip["ip_address"])) for ip in fixed if ip.get("ip_address")),
        groups=tuple(map(str, sequence(row.security_group_ids))),
        filtered=row.port_security,
        up=row.admin_state_up,
        status=row.status,
        device=row.device_id,
        owner=row.device_owner,
        pairs=tuple(_addresses([], row.data.get("allowed_address_pairs"))),
    )


def _addresses(fixed: Any, pairs: Any) -> list[str]:
    found = [mapping(entry).get("ip_address") for entry in (*sequence(fixed), *sequence(pairs))]
    return [str(address) for address in found if address]


def _routes(found: Any) -> tuple[tuple[str, str], ...]:
    routes = map(mapping, sequence(found))
    return tuple((str(route.get("destination") or ""), str(route.get("nexthop") or "")) for route in routes)


def _floating_ip(row: Any) -> FloatingIp:
    told = [mapping(one) for one in sequence(row.data.get("port_forwardings"))]
    forwardings = tuple(
        Forwarding(
            protocol=str(one.get("protocol") or ""),
            external_port=one["external_port"],
            port=str(one.get("internal_port_id") or ""),
            address=str(one.get("internal_ip_address") or ""),
            internal_port=one["internal_port"],
        )
        for one in told
        if isinstance(one.get("external_port"), int) and isinstance(one.get("internal_port"), int)
    )
    return FloatingIp(
        row.cloud_id, row.name, row.network_id, row.router_id, row.port_id, row.fixed_address, forwardings
    )


def _rule(row: Any) -> Rule:
    return Rule(
        id=row.cloud_id,
        group=row.security_group_id,
        direction=row.direction,
        version=VERSIONS.get(row.ethertype, 0),
        protocol=row.protocol,
        first=row.port_range_min,
        last=row.port_range_max,
        prefix=row.remote_ip_prefix,
        remote_group=row.remote_group_id,
        address_group=row.remote_address_group_id,
    )
