"""Who holds which address of a subnet, on its page and over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters import inventory
from clusters.access import VIEW
from networking.ports.models import Port
from networking.routers.models import Router
from networking.subnets.models import Subnet
from tests.factories import make_server


def told(client):
    pk = Subnet.objects.get(cloud_id="s1").pk
    return client.get(f"/api/v1/networking/subnets/{pk}/panels/addresses/").json()["addresses"]


def port(cloud_id, address, device, owner):
    fixed = [{"subnet_id": "s1", "ip_address": address}]
    return {"cloud_id": cloud_id, "network_id": "n", "device_id": device, "device_owner": owner, "fixed_ips": fixed}


@pytest.fixture
def viewer(client, cluster, make_user):
    subnets = [{"cloud_id": "s1", "name": "front", "network_id": "n", "cidr": "10.0.0.0/24"}]
    ports = [
        port("p1", "10.0.0.20", make_server(cluster, name="web").cloud_id, "compute:nova"),
        port("p2", "10.0.0.1", "r1", "network:router_interface"),
        port("p3", "10.0.0.3", "of-nobody-known", "network:dhcp"),
    ]
    for model, rows in ((Subnet, subnets), (Port, ports), (Router, [{"cloud_id": "r1", "name": "edge"}])):
        inventory.store(model, cluster, rows, seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    return client


def test_each_address_says_whose_it_is_in_their_order(viewer):
    found = told(viewer)
    assert [(one["address"], one["holder"] and one["holder"]["name"]) for one in found] == [
        ("10.0.0.1", "edge"),
        ("10.0.0.3", None),
        ("10.0.0.20", "web"),
    ]
    assert viewer.get(found[2]["holder"]["url"]).status_code == 200


def test_many_cost_as_many_queries_as_few(viewer, cluster):
    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert told(viewer)
        return len(counted)

    queries()
    few = queries()
    servers = [make_server(cluster, name=f"app-{number}").cloud_id for number in range(40)]
    ports = [port(f"q{at}", f"10.0.0.{at + 50}", server, "compute:nova") for at, server in enumerate(servers)]
    inventory.store(Port, cluster, ports, seen_at=timezone.now())
    assert queries() == few
