"""Relations of networking: seen at both ends, and what a deletion would meet."""

import pytest
from django.utils import timezone

from clusters import inventory
from clusters.access import VIEW
from compute.servers.resource import SERVERS
from networking.floating_ips.models import FloatingIp
from networking.networks.resource import NETWORKS
from networking.ports.models import Port
from networking.routers.resource import ROUTERS
from networking.security_group_rules.models import SecurityGroupRule
from networking.security_groups.resource import SECURITY_GROUPS
from networking.subnets.resource import SUBNETS
from opsys.kit.relate.relations import dependents_of
from tests.factories import make_server


def store(cluster, model, *rows):
    inventory.store(model, cluster, rows, seen_at=timezone.now())


def port(cloud_id, owner, device="", **rest):
    usual = {"network_id": "n1", "subnet_ids": ["s1"], "security_group_ids": [], "fixed_ips": []}
    return {"cloud_id": cloud_id, "name": cloud_id, "device_owner": owner, "device_id": device, **usual, **rest}


@pytest.fixture
def vera(make_user, cluster):
    make_server(cluster, name="web-1", cloud_id="v1")
    store(cluster, NETWORKS.model, {"cloud_id": "n1", "name": "front", "external": True})
    store(cluster, SUBNETS.model, {"cloud_id": "s1", "name": "front-v4", "network_id": "n1"})
    store(cluster, ROUTERS.model, {"cloud_id": "r1", "name": "edge", "external_network_id": "n1"})
    store(cluster, SECURITY_GROUPS.model, {"cloud_id": "g1", "name": "web"}, {"cloud_id": "g2", "name": "db"})
    store(
        cluster,
        Port,
        port("p1", "compute:nova", "v1", security_group_ids=["g1", "g2"]),
        port("p2", "network:dhcp", "dhcp-1"),
        port("p3", "network:router_interface", "r1"),
        port("p4", "network:router_gateway", "r1", subnet_ids=[]),
    )
    store(
        cluster,
        FloatingIp,
        {"cloud_id": "f1", "name": "203.0.113.5", "network_id": "n1", "port_id": "p1", "router_id": "r1"},
        {"cloud_id": "f2", "name": "203.0.113.6", "network_id": "n1"},
    )
    store(
        cluster,
        SecurityGroupRule,
        {"cloud_id": "u1", "name": "ingress", "security_group_id": "g2", "remote_group_id": "g1"},
    )
    return make_user("vera", {cluster: [VIEW]})


def met(resource, cloud_id, user):
    """(type, how many, what becomes of them) of all that a deletion meets."""
    items = list(resource.model.objects.filter(cloud_id=cloud_id))
    found = (one.as_dict() for one in dependents_of(resource, items, user=user))
    return {(one["type"].partition(".")[2], one["relation"], one["count"], one["on_delete"]) for one in found}


def test_what_a_deletion_meets(vera):
    assert met(NETWORKS, "n1", vera) == {
        ("subnet", "network", 1, "cascades"),
        ("port", "network", 3, "blocks"),  # not the one that Neutron made for DHCP
        ("router", "external_network", 1, "blocks"),
        ("floatingip", "network", 1, "blocks"),  # a free one goes with its network
    }
    assert met(SUBNETS, "s1", vera) == {("port", "subnets", 2, "blocks")}
    assert met(ROUTERS, "r1", vera) == {("port", "router", 1, "blocks"), ("floatingip", "router", 1, "blocks")}
    assert met(SECURITY_GROUPS, "g1", vera) == {
        ("port", "security_groups", 1, "blocks"),
        ("securitygrouprule", "remote_group", 1, "cascades"),
    }
    assert met(SERVERS, "v1", vera) == {("port", "server", 1, "varies")}


@pytest.mark.parametrize(
    ("page", "panel", "shows"),
    [
        ("/networking/networks/east/n1/", "networking-subnet-network", ["front-v4"]),
        ("/networking/networks/east/n1/", "networking-port-network", ["p1", "p2", "p3", "p4"]),
        ("/networking/subnets/east/s1/", "networking-port-subnets", ["p1", "p2", "p3"]),
        ("/networking/routers/east/r1/", "networking-port-router", ["p3", "p4"]),
        ("/networking/routers/east/r1/", "networking-floatingip-router", ["203.0.113.5"]),
        ("/networking/ports/east/p1/", "networking-floatingip-port", ["203.0.113.5"]),
        ("/networking/security_groups/east/g1/", "networking-port-security_groups", ["p1"]),
        ("/networking/security_groups/east/g2/", "networking-securitygrouprule-security_group", ["ingress"]),
        ("/networking/security_groups/east/g1/", "networking-securitygrouprule-remote_group", ["ingress"]),
        ("/compute/servers/east/v1/", "networking-port-server", ["p1"]),
    ],
)
def test_each_end_shows_the_other(client, vera, page, panel, shows):
    client.force_login(vera)
    address = f"{page}panel/{panel}/"
    assert address in client.get(page).content.decode()
    drawn = client.get(address).content.decode()
    assert [
        name
        for name in ("front-v4", "p1", "p2", "p3", "p4", "203.0.113.5", "203.0.113.6", "ingress")
        if f'class="item-name" title="{name}"' in drawn
    ] == shows


def test_a_port_leads_to_what_it_belongs_to(client, vera):
    client.force_login(vera)
    listed = client.get("/networking/ports/?columns=all&server=web-1").content.decode()
    assert "/networking/ports/east/p1/" in listed and "/networking/ports/east/p3/" not in listed
    for name in ("front", "front-v4", "web-1", "web", "db"):
        assert f">{name}</a>" in listed
