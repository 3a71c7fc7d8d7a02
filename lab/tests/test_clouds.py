"""The clouds themselves. Needs the fixture `lab`: two seeded clouds that run."""

import collections
import http.client
import json
import re
import time
import urllib.request

import pytest

from lab.layout import PUBLIC_PORTS
from lab.seed.plan import PLANS
from tests.platform import PATIENCE_SECONDS

pytestmark = pytest.mark.lab


class Session:
    """One connection to each service of a cloud, kept open, with a token."""

    def __init__(self, cloud) -> None:
        self.cloud = cloud
        user = {"name": cloud.username, "domain": {"name": cloud.user_domain}, "password": cloud.password}
        scope = {"project": {"name": cloud.project_name, "domain": {"name": cloud.project_domain}}}
        identity = {"methods": ["password"], "password": {"user": user}}
        request = urllib.request.Request(
            f"{cloud.auth_url}/auth/tokens",
            json.dumps({"auth": {"identity": identity, "scope": scope}}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            self.token = answer.headers["X-Subject-Token"]
            self.catalog = json.load(answer)["token"]["catalog"]
        self.connections = {}

    def ask(self, service: str, path: str) -> tuple[int, bytes]:
        if service not in self.connections:
            self.connections[service] = http.client.HTTPConnection(
                self.cloud.address, PUBLIC_PORTS[service], timeout=30
            )
        self.connections[service].request("GET", path, headers={"X-Auth-Token": self.token})
        answer = self.connections[service].getresponse()
        return answer.status, answer.read()

    def get(self, service: str, path: str):
        status, body = self.ask(service, path)
        assert status < 400, body
        return json.loads(body)

    def servers(self) -> list[dict]:
        return self.get("compute", "/v2.1/servers/detail?all_tenants=1")["servers"]

    def close(self) -> None:
        for connection in self.connections.values():
            connection.close()
        self.connections.clear()


@pytest.fixture(params=["east", "west"])
def session(lab, request):
    session = Session(lab.cloud(request.param))
    yield session
    session.close()


@pytest.fixture
def east(lab):
    session = Session(lab.cloud("east"))
    yield session
    session.cloud.fault("all", "off")
    session.close()


def test_the_catalog_shows_the_edge(session):
    urls = {
        entry["type"]: endpoint["url"]
        for entry in session.catalog
        for endpoint in entry["endpoints"]
        if endpoint["interface"] == "public"
    }
    assert set(urls) >= set(PUBLIC_PORTS)
    for service, port in PUBLIC_PORTS.items():
        assert urls[service].startswith(f"http://{session.cloud.address}:{port}")


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("identity", "/v3"),
        ("compute", "/"),
        ("network", "/"),
        ("image", "/"),
        ("block-storage", "/"),
        ("compute", "/v2.1/servers?limit=1&all_tenants=1"),
        ("network", "/v2.0/ports?limit=1"),
        ("block-storage", "/v3/volumes?limit=1&all_tenants=1"),
    ],
)
def test_links_lead_through_the_edge(session, service, path):
    _, body = session.ask(service, path)
    own = [link for link in re.findall(r'"href": ?"(http://127[^"]+)"', body.decode())]
    assert own
    assert all(link.startswith(f"http://{session.cloud.address}:{PUBLIC_PORTS[service]}/") for link in own)


def test_servers_are_in_the_states_of_the_plan(session):
    # Other tests may have cloned, created or changed some; those of the plan that nobody touches count.
    expected = {server.name: server.state for server in PLANS[session.cloud.name].servers}
    found = {server["name"]: server["status"] for server in session.servers()}
    assert set(expected) <= set(found)
    odd = ("PAUSED", "SUSPENDED", "SHELVED_OFFLOADED", "RESCUE", "VERIFY_RESIZE", "ERROR")
    states = collections.Counter(found.values())
    assert all(states[state] for state in (*odd, "ACTIVE", "SHUTOFF"))


def test_everything_that_reports_is_alive(session):
    services = session.get("compute", "/v2.1/os-services")["services"]
    assert {"nova-compute", "nova-scheduler", "nova-conductor"} <= {service["binary"] for service in services}
    services += session.get("block-storage", "/v3/os-services")["services"]
    assert {"cinder-volume", "cinder-scheduler", "cinder-backup"} <= {service["binary"] for service in services}
    assert all(service["state"] == "up" for service in services)
    assert all(agent["alive"] for agent in session.get("network", "/v2.0/agents")["agents"])


def test_storage_and_networks_are_lived_in(session):
    volumes = session.get("block-storage", "/v3/volumes/detail?all_tenants=1")["volumes"]
    assert {"available", "in-use", "error"} <= {volume["status"] for volume in volumes}
    assert session.get("block-storage", "/v3/backups?all_tenants=1")["backups"]
    assert session.get("block-storage", "/v3/snapshots?all_tenants=1")["snapshots"]
    floating_ips = session.get("network", "/v2.0/floatingips")["floatingips"]
    assert {"ACTIVE", "DOWN"} <= {address["status"] for address in floating_ips}


@pytest.mark.parametrize(("mode", "status"), [("500", 500), ("401", 401), ("garbage", 200)])
def test_a_fault_shows_on_one_service_only(east, mode, status):
    assert east.ask("compute", "/v2.1/flavors")[0] == 200
    east.cloud.fault("compute", mode)
    answered, body = east.ask("compute", "/v2.1/flavors")
    assert answered == status
    assert b"flavors" not in body
    assert east.ask("network", "/v2.0/networks")[0] == 200
    east.cloud.fault("compute", "off")
    assert "flavors" in east.get("compute", "/v2.1/flavors")


def test_a_slow_service(east):
    east.cloud.fault("image", "delay", seconds=0.5)
    began = time.monotonic()
    east.get("image", "/v2/images?limit=1")
    assert time.monotonic() - began > 0.5


def test_a_stopped_service_is_503_and_comes_back_as_it_was(east):
    before = {server["id"]: (server["status"], server["OS-EXT-STS:power_state"]) for server in east.servers()}
    east.cloud.stop("nova")
    # The edge hung up on those that were open.
    east.close()
    try:
        assert east.ask("compute", "/v2.1/servers")[0] == 503
    finally:
        east.cloud.start("nova")
    after = {server["id"]: (server["status"], server["OS-EXT-STS:power_state"]) for server in east.servers()}
    assert after == before


def test_cloned_servers_are_served_as_real_ones(lab, east):
    before = {server["id"] for server in east.servers()}
    assert lab.clone("east", 5) == 5
    clones = [server for server in east.servers() if server["id"] not in before]
    assert len({server["id"] for server in clones}) == 5
    assert all(server["name"].startswith("clone-") for server in clones)
    assert {server["status"] for server in clones} == {"ACTIVE"}
    assert len({server["OS-EXT-SRV-ATTR:host"] for server in clones}) == 2


def test_up_again_changes_nothing(lab):
    before = {name: process.pid for name, process in lab.processes().items()}
    lab.up(("east", "west"), 2, True)
    assert {name: process.pid for name, process in lab.processes().items()} == before
