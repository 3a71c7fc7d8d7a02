"""What the internet may speak to, and what a server reaches, on a real cloud."""

from contextlib import ExitStack

import pytest

from tests.networking import RULES, done
from tests.platform import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.lab

NAME = "reached"
OFFICE = "198.51.100.0/24"


@pytest.fixture(scope="module")
def conn(openstack):
    return openstack("east").connection


@pytest.fixture(scope="module")
def made(conn):
    """A network with its way out, a server with a floating IP and SSH open to everybody, and another server on it."""
    network = conn.network
    with ExitStack() as undone:
        net = network.create_network(name=NAME)
        undone.callback(network.delete_network, net.id)
        subnet = network.create_subnet(network_id=net.id, ip_version=4, cidr="10.83.0.0/24", name=NAME)
        public = network.find_network("public")
        router = network.create_router(name=NAME, external_gateway_info={"network_id": public.id})
        undone.callback(network.delete_router, router.id)
        network.add_interface_to_router(router, subnet_id=subnet.id)
        undone.callback(network.remove_interface_from_router, router, subnet_id=subnet.id)
        group = network.create_security_group(name=NAME)
        undone.callback(network.delete_security_group, group.id)
        rule = network.create_security_group_rule(
            security_group_id=group.id, direction="ingress", protocol="tcp", port_range_min=22, port_range_max=22
        )
        image, flavor = next(conn.image.images(name="cirros-0.6.3")), conn.compute.find_flavor("m1.tiny")
        servers = []
        for number in (1, 2):
            server = conn.compute.create_server(
                name=f"{NAME}-{number}",
                image_id=image.id,
                flavor_id=flavor.id,
                networks=[{"uuid": net.id}],
                security_groups=[{"name": group.id}],
            )
            undone.callback(conn.compute.wait_for_delete, server, interval=0.5, wait=PATIENCE_SECONDS)
            undone.callback(conn.compute.delete_server, server.id)
            servers.append(conn.compute.wait_for_server(server, wait=PATIENCE_SECONDS, interval=0.5))
        ports = [next(network.ports(device_id=server.id)) for server in servers]
        ip = network.create_ip(floating_network_id=public.id, port_id=ports[0].id)
        undone.callback(network.delete_ip, ip.id)
        addresses = [port.fixed_ips[0]["ip_address"] for port in ports]
        yield {"rule": rule.id, "group": group.id, "ip": ip.floating_ip_address, "addresses": addresses}


@pytest.fixture(scope="module")
def read(platform):
    """Read the cluster now."""
    return lambda: platform.manage("sync-cluster", "east")


def path(api, source, target, port=22):
    return api.get("networking/path/", cluster="east", source=source, target=target, port=port)


def openings(api, made):
    body = api.get("networking/exposure/", cluster="east", per_page=200)
    return [row for row in body["results"] if made["ip"] in row["addresses"]]


def test_what_a_server_reaches(healthy, api, read, made):
    read()
    first, second = f"{NAME}-1", f"{NAME}-2"
    assert path(api, first, second)["verdict"] == "yes"
    assert path(api, second, made["ip"])["verdict"] == "yes"
    assert path(api, first, "192.0.2.1", 443)["verdict"] == "leaves"
    blocked = path(api, first, second, 80)
    (reason,) = {step["reason"] for one in blocked["ways"] for step in one["steps"] if step["state"] == "blocks"}
    assert (blocked["verdict"], reason) == ("no", "no-rule")


def test_what_is_open_to_the_world_is_closed(healthy, api, openstack, conn, read, made):
    read()
    (opening,) = openings(api, made)
    assert (opening["level"], opening["protocol"], opening["ports"], opening["server"]) == (
        *("high", "tcp", "22"),
        f"{NAME}-1",
    )
    remedy = opening["remedy"]
    assert (remedy["type"], remedy["action"]) == ("networking.securitygrouprule", "restrict")
    others = {rule.id for rule in conn.network.security_group_rules()} - {made["rule"]}
    done(api, RULES, remedy["action"], remedy, sources=[OFFICE])

    listed = openstack("east")("security", "group", "rule", "list", made["group"], "--ingress")
    assert [(rule["Port Range"], rule["IP Range"]) for rule in listed] == [("22:22", OFFICE)]
    assert openstack("east").shown("security group rule", made["rule"]) is None
    now = {rule.id for rule in conn.network.security_group_rules(direction="ingress")}
    everything = {rule.id for rule in conn.network.security_group_rules()}
    assert others <= everything and len(everything - others) == 1 and now

    def closed():
        read()
        return openings(api, made) == [] and path(api, f"{NAME}-1", f"{NAME}-2")["verdict"] == "no"

    wait_until(closed, "it is closed, and the path is too")
