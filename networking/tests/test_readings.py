"""What a complete reading asks: as much for a page of a few as for a full one."""

import pytest

from clusters.models import Credential
from clusters.sync import state_of, sync
from opsys.kit.declare import register
from tests.wire import FakeCloud, as_json, serving

PATHS = {
    "network": "networks",
    "subnet": "subnets",
    "port": "ports",
    "router": "routers",
    "floatingip": "floatingips",
    "securitygroup": "security-groups",
    "securitygrouprule": "security-group-rules",
    "addressgroup": "address-groups",
    "subnetpool": "subnetpools",
    "addressscope": "address-scopes",
    "rbacpolicy": "rbac-policies",
    "qospolicy": "qos/policies",
    "trunk": "trunks",
    "networkagent": "agents",
}
EXTRA = {"subnet": {"/network/v2.0/network-ip-availabilities"}}
"""What a type asks besides its list, once a pass."""


def requests(cluster, kind, count):
    """The paths of Neutron's API that a pass over one page with so many on it asks for."""
    path = f"/network/v2.0/{PATHS[kind]}"
    key = path.rpartition("/")[2].replace("-", "_")
    answers = {f"GET {path}": as_json(200, {key: [{"id": f"{kind}-{number}"} for number in range(count)]})}
    answers["GET /network/v2.0/network-ip-availabilities"] = as_json(200, {"network_ip_availabilities": []})
    with serving(FakeCloud(answers=answers)) as cloud:
        cluster.auth_url = cloud.auth_url
        cluster.save()
        Credential.objects.update(secret="right")
        Credential.objects.get(cluster=cluster).save()
        model = register.get(f"networking.{kind}").model
        sync(cluster, model)
        pages = state_of(cluster, model).full_pages
        assert model.objects.filter(cluster=cluster, gone_at=None).count() == count
        asked = [asked for method, asked, _headers, _body in cloud.seen if asked.startswith("/network/v2.0/")]
    assert pages == len(asked), "by so many the pace at rest is reckoned"
    return asked


def test_every_type_of_neutron_is_counted():
    ours = {one.name.removeprefix("networking.") for one in register.resources() if one.app == "networking"}
    assert ours == set(PATHS)


@pytest.mark.parametrize("kind", PATHS)
def test_a_pass_asks_the_same_whatever_stands_on_a_page(cluster, kind):
    few, many = requests(cluster, kind, 2), requests(cluster, kind, 150)
    assert {path.partition("?")[0] for path in many} == {f"/network/v2.0/{PATHS[kind]}", *EXTRA.get(kind, ())}
    assert sorted(few) == sorted(many)
    assert len(many) == 1 + len(EXTRA.get(kind, ()))
    # Neutron passes over a filter it does not know, and the SDK does not send this one.
    assert not any("tenant_id=" in path for path in many)
