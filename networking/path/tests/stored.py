"""A world in memory, written into the inventory."""

from django.utils import timezone

from clusters.links import write_links
from networking.path.tests.memory import Memory
from opsys.kit.declare import register
from tests.factories import make_server


def store(known: Memory, cluster) -> None:
    def write(kind, rows):
        model = register.get(f"networking.{kind}").model
        values = {"digest": "", "synced_at": timezone.now()}
        made = [model(cluster=cluster, cloud_id=cloud_id, **{**values, **fields}) for cloud_id, fields in rows]
        model.objects.bulk_create(made)
        write_links(model, cluster, made)

    def routes(pairs):
        return [{"destination": destination, "nexthop": hop} for destination, hop in pairs]

    write(
        "network",
        [
            (
                one.id,
                {
                    "name": one.id,
                    "external": one.external,
                    "admin_state_up": one.up,
                    "network_type": "vlan" if one.outside else "vxlan",
                },
            )
            for one in known.networks.values()
        ],
    )
    write(
        "subnet",
        [
            (
                one.id,
                {
                    "network_id": one.network,
                    "cidr": one.cidr,
                    "gateway_ip": one.gateway,
                    "data": {"host_routes": routes(one.routes)},
                },
            )
            for one in known.subnet_list.values()
        ],
    )
    write(
        "router",
        [
            (
                one.id,
                {
                    "name": one.id,
                    "status": one.status,
                    "admin_state_up": one.up,
                    "external_network_id": one.external,
                    "external_addresses": list(one.addresses),
                    "snat": one.snat,
                    "routes": routes(one.routes),
                },
            )
            for one in known.routers.values()
        ],
    )
    write(
        "port",
        [
            (
                one.id,
                {
                    "name": one.id,
                    "status": one.status,
                    "network_id": one.network,
                    "device_id": one.device,
                    "device_owner": one.owner,
                    "fixed_ips": [{"subnet_id": subnet, "ip_address": address} for subnet, address in one.addresses],
                    "security_group_ids": list(one.groups),
                    "port_security": one.filtered,
                    "admin_state_up": one.up,
                    "data": {"allowed_address_pairs": [{"ip_address": address} for address in one.pairs]},
                },
            )
            for one in known.ports.values()
        ],
    )
    write(
        "floatingip",
        [
            (
                one.id,
                {
                    "name": one.address,
                    "network_id": one.network,
                    "router_id": one.router,
                    "port_id": one.port,
                    "fixed_address": one.fixed,
                    "data": {
                        "port_forwardings": [
                            {
                                "protocol": forwarding.protocol,
                                "external_port": forwarding.external_port,
                                "internal_port_id": forwarding.port,
                                "internal_ip_address": forwarding.address,
                                "internal_port": forwarding.internal_port,
                            }
                            for forwarding in one.forwardings
                        ]
                    },
                },
            )
            for one in known.floating.values()
        ],
    )
    write(
        "securitygrouprule",
        [
            (
                rule.id,
                {
                    "name": f"rule {rule.id}",
                    "security_group_id": rule.group,
                    "direction": rule.direction,
                    "ethertype": f"IPv{rule.version}",
                    "protocol": rule.protocol,
                    "port_range_min": rule.first,
                    "port_range_max": rule.last,
                    "remote_ip_prefix": rule.prefix,
                    "remote_group_id": rule.remote_group,
                    "remote_address_group_id": rule.address_group,
                },
            )
            for rule in known.rule_list
        ],
    )
    groups = {rule.group for rule in known.rule_list}
    write(
        "securitygroup",
        [(group, {"name": f"group {group}", "stateful": group not in known.stateless_groups}) for group in groups],
    )
    write("addressgroup", [(group, {"addresses": addresses}) for group, addresses in known.addresses.items()])
    for name, status in known.servers.items():
        make_server(cluster, name=name, cloud_id=name, status=status)
