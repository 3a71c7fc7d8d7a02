"""Networking: each action through the API, and what the openstack command line says afterwards."""

import pytest

from tests.networking import FLOATING_IPS, GROUPS, NETWORKS, PORTS, ROUTERS, RULES, SUBNETS, done, new, refused
from tests.platform import wait_until

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def said(openstack):
    return openstack("east").shown


@pytest.fixture(scope="module")
def outside(api):
    """The external network's row."""
    wait_until(lambda: api.rows(NETWORKS, cluster="east", external="True"), "networks are listed")
    return api.rows(NETWORKS, cluster="east", external="True")[0]


@pytest.fixture(scope="module")
def network(api, said):
    made = new(api, NETWORKS, "create", "east", name="lab of ours", mtu=1400, description="one")
    yield made
    done(api, NETWORKS, "delete", made)
    assert said("network", made["cloud_id"]) is None
    assert api.rows(NETWORKS, cluster="east", q=made["cloud_id"]) == []


@pytest.fixture(scope="module")
def subnet(api, said, network):
    wish = {"cidr": "10.77.0.0/24", "allocation_pools": ["10.77.0.10-10.77.0.99"], "dns_nameservers": ["9.9.9.9"]}
    made = new(api, SUBNETS, "create", "east", network=network["cloud_id"], name="ours", **wish)
    yield made
    done(api, SUBNETS, "delete", made)
    assert said("subnet", made["cloud_id"]) is None


@pytest.fixture(scope="module")
def group(api, said):
    made = new(api, GROUPS, "create", "east", name="lab group", stateful=True)
    yield made
    done(api, GROUPS, "delete", made)
    assert said("security group", made["cloud_id"]) is None


@pytest.fixture(scope="module")
def port(api, said, network, subnet, group):
    wish = {"fixed_ips": ["10.77.0.15"], "security_groups": [group["cloud_id"]], "vnic_type": "normal"}
    made = new(api, PORTS, "create", "east", network=network["cloud_id"], name="lab port", **wish)
    yield made
    done(api, PORTS, "delete", made)
    assert said("port", made["cloud_id"]) is None


def test_networks(healthy, api, said, network):
    done(api, NETWORKS, "edit", network, name="renamed", admin_state_up=False)
    done(api, NETWORKS, "set-visibility", network, shared=True)
    now = said("network", network["cloud_id"])
    assert (now["name"], now["mtu"], now["shared"], now["admin_state_up"]) == ("renamed", 1400, True, False)
    done(api, NETWORKS, "set-visibility", network, shared=False)
    done(api, NETWORKS, "edit", network, admin_state_up=True)
    now = said("network", network["cloud_id"])
    assert (now["shared"], now["admin_state_up"]) == (False, True)
    wish = {"network_type": "vlan", "physical_network": "physnet1", "segment": 177, "shared": True}
    provider = new(api, NETWORKS, "create-provider", "east", name="lab vlan", **wish)
    now = said("network", provider["cloud_id"])
    assert (now["provider:network_type"], now["provider:segmentation_id"], now["shared"]) == ("vlan", 177, True)
    done(api, NETWORKS, "delete", provider)


def test_subnets(healthy, api, said, network, subnet, port):
    done(api, SUBNETS, "edit", subnet, dns_nameservers=[], host_routes=["10.9.0.0/16 10.77.0.3"], name="edited")
    now = said("subnet", subnet["cloud_id"])
    assert (now["name"], now["dns_nameservers"]) == ("edited", [])
    assert now["host_routes"] == [{"destination": "10.9.0.0/16", "nexthop": "10.77.0.3"}]
    assert now["allocation_pools"] == [{"start": "10.77.0.10", "end": "10.77.0.99"}]
    wait_until(lambda: api.get(f"{SUBNETS}{subnet['id']}/")["used_addresses"] >= 1, "the port's address is counted")
    held = api.get(f"{SUBNETS}{subnet['id']}/panels/addresses/")["addresses"]
    assert "10.77.0.15" in {entry["address"] for entry in held}
    text = refused(api, SUBNETS, "create", "east", network=network["cloud_id"], cidr="10.77.0.128/25")
    assert "overlaps" in text and "cidr" in text


def test_ports(healthy, api, said, network, port, group):
    done(api, PORTS, "edit", port, name="edited", mac_address="fa:16:3e:00:77:01")
    done(api, PORTS, "set-fixed-ips", port, fixed_ips=["10.77.0.16"])
    done(api, PORTS, "set-allowed-address-pairs", port, allowed_address_pairs=["10.77.0.200"])
    now = said("port", port["cloud_id"])
    assert (now["name"], now["mac_address"]) == ("edited", "fa:16:3e:00:77:01")
    assert [entry["ip_address"] for entry in now["fixed_ips"]] == ["10.77.0.16"]
    assert [pair["ip_address"] for pair in now["allowed_address_pairs"]] == ["10.77.0.200"]
    done(api, PORTS, "set-security", port, port_security=False, security_groups=[])
    assert said("port", port["cloud_id"])["port_security_enabled"] is False
    done(api, PORTS, "set-security", port, port_security=True, security_groups=[group["cloud_id"]])
    assert said("port", port["cloud_id"])["security_group_ids"] == [group["cloud_id"]]
    text = refused(api, PORTS, "create", "east", network=network["cloud_id"], mac_address="fa:16:3e:00:77:01")
    assert "mac_address" in text and "edited" in text


def test_routers_and_floating_ips(healthy, api, said, outside, subnet, port):
    router = new(api, ROUTERS, "create", "east", name="lab router")
    done(api, ROUTERS, "edit", router, name="edited", description="ours")
    done(api, ROUTERS, "set-gateway", router, external_network=outside["cloud_id"], snat=False)
    done(api, ROUTERS, "add-interface", router, subnet=subnet["cloud_id"])
    done(api, ROUTERS, "add-route", router, destination="10.8.0.0/16", nexthop="10.77.0.4")
    now = said("router", router["cloud_id"])
    assert (now["name"], now["external_gateway_info"]["enable_snat"]) == ("edited", False)
    assert now["routes"] == [{"destination": "10.8.0.0/16", "nexthop": "10.77.0.4"}]
    assert [interface["subnet_id"] for interface in now["interfaces_info"]] == [subnet["cloud_id"]]

    ip = new(api, FLOATING_IPS, "allocate", "east", network=outside["cloud_id"], description="lab")
    (of_public,) = api.rows(SUBNETS, cluster="east", network=outside["cloud_id"])
    taken = said("floating ip", ip["cloud_id"])["floating_ip_address"]
    wish = {"network": outside["cloud_id"], "subnet": of_public["cloud_id"], "address": taken}
    assert "address already" in refused(api, FLOATING_IPS, "allocate", "east", **wish)
    wish["address"] = f"{taken.rpartition('.')[0]}.253"
    chosen = new(api, FLOATING_IPS, "allocate", "east", **wish)
    assert said("floating ip", chosen["cloud_id"])["floating_ip_address"] == wish["address"]
    done(api, FLOATING_IPS, "release", chosen)
    other = new(api, PORTS, "create", "east", network=api.get(f"{PORTS}{port['id']}/")["network_id"], name="lab other")
    done(api, FLOATING_IPS, "associate", ip, port=port["cloud_id"])
    assert said("floating ip", ip["cloud_id"])["port_id"] == port["cloud_id"]
    done(api, FLOATING_IPS, "move", ip, port=other["cloud_id"])
    assert said("floating ip", ip["cloud_id"])["port_id"] == other["cloud_id"]
    done(api, FLOATING_IPS, "describe", ip, description="moved")
    done(api, FLOATING_IPS, "disassociate", ip)
    now = said("floating ip", ip["cloud_id"])
    assert (now["port_id"], now["description"]) == (None, "moved")
    done(api, FLOATING_IPS, "release", ip)
    assert said("floating ip", ip["cloud_id"]) is None
    done(api, PORTS, "delete", other)

    assert api.do(ROUTERS, "delete", router["id"])[0]["code"] == "state"
    done(api, ROUTERS, "remove-route", router, route="10.8.0.0/16 10.77.0.4")
    done(api, ROUTERS, "clear-gateway", router)
    now = said("router", router["cloud_id"])
    assert (now["routes"], now["external_gateway_info"]) == ([], None)
    of_router = {"router": router["cloud_id"], "held_by": "interface"}
    wait_until(lambda: api.rows(PORTS, **of_router), "its interface is listed")
    inside = api.rows(PORTS, **of_router)[0]
    assert api.do(PORTS, "delete", inside["id"])[0]["code"] == "state"
    assert api.do(ROUTERS, "delete", router["id"])[0]["code"] == "conflict", "Neutron's own words"
    done(api, ROUTERS, "remove-interface", router, port=inside["cloud_id"])
    assert said("router", router["cloud_id"])["interfaces_info"] == []
    done(api, ROUTERS, "delete", router)
    assert said("router", router["cloud_id"]) is None


def test_security_groups(healthy, api, openstack, said, group):
    done(api, GROUPS, "edit", group, name="edited", description="ours")
    now = said("security group", group["cloud_id"])
    assert (now["name"], now["description"]) == ("edited", "ours")
    done(api, GROUPS, "add-rules", group, presets=["ssh", "ping"], remote_ip_prefix="192.0.2.0/24")
    wish = {"security_group": group["cloud_id"], "protocol": "tcp", "port_range_min": 8000, "port_range_max": 8080}
    rule = new(api, RULES, "create", "east", **wish, remote_ip_prefix="192.0.2.0/24")
    assert "has this rule" in refused(api, RULES, "create", "east", **wish, remote_ip_prefix="192.0.2.0/24")
    done(api, RULES, "replace", rule, port_range_max=8090)
    listed = openstack("east")("security", "group", "rule", "list", group["cloud_id"], "--ingress")
    assert {row["Port Range"] for row in listed} == {"22:22", "8000:8090", "type=8"}
    assert {row["IP Range"] for row in listed} == {"192.0.2.0/24"}
    of_group = {"cluster": "east", "security_group": group["cloud_id"]}
    wait_until(lambda: api.rows(RULES, **of_group, q="8000-8090"), "the new rule is listed")
    (replaced,) = api.rows(RULES, **of_group, q="8000-8090")
    done(api, RULES, "delete", replaced)
    assert said("security group rule", replaced["cloud_id"]) is None

    copy = new(api, GROUPS, "copy", "west", source=group["cloud_id"], name="copied")
    listed = openstack("west")("security", "group", "rule", "list", copy["cloud_id"], "--ingress")
    assert {row["Port Range"] for row in listed} == {"22:22", "type=8"}
    there = {"cluster": "west", "security_group": copy["cloud_id"]}
    rules = {row["name"] for row in api.rows(RULES, **of_group)}
    wait_until(lambda: {row["name"] for row in api.rows(RULES, **there)} == rules, "the copy has the same rules")
    done(api, GROUPS, "delete", copy)
    assert openstack("west").shown("security group", copy["cloud_id"]) is None
    default = api.rows(GROUPS, cluster="east", q="default")[0]
    assert api.do(GROUPS, "delete", default["id"])[0]["code"] == "state"


def test_a_quota_that_is_used_up_is_said_in_neutrons_words(healthy, api, openstack):
    connection = openstack("east").connection
    project = connection.current_project_id
    used = len(list(connection.network.routers(project_id=project)))
    connection.network.update_quota(project, routers=used)
    try:
        (outcome,) = api.make(ROUTERS, "create", "east", name="one too many")["outcomes"]
    finally:
        connection.network.delete_quota(project)
    assert outcome["status"] == "failed" and "Quota exceeded" in outcome["reason"]
