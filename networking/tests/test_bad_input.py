"""What cannot be is said at the field, before Neutron is asked."""

import pytest
from django.utils import timezone

from clusters import inventory
from clusters.access import VIEW
from networking.address_groups import forms as address_groups
from networking.floating_ips import forwarding
from networking.floating_ips.models import FloatingIp
from networking.networks import forms as networks
from networking.networks.models import Network
from networking.ports import forms as ports
from networking.ports.fields import PairsOfAddressesField
from networking.ports.models import Port
from networking.qos_policies import forms as qos
from networking.qos_policies.models import QosPolicy
from networking.rbac_policies import forms as rbac
from networking.routers import forms as routers
from networking.routers.models import Router
from networking.security_group_rules import cloud as security_group_rules
from networking.security_group_rules import forms as rules
from networking.security_group_rules.models import SecurityGroupRule
from networking.security_groups.models import SecurityGroup
from networking.subnet_pools import forms as pools
from networking.subnet_pools.models import SubnetPool
from networking.subnets import forms as subnets
from networking.subnets.models import Subnet
from networking.trunks import forms as trunks
from networking.trunks.models import Trunk
from opsys.kit.forms.form import filled

MAC = "fa:16:3e:00:00:01"
ROWS = {
    Network: [{"cloud_id": "n1", "name": "front"}, {"cloud_id": "n2", "name": "back"}],
    Subnet: [
        {"cloud_id": "s1", "name": "one", "network_id": "n1", "cidr": "10.0.0.0/24", "gateway_ip": "10.0.0.1"},
        {"cloud_id": "s3", "name": "twice", "network_id": "n2", "cidr": "10.8.0.0/24"},
        {"cloud_id": "s4", "name": "twice", "network_id": "n2", "cidr": "10.9.0.0/24"},
        {"cloud_id": "s2", "name": "two", "network_id": "n2", "cidr": "10.0.0.0/25", "gateway_ip": "10.0.0.1"},
    ],
    Router: [{"cloud_id": "r1", "name": "edge"}],
    Port: [
        {
            "cloud_id": "p1",
            "name": "inside",
            "network_id": "n1",
            "device_id": "r1",
            "device_owner": "network:router_interface",
            "mac_address": MAC,
            "subnet_ids": ["s1"],
        },
        {"cloud_id": "p2", "name": "free", "fixed_ips": [{"ip_address": "10.0.0.9"}]},
    ],
    SecurityGroup: [{"cloud_id": "g1", "name": "web"}],
    SecurityGroupRule: [
        {
            "cloud_id": "u1",
            "security_group_id": "g1",
            "direction": "ingress",
            "ethertype": "IPv4",
            "protocol": "tcp",
            "port_range_min": 22,
            "port_range_max": 22,
            "remote_ip_prefix": "192.0.2.0/24",
        }
    ],
    SubnetPool: [
        {
            "cloud_id": "o1",
            "name": "pool",
            "ip_version": 4,
            "prefixes": ["10.64.0.0/16"],
            "min_prefix_length": 24,
            "max_prefix_length": 28,
            "address_scope_id": "a1",
        }
    ],
    QosPolicy: [{"cloud_id": "q1", "rules": [{"id": "x", "type": "bandwidth_limit", "direction": "egress"}]}],
    Trunk: [{"cloud_id": "t1", "port_id": "p1", "sub_ports": [{"port_id": "p9", "segmentation_id": 7}]}],
    FloatingIp: [
        {"cloud_id": "f1", "data": {"port_forwardings": [{"id": "w", "protocol": "tcp", "external_port": 80}]}}
    ],
}


@pytest.fixture
def errors(cluster, make_user):
    """errors(form, target or None, given…) → field → what is said there."""
    for model, rows in ROWS.items():
        inventory.store(model, cluster, rows, seen_at=timezone.now())
    user = make_user("vera", {cluster: [VIEW]})

    def said(form_class, model, **given):
        about = {"targets": [model.objects.get(cloud_id=given.pop("of"))]} if model else {"cluster": cluster}
        form = filled(form_class, given, user=user, **about)
        return {name: " ".join(texts) for name, texts in form.errors.items()}

    return said


SUBNET = {"network": "front", "cidr": "10.1.0.0/24"}
RULE = {"security_group": "web", "protocol": "tcp", "port_range_min": 80}


@pytest.mark.parametrize(
    ("form", "model", "given", "field", "words"),
    [
        (subnets.CreateForm, None, {**SUBNET, "cidr": "10.1.0.5/24"}, "cidr", "Its network is 10.1.0.0/24"),
        (subnets.CreateForm, None, {**SUBNET, "cidr": "10.0.0.128/25"}, "cidr", "overlaps with one"),
        (subnets.CreateForm, None, {**SUBNET, "cidr": ""}, "cidr", "choose a subnet pool"),
        (
            subnets.CreateForm,
            None,
            {**SUBNET, "allocation_pools": ["10.1.0.9-10.1.0.20", "10.1.0.20-10.1.0.30"]},
            "allocation_pools",
            "overlaps with",
        ),
        (subnets.CreateForm, None, {**SUBNET, "allocation_pools": ["10.1.1.9"]}, "allocation_pools", "outside of"),
        (
            subnets.CreateForm,
            None,
            {**SUBNET, "allocation_pools": ["10.1.0.30-10.1.0.3"]},
            "allocation_pools",
            "ends before it begins",
        ),
        (
            subnets.CreateForm,
            None,
            {**SUBNET, "allocation_pools": ["10.1.0.2-10.1.0.90"], "gateway_ip": "10.1.0.5"},
            "gateway_ip",
            "lies in the pool",
        ),
        (subnets.CreateForm, None, {**SUBNET, "ipv6_ra_mode": "slaac"}, "ipv6_ra_mode", "Only for IPv6"),
        (
            subnets.CreateForm,
            None,
            {"network": "front", "subnet_pool": "pool", "prefix_length": 16},
            "prefix_length",
            "from 24 to 28",
        ),
        (subnets.CreateForm, None, {**SUBNET, "subnet_pool": "pool"}, "cidr", "no prefix of this pool"),
        (routers.AddInterfaceForm, Router, {"of": "r1", "subnet": "two"}, "subnet", "overlaps with one"),
        (
            routers.AddRouteForm,
            Router,
            {"of": "r1", "destination": "10.9.0.1/16", "nexthop": "10.0.0.3"},
            "destination",
            "10.9.0.0/16",
        ),
        (
            routers.AddRouteForm,
            Router,
            {"of": "r1", "destination": "10.9.0.0/16", "nexthop": "172.16.0.1"},
            "nexthop",
            "no subnet",
        ),
        (rules.CreateForm, None, {**RULE, "port_range_max": 22}, "port_range_max", "ends before it begins"),
        (rules.CreateForm, None, {**RULE, "remote_ip_prefix": "2001:db8::/32"}, "remote_ip_prefix", "not IPv4"),
        (rules.CreateForm, None, {**RULE, "protocol": "ipv6-icmp", "port_range_min": 1}, "protocol", "Only for IPv6"),
        (rules.CreateForm, None, {**RULE, "protocol": "gre"}, "port_range_min", "no ports"),
        (
            rules.CreateForm,
            None,
            {**RULE, "port_range_min": 22, "remote_ip_prefix": "192.0.2.0/24"},
            "__all__",
            "has this rule already",
        ),
        (
            rules.CreateForm,
            None,
            {**RULE, "remote_ip_prefix": "192.0.2.0/24", "remote_group_id": "web"},
            "remote_group_id",
            "Only one of",
        ),
        (ports.CreateForm, None, {"network": "front", "mac_address": MAC.upper()}, "mac_address", "“inside”"),
        (ports.CreateForm, None, {"network": "front", "mac_address": "FA16.3E00.0001"}, "mac_address", "“inside”"),
        (ports.CreateForm, None, {"network": "front", "fixed_ips": ["10.7.0.1"]}, "fixed_ips", "no subnet"),
        (ports.CreateForm, None, {"network": "back", "fixed_ips": ["twice"]}, "fixed_ips", "not unique"),
        (
            networks.ProviderForm,
            None,
            {"name": "x", "network_type": "vlan", "physical_network": "physnet1", "segment": 5000},
            "segment",
            "at most 4094",
        ),
        (pools.CreateForm, None, {"name": "x", "prefixes": ["10.2.0.0/16", "10.2.3.0/24"]}, "prefixes", "overlaps"),
        (pools.AddPrefixesForm, SubnetPool, {"of": "o1", "prefixes": ["10.64.9.0/24"]}, "prefixes", "overlaps"),
        (
            pools.CreateForm,
            None,
            {"name": "x", "prefixes": ["10.2.0.0/16"], "min_prefix_length": 28, "max_prefix_length": 24},
            "max_prefix_length",
            "in this order",
        ),
        (address_groups.CreateForm, None, {"name": "x", "addresses": ["10.2.0.1/16"]}, "addresses", "10.2.0.0/16"),
        (rbac.CreateForm, None, {"network": "front", "security_group": "web"}, "__all__", "only one"),
        (rbac.CreateForm, None, {"security_group": "web", "access": "access_as_external"}, "access", "Only networks"),
        (qos.AddRuleForm, QosPolicy, {"of": "q1", "type": "dscp_marking", "value": 7}, "value", "one of"),
        (qos.AddRuleForm, QosPolicy, {"of": "q1", "type": "bandwidth_limit", "value": 7}, "direction", "already"),
        (trunks.CreateForm, None, {"port": "p1"}, "port", "There is no “p1”"),
        (trunks.AddSubportForm, Trunk, {"of": "t1", "port": "p2", "segmentation_id": 7}, "segmentation_id", "Another"),
        (
            forwarding.AddForm,
            FloatingIp,
            {"of": "f1", "protocol": "tcp", "external_port": 80, "port": "p2"},
            "external_port",
            "already",
        ),
        (forwarding.AddForm, FloatingIp, {"of": "f1", "protocol": "tcp", "port": "p2"}, "external_port", "which one"),
    ],
)
def test_it_is_said_at_its_field(errors, form, model, given, field, words):
    said = errors(form, model, **given)
    assert words in said.get(field, ""), said
    assert set(said) == {field}


@pytest.mark.parametrize(
    ("form", "model", "given"),
    [
        (subnets.CreateForm, None, {**SUBNET, "allocation_pools": ["10.1.0.9-10.1.0.20"], "gateway_ip": "10.1.0.1"}),
        (subnets.CreateForm, None, {"network": "front", "subnet_pool": "pool", "prefix_length": 26}),
        (rules.CreateForm, None, {**RULE, "remote_ip_prefix": "192.0.2.0/24"}),
        (ports.CreateForm, None, {"network": "back", "mac_address": MAC}),
        (pools.CreateForm, None, {"name": "x", "prefixes": ["10.2.0.0/16", "10.3.0.0/16"], "min_prefix_length": 24}),
        (address_groups.CreateForm, None, {"name": "x", "addresses": ["10.2.0.1", "2001:db8::/32"]}),
        (rbac.CreateForm, None, {"network": "front", "access": "access_as_external"}),
        (qos.AddRuleForm, QosPolicy, {"of": "q1", "type": "bandwidth_limit", "value": 7, "direction": "ingress"}),
        (trunks.AddSubportForm, Trunk, {"of": "t1", "port": "p2", "segmentation_id": 8}),
        (forwarding.AddForm, FloatingIp, {"of": "f1", "protocol": "udp", "external_port": 80, "port": "p2"}),
    ],
)
def test_what_is_well_is_taken(errors, form, model, given):
    assert errors(form, model, **given) == {}


@pytest.mark.parametrize("mac", ["FA-16-3E-00-00-02", "fa16.3e00.0002", "FA163E000002"])
def test_mac_addresses_of_pairs_as_people_write_them(mac):
    found = PairsOfAddressesField().clean(f"10.0.0.5 {mac}")
    assert found == [{"ip_address": "10.0.0.5", "mac_address": "fa:16:3e:00:00:02"}]


def test_a_rule_whose_prefix_is_written_otherwise_is_the_same_rule():
    old = {"direction": "ingress", "ethertype": "IPv6", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22}
    for prefix in ("2001:db8::/32", "2001:0DB8:0:0::/32", "2001:db8::5/32"):
        assert security_group_rules._says({**old, "remote_ip_prefix": prefix}, old, "2001:db8::/32")
    assert not security_group_rules._says({**old, "remote_ip_prefix": None}, old, "2001:db8::/32")
