"""Where shells may go. Whatever an address is written like, what it is counts, and at the moment it is used."""

import socket
from types import SimpleNamespace

import pytest

from terminal.errors import Refused, SshError
from terminal.models import Host, Policy
from terminal.rules import addresses
from terminal.setup.destination import Destination
from terminal.setup.instances import Instance
from terminal.ssh import transport
from terminal.ssh.resolving import of_instance
from terminal.tests.conftest import do, run

OPEN, LAB = Policy(), Policy(allowed_networks="127.60.0.0/16\n10.0.0.0/8")
WIDE = Policy(allowed_networks="0.0.0.0/0\n::/0")


@pytest.mark.parametrize("policy", [OPEN, LAB, WIDE], ids=["default", "lab", "wide"])
@pytest.mark.parametrize(
    "written",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "::1", "0.0.0.0", "0"),
        *("::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1", "2002:7f00:0001::", "::", "fe80::1"),
        *("169.254.169.254", "::ffff:169.254.169.254", "2852039166", "169.254.1.1", "224.0.0.1", "255.255.255.255"),
        "fd00:ec2::254",
    ],
)
def test_never(written, policy):
    with pytest.raises((Refused, SshError)):
        addresses.allowed(written, policy)


@pytest.mark.parametrize(
    ("written", "policy", "well"),
    [
        ("127.60.3.4", LAB, True),
        ("127.60.3.4", OPEN, False),
        ("127.61.3.4", LAB, False),
        ("10.2.3.4", LAB, True),
        ("192.0.2.1", LAB, False),
        ("192.0.2.1", OPEN, True),
        ("169.254.169.254", Policy(allowed_networks="169.254.169.254/32"), False),
        ("2001:db8::5", OPEN, True),
    ],
)
def test_a_policy_opens_what_it_names(written, policy, well):
    assert (addresses.why_not(addresses.canonical(written), policy) == "") is well


def test_the_platforms_own_addresses_are_closed(monkeypatch, settings, db):
    monkeypatch.setattr(addresses, "_is_ours", lambda address: str(address) == "192.0.2.9")
    settings.TERMINAL_DENIED_NETWORKS = ["198.51.100.0/24"]
    assert addresses.why_not(addresses.canonical("192.0.2.9"), OPEN)
    assert addresses.why_not(addresses.canonical("198.51.100.7"), OPEN)
    assert not addresses.why_not(addresses.canonical("192.0.2.10"), OPEN)
    named = Policy(allowed_networks="192.0.2.9/32")
    assert not addresses.why_not(addresses.canonical("192.0.2.9"), named)
    wider = Policy(allowed_networks="192.0.2.0/24")
    assert addresses.why_not(addresses.canonical("192.0.2.9"), wider)


def test_the_machines_own_address_is_known():
    assert addresses._is_ours(addresses.canonical("127.0.0.1"))
    assert not addresses._is_ours(addresses.canonical("192.0.2.1"))


def test_the_first_allowed_address_of_a_name_is_taken(monkeypatch):
    found = [(2, 1, 6, "", (text, 0)) for text in ("127.0.0.1", "10.9.9.9", "10.9.9.8")]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *arguments, **named: found)
    assert str(addresses.allowed("x", LAB)) == "10.9.9.9"


@pytest.mark.parametrize(("port", "well"), [(22, True), (2205, True), (23, False), (3306, False)])
def test_ports(port, well):
    policy = Policy(allowed_ports="22, 2200-2210")
    if well:
        addresses.check_port(port, policy)
    else:
        with pytest.raises(Refused):
            addresses.check_port(port, policy)


@run
async def test_a_name_that_changes_between_check_and_use_is_not_asked_twice(olga, host, page, monkeypatch):
    """Checked as an allowed address; whoever asks again would be sent elsewhere."""
    asked, connected = [], []
    real = transport.socket.create_connection

    def rebinding(name, *arguments, **named):
        asked.append(name)
        return [(2, 1, 6, "", ("127.0.0.1" if len(asked) == 1 else "169.254.169.254", 0))]

    def connect(target, **named):
        connected.append(target[0])
        return real(target, **named)

    monkeypatch.setattr(addresses, "socket", SimpleNamespace(**{**vars(socket), "getaddrinfo": rebinding}))
    monkeypatch.setattr(transport, "socket", SimpleNamespace(**{**vars(socket), "create_connection": connect}))
    await do(Host.objects.update, address="rebinding.example")
    async with page(olga, host):
        assert connected == ["127.0.0.1"] and asked == ["rebinding.example"]


@run
async def test_a_refused_address_is_never_connected_to(olga, host, page, monkeypatch):
    def never(*arguments, **named):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(transport, "open_socket", never)
    for address in ("169.254.169.254", "0.0.0.0", "::1"):
        await do(Host.objects.update, address=address)
        async with page(olga, host, wait=False) as p:
            assert await p.closed() == (4403, "address")
    await do(Host.objects.update, address="127.0.0.1")
    await do(Policy.objects.update, allowed_ports="22")
    async with page(olga, host, wait=False) as p:
        assert await p.closed() == (4403, "port")


class TestOfAnInstance:
    def target(self, **fields):
        return Destination(None, "web", 22, cloud_id="id", policy=LAB, **fields)

    def of(self, instance, **fields):
        return of_instance(instance, self.target(**fields))

    def test_the_first_that_is_allowed(self):
        assert self.of(Instance("id", "web", "", ["203.0.113.5", "10.0.0.5"])) == "10.0.0.5"

    def test_one_that_belongs_to_another_is_refused(self):
        with pytest.raises(SshError, match="no longer"):
            self.of(Instance("id", "web", "", ["10.0.0.5"]), address="10.0.0.6")

    def test_one_that_two_have_is_refused(self):
        with pytest.raises(Refused, match="Another server"):
            self.of(Instance("id", "web", "", ["10.0.0.5"], frozenset({"10.0.0.5"})))
