"""What the inventory knows of public addresses and of rules, as the values that are judged."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from clusters.coerce import mapping, sequence
from networking.exposure.evaluation import ExposedPort, public_ipv6
from networking.packet_filter import INGRESS, Groups, Rule
from opsys.kit.declare import register
from opsys.kit.lists.scope import Scope

ROUTER_PORTS = (
    "network:router_interface",
    "network:router_interface_distributed",
    "network:ha_router_replicated_interface",
)
VERSIONS = {"IPv4": 4, "IPv6": 6}
PLACE = ("cluster_id", "cloud_id")
ADDRESS_GROUP = "networking.addressgroup"


@dataclass
class Situation:
    """One cluster's ports with public addresses, its rules that let something in, and what these name. `owners` has
    the id of what holds each port, and `rule_rows` the row of each rule."""

    ports: list[ExposedPort] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    members: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, list[str]] = field(default_factory=dict)
    owners: dict[str, "Owner"] = field(default_factory=dict)
    rule_rows: dict[str, int] = field(default_factory=dict)

    @property
    def groups(self) -> Groups:
        return Groups(self.members, self.addresses)


@dataclass(frozen=True)
class Owner:
    """What holds a port, as far as the port tells. `row` is the port's."""

    row: int
    port_name: str
    device_id: str
    project_id: str


def situations(scope: Scope, *, user) -> dict[int, Situation]:
    """By cluster. A fixed number of queries, whatever the clusters hold."""
    found: dict[int, Situation] = defaultdict(Situation)
    for cluster_id, row, rule in _rules(scope, user):
        found[cluster_id].rules.append(rule)
        found[cluster_id].rule_rows[rule.id] = row
    public = PublicAddresses.of(scope, user)
    for port in _ports(scope, user, public):
        if addresses := public.of_port(port):
            situation = found[port.cluster_id]
            situation.ports.append(_exposed(port, addresses))
            situation.owners[port.cloud_id] = Owner(port.pk, port.name, port.device_id, port.project_id)
    _add_members(found, scope, user)
    _add_address_groups(found, scope, user)
    return found


@dataclass(frozen=True)
class PublicAddresses:
    """How a port comes to public addresses: floating IPs by (cluster, port); external networks by (cluster, network);
    the network of each subnet of IPv6 whose router has a gateway, by (cluster, subnet)."""

    floating: dict[tuple[int, str], list[str]]
    external: set[tuple[int, str]]
    routed: dict[tuple[int, str], str]

    @classmethod
    def of(cls, scope: Scope, user) -> "PublicAddresses":
        floating: dict[tuple[int, str], list[str]] = defaultdict(list)
        leading = _rows("networking.floatingip", scope, user).exclude(port_id="").order_by("name")
        for cluster_id, port_id, address in leading.values_list("cluster_id", "port_id", "name"):
            floating[cluster_id, port_id].append(address)
        external = _rows("networking.network", scope, user).filter(external=True)
        return cls(floating, set(external.values_list("cluster_id", "cloud_id")), _routed(scope, user))

    def of_port(self, port: Any) -> list[str]:
        place = port.cluster_id
        fixed = [
            (str(ip.get("subnet_id")), str(ip.get("ip_address"))) for ip in map(mapping, sequence(port.fixed_ips))
        ]
        own = self.floating.get((place, port.cloud_id), [])
        if (place, port.network_id) in self.external:
            return list(dict.fromkeys([*own, *(address for _subnet, address in fixed)]))
        routed = {subnet for subnet, _address in fixed if (place, subnet) in self.routed}
        return [*own, *public_ipv6(fixed, routed)]


def _routed(scope: Scope, user) -> dict[tuple[int, str], str]:
    subnets = _rows("networking.subnet", scope, user).filter(ip_version=6)
    networks = {(cluster, subnet): network for cluster, subnet, network in subnets.values_list(*PLACE, "network_id")}
    if not networks:
        return {}
    routers = _rows("networking.router", scope, user).exclude(external_network_id="")
    gateways = set(routers.values_list(*PLACE))
    interfaces = _rows("networking.port", scope, user).filter(device_owner__in=ROUTER_PORTS)
    found = {}
    for cluster_id, router, subnet_ids in interfaces.values_list("cluster_id", "device_id", "subnet_ids"):
        for subnet in map(str, sequence(subnet_ids)):
            if (cluster_id, router) in gateways and (cluster_id, subnet) in networks:
                found[cluster_id, subnet] = networks[cluster_id, subnet]
    return found


def _ports(scope: Scope, user, public: PublicAddresses) -> Iterator[Any]:
    """Those of servers and of whatever else holds one, but for Neutron's own, that may have public addresses."""
    floating = _rows("networking.floatingip", scope, user).exclude(port_id="").values("port_id")
    networks = {network for _cluster, network in public.external} | set(public.routed.values())
    rows = _rows("networking.port", scope, user).filter(Q(cloud_id__in=floating) | Q(network_id__in=networks))
    held = rows.exclude(device_id="").exclude(device_owner__startswith="network:")
    return held.only(
        *("cluster_id", "cloud_id", "name", "project_id", "network_id", "device_id", "fixed_ips"),
        *("security_group_ids", "port_security", "admin_state_up"),
    ).iterator()


def _exposed(port: Any, addresses: Sequence[str]) -> ExposedPort:
    return ExposedPort(
        id=port.cloud_id,
        public=tuple(addresses),
        groups=tuple(map(str, sequence(port.security_group_ids))),
        filtered=port.port_security,
        up=port.admin_state_up,
    )


def _rules(scope: Scope, user) -> Iterator[tuple[int, int, Rule]]:
    rows = _rows("networking.securitygrouprule", scope, user).filter(direction=INGRESS)
    for cluster_id, pk, ethertype, *facts in rows.values_list(
        *("cluster_id", "pk", "ethertype", "cloud_id", "security_group_id", "protocol", "port_range_min"),
        *("port_range_max", "remote_ip_prefix", "remote_group_id", "remote_address_group_id"),
    ):
        cloud_id, group, protocol, first, last, prefix, remote_group, address_group = facts
        version = VERSIONS.get(ethertype, 0)
        yield (
            cluster_id,
            pk,
            Rule(cloud_id, group, INGRESS, version, protocol, first, last, prefix, remote_group, address_group),
        )


def _add_members(found: dict[int, Situation], scope: Scope, user) -> None:
    """The allowed prefixes of the ports in remote groups. Their own addresses are none that the world has."""
    wanted = {
        (cluster_id, rule.remote_group)
        for cluster_id, situation in found.items()
        for rule in situation.rules
        if rule.remote_group
    }
    if not wanted:
        return
    rows = _rows("networking.port", scope, user).filter(cluster_id__in={cluster_id for cluster_id, _group in wanted})
    pairs = rows.values_list("cluster_id", "security_group_ids", "data__allowed_address_pairs")
    for cluster_id, groups, allowed in pairs.iterator():
        prefixes = [str(mapping(pair).get("ip_address") or "") for pair in sequence(allowed)]
        for group in map(str, sequence(groups)) if prefixes else ():
            if (cluster_id, group) in wanted:
                found[cluster_id].members[group] += prefixes


def _add_address_groups(found: dict[int, Situation], scope: Scope, user) -> None:
    if ADDRESS_GROUP not in {resource.name for resource in register.resources()}:
        return
    for cluster_id, group, addresses in _rows(ADDRESS_GROUP, scope, user).values_list(*PLACE, "addresses"):
        found[cluster_id].addresses[group] = [str(address) for address in sequence(addresses)]


def _rows(type_name: str, scope: Scope, user) -> QuerySet:
    model = register.get(type_name).model
    return model.objects.visible_to(user).present().filter(cluster_id__in=scope.ids)
