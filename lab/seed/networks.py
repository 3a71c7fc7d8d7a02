"""Networks, routers, security groups, floating IPs."""

from openstack.connection import Connection

from lab.seed.plan import CloudPlan, Project

# (protocol, first port, last port, remote): an address range, or the name of another group.
SECURITY_GROUPS = {
    "web": (
        "HTTP and HTTPS from anywhere",
        (("tcp", 80, 80, "0.0.0.0/0"), ("tcp", 443, 443, "0.0.0.0/0"), ("icmp", None, None, "0.0.0.0/0")),
    ),
    "database": (
        "Databases, for the web servers",
        (("tcp", 5432, 5432, "web"), ("tcp", 27017, 27019, "web"), ("tcp", 22, 22, "127.0.0.0/8")),
    ),
    # Too open on purpose.
    "open-ssh": ("Temporary, remove after the migration!", (("tcp", 22, 22, "0.0.0.0/0"),)),
}


def create_external_network(admin: Connection, plan: CloudPlan) -> None:
    if admin.network.find_network("public"):
        return
    network = admin.network.create_network(
        name="public",
        is_router_external=True,
        provider_network_type="flat",
        provider_physical_network="physnet1",
        description="The way out",
    )
    admin.network.create_subnet(
        name="public-subnet",
        network_id=network.id,
        ip_version=4,
        cidr=f"127.99.{plan.external_octet}.0/24",
        is_dhcp_enabled=False,
    )


def create_project_networks(member: Connection, plan: CloudPlan, project: Project) -> None:
    """The project's networks behind one router, one /24 each: its place in the plan gives the third byte."""
    network_api = member.network
    if network_api.find_router(f"{project.name}-router", project_id=_project_id(member)):
        return
    outside = network_api.find_network("public", ignore_missing=False)
    router = network_api.create_router(name=f"{project.name}-router", external_gateway_info={"network_id": outside.id})
    place = 10 * (1 + plan.projects.index(project))
    for offset, name in enumerate(project.networks):
        network = network_api.create_network(name=name, description=f"{project.name}: {name}")
        subnet = network_api.create_subnet(
            name=f"{name}-subnet",
            network_id=network.id,
            ip_version=4,
            cidr=f"127.{plan.tenant_octet}.{place + offset}.0/24",
            # With DHCP, its agent's ports would take addresses, and nothing answers there.
            is_dhcp_enabled=False,
            dns_nameservers=["9.9.9.9"],
        )
        network_api.add_interface_to_router(router, subnet_id=subnet.id)
        network_api.create_port(name=f"{name}-vip", network_id=network.id, description="Kept for a load balancer")


def create_security_groups(member: Connection) -> None:
    groups = {group.name: group for group in member.network.security_groups(project_id=_project_id(member))}
    for name, (description, rules) in SECURITY_GROUPS.items():
        if name in groups:
            continue
        groups[name] = member.network.create_security_group(name=name, description=description)
        for protocol, first, last, remote in rules:
            source = {"remote_ip_prefix": remote} if "/" in remote else {"remote_group_id": groups[remote].id}
            member.network.create_security_group_rule(
                security_group_id=groups[name].id,
                direction="ingress",
                ether_type="IPv4",
                protocol=protocol,
                port_range_min=first,
                port_range_max=last,
                **source,
            )


def create_floating_ips(member: Connection, servers: list) -> None:
    """An address outside for each of these servers, and one more that is not used."""
    if any(member.network.ips(project_id=_project_id(member))):
        return
    outside = member.network.find_network("public", ignore_missing=False)
    for server in servers:
        port = next(member.network.ports(device_id=server.id))
        member.network.create_ip(floating_network_id=outside.id, port_id=port.id, description=f"for {server.name}")
    member.network.create_ip(floating_network_id=outside.id, description="reserve")


def _project_id(member: Connection) -> str:
    return member.session.get_project_id()
