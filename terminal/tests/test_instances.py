"""What a cloud is asked at the moment somebody connects."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from clusters.gateway import CloudError
from terminal.errors import SshError
from terminal.setup import instances

SERVER = {"id": "s", "name": "web", "status": "ACTIVE", "image": {"id": "i"}, "addresses": {}}


@pytest.fixture
def cloud(monkeypatch, db, request):
    """A cloud that answers from `state`."""
    state = SimpleNamespace(server=dict(SERVER), ports=[], floating=[], network=True)

    @contextmanager
    def call(cluster, **named):
        yield SimpleNamespace(conn=SimpleNamespace(compute=None, network=None))

    def one(proxy, path, key):
        if state.server is None:
            raise CloudError("not_found", cluster="east")
        return state.server

    def pages(proxy, path, key, query):
        if not state.network:
            raise CloudError("no_service", cluster="east")
        if key == "floatingips":
            yield [entry for entry in state.floating if entry["port_id"] == query["port_id"]]
        elif "device_id" in query:
            yield [port for port in state.ports if port["device_id"] == query["device_id"]]
        else:
            wanted = query["fixed_ips"].removeprefix("ip_address=")
            yield [p for p in state.ports if wanted in [ip["ip_address"] for ip in p["fixed_ips"]]]

    monkeypatch.setattr(instances.gateway, "call", call)
    monkeypatch.setattr(instances.gateway, "one", one)
    monkeypatch.setattr(instances.gateway, "pages", pages)
    return state


def port(name, device, *ips):
    return {"id": name, "device_id": device, "fixed_ips": [{"ip_address": ip} for ip in ips]}


def test_floating_addresses_come_first(cloud):
    cloud.ports = [port("p", "s", "10.0.0.5", "fd00::5")]
    cloud.floating = [{"port_id": "p", "floating_ip_address": "203.0.113.7"}]
    found = instances.find(None, "s")
    assert found.addresses == ["203.0.113.7", "10.0.0.5", "fd00::5"] and not found.shared
    assert (found.name, found.image_id) == ("web", "i")


def test_an_address_that_two_have_is_marked(cloud):
    cloud.ports = [port("p", "s", "10.0.0.5"), port("q", "other", "10.0.0.5"), port("r", "other", "10.0.0.50")]
    assert instances.find(None, "s").shared == {"10.0.0.5"}


def test_without_a_network_service_nova_is_believed(cloud):
    cloud.network = False
    cloud.server["addresses"] = {
        "net": [
            {"addr": "10.0.0.5", "OS-EXT-IPS:type": "fixed"},
            {"addr": "203.0.113.7", "OS-EXT-IPS:type": "floating"},
        ]
    }
    assert instances.find(None, "s").addresses == ["203.0.113.7", "10.0.0.5"]


@pytest.mark.parametrize(
    ("server", "words"),
    [(None, "no longer exists"), ({**SERVER, "status": "SHUTOFF"}, "SHUTOFF"), (SERVER, "no address")],
)
def test_why_not(cloud, server, words):
    cloud.server = server
    with pytest.raises(SshError, match=words) as refused:
        instances.find(None, "s")
    assert refused.value.cause == "instance"
