"""Where a console's proxy is, from what Nova says: hostile text like any other."""

import pytest

from terminal.console.address import proxy_address
from terminal.errors import Refused, SshError
from terminal.models import Policy
from terminal.rules import addresses
from tests.factories import make_cluster


@pytest.fixture
def cluster(db):
    return at("https://198.51.100.10:5000/v3")


def at(auth_url):
    cluster = make_cluster("east")
    cluster.auth_url = auth_url
    return cluster


@pytest.mark.parametrize(
    ("named", "connected"),
    [
        ("http://198.51.100.7:6080/vnc_lite.html?path=%3Ftoken%3Dt1", "ws://198.51.100.7:6080/?token=t1"),
        ("https://198.51.100.7/vnc_auto.html?path=websockify%3Ftoken%3Dt1", "wss://198.51.100.7/websockify?token=t1"),
        ("http://198.51.100.7:6080/vnc_auto.html?token=t1", "ws://198.51.100.7:6080/?token=t1"),
        ("https://198.51.100.7/novnc/vnc_auto.html?token=t1", "wss://198.51.100.7/novnc/?token=t1"),
        ("ws://198.51.100.7:6083/?token=t1", "ws://198.51.100.7:6083/?token=t1"),
        ("wss://198.51.100.7:6083/serial?token=t1", "wss://198.51.100.7:6083/serial?token=t1"),
        ("http://who:what@198.51.100.7:6080/?token=t1", "ws://198.51.100.7:6080/?token=t1"),
        ("http://[2001:db8::7]:6080/?token=t1", "ws://[2001:db8::7]:6080/?token=t1"),
    ],
)
def test_the_socket_is_found_in_what_nova_names(cluster, named, connected):
    assert proxy_address(named, cluster, Policy()).url == connected


@pytest.mark.parametrize(
    "named", ["", "file:///etc/passwd", "http://", "gopher://198.51.100.7/", "http://h:99999/", "//"]
)
def test_what_is_no_address_is_refused(cluster, named):
    with pytest.raises(SshError) as refused:
        proxy_address(named, cluster, Policy())
    assert refused.value.cause == "cloud"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.1.1", "2130706433"]
)
def test_closed_addresses_stay_closed(cluster, host):
    with pytest.raises(Refused) as refused:
        proxy_address(f"http://{host}:6080/?token=t", cluster, Policy())
    assert refused.value.cause == "address"


def test_the_networks_of_servers_do_not_limit_the_proxy(cluster):
    policy = Policy(allowed_networks="10.0.0.0/8")
    assert proxy_address("http://198.51.100.7:6080/?token=t", cluster, policy).address == "198.51.100.7"


def test_a_policy_opens_a_closed_network_by_naming_it(cluster):
    policy = Policy(console_proxies="127.0.5.0/24")
    assert proxy_address("http://127.0.5.9:6080/?token=t", cluster, policy).address == "127.0.5.9"
    with pytest.raises(Refused):
        proxy_address("http://127.0.6.9:6080/?token=t", cluster, policy)
    # Nothing opens a cloud's metadata.
    with pytest.raises(Refused):
        proxy_address("http://169.254.169.254/?token=t", cluster, Policy(console_proxies="169.254.0.0/16"))


def test_a_proxy_beside_the_api_needs_no_policy(db):
    cluster = at("http://127.0.7.11:5000/v3")
    assert proxy_address("http://127.0.7.11:6080/?token=t", cluster, Policy()).address == "127.0.7.11"
    with pytest.raises(Refused):
        proxy_address("http://127.0.7.12:6080/?token=t", cluster, Policy())


def test_what_was_judged_is_what_is_connected_to(cluster, monkeypatch):
    """A name that leads somewhere else a moment later (DNS rebinding) changes nothing."""
    answers = iter([["198.51.100.7"], ["127.0.0.1"]])
    real = addresses.resolve

    def resolve(host):
        return [addresses.canonical(text) for text in next(answers)] if host == "proxy.example" else real(host)

    monkeypatch.setattr(addresses, "resolve", resolve)
    found = proxy_address("https://proxy.example:6080/?token=t", cluster, Policy())
    assert (found.address, found.host) == ("198.51.100.7", "proxy.example")
    with pytest.raises(Refused):
        proxy_address("https://proxy.example:6080/?token=t", cluster, Policy())
