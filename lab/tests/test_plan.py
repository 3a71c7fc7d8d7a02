import ipaddress

import pytest

from lab.layout import CLOUD_NAMES
from lab.seed.plan import FLAVORS, IMAGES, PLANS, STATES


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_plan_is_the_same_every_time_and_whole(plan):
    servers = plan.servers
    assert servers == plan.servers
    assert len({(server.project, server.name) for server in servers}) == len(servers)
    assert {server.flavor for server in servers} <= {flavor.name for flavor in FLAVORS}
    assert {server.image for server in servers} <= {image.name for image in IMAGES}
    networks = {(project.name, network) for project in plan.projects for network in project.networks}
    assert {(server.project, server.network) for server in servers} <= networks
    assert all(len(server.name) <= 255 for server in servers)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_every_state_occurs(plan):
    states = [server.state for server in plan.servers]
    assert {state: states.count(state) for state in STATES} == STATES
    assert states.count("ERROR") == 1
    assert sum(server.locked for server in plan.servers) == 1


def test_clouds_differ():
    assert {server.name for server in PLANS["east"].servers} != {server.name for server in PLANS["west"].servers}
    assert set(PLANS) == set(CLOUD_NAMES)
    assert len({plan.tenant_octet for plan in PLANS.values()}) == len(PLANS)


def test_odd_names_are_among_them():
    names = [server.name for server in PLANS["east"].servers]
    assert any(len(name) > 200 for name in names)
    assert any("<script>" in name for name in names)
    assert any(not name.isascii() for name in names)


def test_tenant_networks_lie_on_this_machine():
    for plan in PLANS.values():
        assert ipaddress.ip_address(f"127.{plan.tenant_octet}.10.5").is_loopback
