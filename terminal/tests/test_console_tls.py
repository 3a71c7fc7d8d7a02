"""A console proxy behind TLS, whose certificate the cluster's own CA signed: verified as the API's is."""

import ssl

import pytest

from clusters.tests.test_tls import pem, private, signed
from terminal.console import address
from terminal.models import Policy, Session
from terminal.tests.conftest import do, run
from terminal.tests.proxy import Proxy
from terminal.tests.test_console import console
from tests.factories import make_server


@pytest.fixture(scope="module")
def root():
    return signed("Our root", ca=True)


@pytest.fixture
def server(cluster):
    Policy.objects.filter(cluster=cluster).update(console_proxies="127.0.0.0/8")
    return make_server(cluster, name="screen-1")


@pytest.fixture
def secure(tmp_path, monkeypatch):
    """secure(certificate) → a proxy that shows it; Nova names its address."""
    running = []

    def start(pair):
        path = tmp_path / "proxy.pem"
        path.write_bytes(pem(pair) + private(pair))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        one = Proxy(ssl=context).__enter__()
        running.append(one)
        monkeypatch.setattr(address, "ask", lambda *_what: one.url.replace("http:", "https:"))
        return one

    yield start
    for one in running:
        one.__exit__()


def trust(cluster, *certificates):
    cluster.ca_certificate = pem(*certificates).decode()
    cluster.save()


@run
async def test_the_clusters_own_ca_vouches_for_the_proxy(olga, server, cluster, page, secure, root):
    proxy = secure(signed("proxy", root))
    await do(trust, cluster, root)
    async with page(olga, ticket=await do(console, olga, server)) as p:
        await p.shows(b"login: ")
        await p.type(b"abc")
        await p.shows(b"ABC")
    assert proxy.connections == 1


@pytest.mark.parametrize(
    "made", [{"address": "10.9.9.9"}, {"begins": -400, "ends": -3}], ids=["another name", "expired"]
)
@run
async def test_a_certificate_that_is_not_good_is_refused(olga, server, cluster, page, secure, root, made):
    proxy = secure(signed("proxy", root, **made))
    await do(trust, cluster, root)
    async with page(olga, ticket=await do(console, olga, server), wait=False) as p:
        assert (await p.closed())[0] == 4500
        assert "certificate" in p.messages[-1]["reason"]
    assert proxy.connections == 0


@run
async def test_who_is_signed_by_another_ca_is_refused(olga, server, cluster, page, secure, root):
    proxy = secure(signed("proxy", signed("Another root", ca=True)))
    await do(trust, cluster, root)
    async with page(olga, ticket=await do(console, olga, server), wait=False) as p:
        assert (await p.closed())[0] == 4500
    assert proxy.connections == 0 and (await do(Session.objects.get)).opened_at is None
