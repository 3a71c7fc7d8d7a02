"""Networking: subnet pools, address scopes and groups, sharing, and agents, each action through the API, and what the
openstack command line says afterwards."""

import pytest

from tests.networking import (
    AGENTS,
    FLOATING_IPS,
    GROUPS,
    NETWORKS,
    PORTS,
    ROUTERS,
    RULES,
    SUBNETS,
    done,
    new,
    refused,
)
from tests.platform import wait_until

pytestmark = pytest.mark.lab

POOLS, SCOPES = "networking/subnet_pools/", "networking/address_scopes/"
ADDRESS_GROUPS, POLICIES = "networking/address_groups/", "networking/rbac_policies/"
PROJECTS, QOS = "identity/projects/", "networking/qos_policies/"
TRUNKS = "networking/trunks/"
DHCP, L3 = "DHCP agent", "L3 agent"


@pytest.fixture(scope="module")
def said(openstack):
    return openstack("east").shown


@pytest.fixture
def network(api):
    made = new(api, NETWORKS, "create", "east", name="lab shared")
    yield made
    done(api, NETWORKS, "delete", made)


def test_pools_and_scopes(healthy, api, said, network):
    scope = new(api, SCOPES, "create", "east", name="lab scope", ip_version="4")
    done(api, SCOPES, "edit", scope, name="renamed")
    assert said("address scope", scope["cloud_id"])["name"] == "renamed"
    wish = {"prefixes": ["10.90.0.0/16"], "default_prefix_length": 26, "address_scope": scope["cloud_id"]}
    pool = new(api, POOLS, "create", "east", name="lab pool", **wish)
    done(api, POOLS, "edit", pool, max_prefix_length=28, description="ours")
    done(api, POOLS, "add-prefixes", pool, prefixes=["10.91.0.0/16"])
    done(api, POOLS, "set-default", pool, is_default=True)
    now = said("subnet pool", pool["cloud_id"])
    assert (now["max_prefixlen"], now["is_default"], now["address_scope_id"]) == (28, True, scope["cloud_id"])
    assert sorted(now["prefixes"]) == ["10.90.0.0/15"], "Neutron joins neighbours"
    assert "address scope" in refused(api, POOLS, "create", "east", name="double", **wish)
    done(api, POOLS, "set-default", pool, is_default=False)

    subnet = new(api, SUBNETS, "create", "east", network=network["cloud_id"], subnet_pool=pool["cloud_id"])
    assert said("subnet", subnet["cloud_id"])["cidr"] == "10.90.0.0/26"
    assert api.do(POOLS, "delete", pool["id"])[0]["status"] == "failed", "Neutron says that it is used"
    done(api, SUBNETS, "delete", subnet)
    done(api, POOLS, "add-prefixes", pool, prefixes=["10.200.0.0/24"])
    done(api, POOLS, "remove-prefixes", pool, prefixes=["10.200.0.0/24"])
    assert said("subnet pool", pool["cloud_id"])["prefixes"] == ["10.90.0.0/15"]
    done(api, POOLS, "delete", pool)
    assert said("subnet pool", pool["cloud_id"]) is None
    done(api, SCOPES, "delete", scope)
    assert said("address scope", scope["cloud_id"]) is None


def test_address_groups(healthy, api, said):
    addresses = new(api, ADDRESS_GROUPS, "create", "east", name="lab addresses", addresses=["192.0.2.0/24"])
    done(api, ADDRESS_GROUPS, "edit", addresses, name="renamed", description="ours")
    done(api, ADDRESS_GROUPS, "add-addresses", addresses, addresses=["198.51.100.7"])
    now = said("address group", addresses["cloud_id"])
    assert (now["name"], sorted(now["addresses"])) == ("renamed", ["192.0.2.0/24", "198.51.100.7/32"])
    done(api, ADDRESS_GROUPS, "remove-addresses", addresses, addresses=["192.0.2.0/24"])
    assert said("address group", addresses["cloud_id"])["addresses"] == ["198.51.100.7/32"]

    group = new(api, GROUPS, "create", "east", name="lab of addresses", stateful=True)
    wish = {"security_group": group["cloud_id"], "protocol": "tcp", "port_range_min": 443}
    rule = new(api, RULES, "create", "east", **wish, remote_address_group_id=addresses["cloud_id"])
    assert said("security group rule", rule["cloud_id"])["remote_address_group_id"] == addresses["cloud_id"]
    assert api.do(ADDRESS_GROUPS, "delete", addresses["id"])[0]["code"] == "conflict"
    done(api, GROUPS, "delete", group)
    done(api, ADDRESS_GROUPS, "delete", addresses)
    assert said("address group", addresses["cloud_id"]) is None


def test_sharing(healthy, api, said, network):
    one, other = (row["cloud_id"] for row in api.rows(PROJECTS, cluster="east")[:2])
    share = {"network": network["cloud_id"], "access": "access_as_shared"}
    policy = new(api, POLICIES, "create", "east", **share, target_project=one)
    assert said("network rbac", policy["cloud_id"])["target_project_id"] == one
    assert "already" in refused(api, POLICIES, "create", "east", **share, target_project=one)
    done(api, POLICIES, "edit", policy, target_project=other)
    assert said("network rbac", policy["cloud_id"])["target_project_id"] == other
    row = api.rows(NETWORKS, cluster="east", q=network["cloud_id"])[0]
    shown = api.get(f"{NETWORKS}{row['id']}/panels/networking-rbacpolicy-network/")
    assert [entry["cloud_id"] for entry in shown["rows"]] == [policy["cloud_id"]]
    done(api, POLICIES, "delete", policy)
    assert said("network rbac", policy["cloud_id"]) is None


def test_agents(healthy, api, openstack, said, network):
    """Each kind on two hosts: what one has is moved to the other."""
    rows = api.rows(AGENTS, cluster="east")
    (dhcp, other_dhcp), (l3, other_l3) = ([row for row in rows if row["agent_type"] == kind] for kind in (DHCP, L3))
    done(api, AGENTS, "disable", other_dhcp)
    assert said("network agent", other_dhcp["cloud_id"])["admin_state_up"] is False
    done(api, AGENTS, "enable", other_dhcp)
    assert said("network agent", other_dhcp["cloud_id"])["admin_state_up"] is True

    def on(agent, kind):
        return {row["ID"] for row in openstack("east")(kind, "list", "--agent", agent["cloud_id"])}

    moved = network["cloud_id"]
    done(api, AGENTS, "add-network", dhcp, network=moved)
    assert moved in on(dhcp, "network")
    panel = api.get(f"{AGENTS}{dhcp['id']}/panels/networks/")["rows"]
    assert moved in {row["cloud_id"] for row in panel}
    done(api, AGENTS, "move-networks", dhcp, networks=[moved], agent=other_dhcp["cloud_id"])
    assert moved not in on(dhcp, "network") and moved in on(other_dhcp, "network")
    done(api, AGENTS, "remove-network", other_dhcp, network=moved)
    assert moved not in on(other_dhcp, "network")

    router = new(api, ROUTERS, "create", "east", name="lab moved")
    moved = router["cloud_id"]
    for agent in (l3, other_l3):  # wherever Neutron put it
        if moved in on(agent, "router"):
            done(api, AGENTS, "remove-router", agent, router=moved)
    done(api, AGENTS, "add-router", l3, router=moved)
    assert moved in on(l3, "router")
    done(api, AGENTS, "move-routers", l3, routers=[moved], agent=other_l3["cloud_id"])
    assert moved not in on(l3, "router") and moved in on(other_l3, "router")
    assert moved in {row["cloud_id"] for row in api.get(f"{AGENTS}{other_l3['id']}/panels/routers/")["rows"]}
    done(api, AGENTS, "remove-router", other_l3, router=moved)
    assert moved not in on(other_l3, "router")
    done(api, ROUTERS, "delete", router)
    assert api.do(AGENTS, "delete", l3["id"])[0]["code"] == "state", "it would come back"


def test_qos(healthy, api, said, network):
    policy = new(api, QOS, "create", "east", name="lab qos")
    done(api, QOS, "edit", policy, name="renamed", description="ours")
    done(api, QOS, "set-visibility", policy, shared=True)
    done(api, QOS, "add-rule", policy, type="bandwidth_limit", value=1000, burst=100, direction="egress")
    done(api, QOS, "add-rule", policy, type="dscp_marking", value=26)
    now = said("network qos policy", policy["cloud_id"])
    limit, mark = sorted(now["rules"], key=lambda rule: rule["type"])
    assert (now["name"], now["shared"]) == ("renamed", True)
    assert (limit["max_kbps"], limit["max_burst_kbps"], limit["direction"], mark["dscp_mark"]) == (
        1000,
        100,
        "egress",
        26,
    )
    done(api, QOS, "edit-rule", policy, rule=limit["id"], value=2000, direction="egress")
    done(api, QOS, "remove-rule", policy, rule=mark["id"])
    (rule,) = said("network qos policy", policy["cloud_id"])["rules"]
    assert (rule["id"], rule["max_kbps"]) == (limit["id"], 2000)

    port = new(api, PORTS, "create", "east", network=network["cloud_id"], name="lab limited")
    outside = api.rows(NETWORKS, cluster="east", external="True")[0]
    ip = new(api, FLOATING_IPS, "allocate", "east", network=outside["cloud_id"])
    limited = ((NETWORKS, network, "network"), (PORTS, port, "port"), (FLOATING_IPS, ip, "floating ip"))
    for path, item, kind in limited:
        done(api, path, "set-qos-policy", item, qos_policy=policy["cloud_id"])
        assert said(kind, item["cloud_id"])["qos_policy_id"] == policy["cloud_id"]
    assert api.do(QOS, "delete", policy["id"])[0]["status"] == "failed", "Neutron says that it is used"
    for path, item, kind in limited:
        done(api, path, "set-qos-policy", item, qos_policy="")
        assert said(kind, item["cloud_id"])["qos_policy_id"] is None
    done(api, PORTS, "delete", port)
    done(api, FLOATING_IPS, "release", ip)
    done(api, QOS, "delete", policy)
    assert said("network qos policy", policy["cloud_id"]) is None


def test_trunks(healthy, api, said, network):
    parent, child = (new(api, PORTS, "create", "east", network=network["cloud_id"], name=name) for name in ("p", "c"))
    trunk = new(api, TRUNKS, "create", "east", port=parent["cloud_id"], name="lab trunk")
    done(api, TRUNKS, "edit", trunk, name="renamed", description="ours")
    done(api, TRUNKS, "add-subport", trunk, port=child["cloud_id"], segmentation_id=101)
    now = said("network trunk", trunk["cloud_id"])
    entry = {"port_id": child["cloud_id"], "segmentation_type": "vlan", "segmentation_id": 101}
    assert (now["name"], now["sub_ports"]) == ("renamed", [entry])
    done(api, TRUNKS, "remove-subport", trunk, port=child["cloud_id"])
    assert said("network trunk", trunk["cloud_id"])["sub_ports"] == []
    done(api, TRUNKS, "delete", trunk)
    assert said("network trunk", trunk["cloud_id"]) is None
    for port in (parent, child):
        done(api, PORTS, "delete", port)


def test_port_forwarding(healthy, api, openstack, said, network):
    outside = api.rows(NETWORKS, cluster="east", external="True")[0]["cloud_id"]
    subnet = new(api, SUBNETS, "create", "east", network=network["cloud_id"], cidr="10.78.0.0/24")
    router = new(api, ROUTERS, "create", "east", name="lab forwarding", external_network=outside)
    done(api, ROUTERS, "add-interface", router, subnet=subnet["cloud_id"])
    port = new(api, PORTS, "create", "east", network=network["cloud_id"], fixed_ips=["10.78.0.15"])
    ip = new(api, FLOATING_IPS, "allocate", "east", network=outside)
    leads = {"port": port["cloud_id"], "protocol": "tcp", "external_port": 8022, "internal_port": 22}
    done(api, FLOATING_IPS, "add-port-forwarding", ip, **leads)
    (made,) = openstack("east")("floating", "ip", "port", "forwarding", "list", ip["cloud_id"])
    assert (made["External Port"], made["Internal IP Address"], made["Internal Port"]) == (8022, "10.78.0.15", 22)
    (shown,) = api.get(f"{FLOATING_IPS}{ip['id']}/panels/port-forwardings/")["rows"]
    assert (shown["forwarding"], shown["external_port"]) == (made["ID"], "8022")
    assert api.do(FLOATING_IPS, "associate", ip["id"], port=port["cloud_id"])[0]["code"] == "state"
    done(api, FLOATING_IPS, "remove-port-forwarding", ip, forwarding=made["ID"])
    assert openstack("east")("floating", "ip", "port", "forwarding", "list", ip["cloud_id"]) == []
    done(api, FLOATING_IPS, "release", ip)
    done(api, PORTS, "delete", port)
    inside = said("router", router["cloud_id"])["interfaces_info"][0]["port_id"]
    wait_until(lambda: api.rows(PORTS, q=inside), "the router's interface is listed")
    done(api, ROUTERS, "remove-interface", router, port=inside)
    assert said("router", router["cloud_id"])["interfaces_info"] == []
    done(api, ROUTERS, "delete", router)
    done(api, SUBNETS, "delete", subnet)
