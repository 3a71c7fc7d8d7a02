"""A real screen by way of Nova's own proxy, behind a TLS listener as in front of real clouds."""

import asyncio
import ssl
import threading
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from clusters.models import Cluster
from clusters.tests.test_tls import pem, private, signed
from lab.layout import CONSOLE_PORTS
from terminal.console import address
from terminal.console import connecting as console
from terminal.errors import SshError
from terminal.models import Policy
from terminal.ssh.connecting import Destination
from tests.openstack_cli import OpenStackCli
from tests.platform import wait_until
from tests.services import free_port

pytestmark = [pytest.mark.lab, pytest.mark.slow]
ASKER = SimpleNamespace(progress=lambda step: None)


@contextmanager
def tls_in_front_of(where, port, certificate):
    """A listener at the same address that takes TLS off; yields its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    own, loop, stop, ready = free_port(), asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def pump(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def taken(reader, writer):
        inner, outer = await asyncio.open_connection(where, port)
        await asyncio.gather(pump(reader, outer), pump(inner, writer), return_exceptions=True)

    async def listen():
        async with await asyncio.start_server(taken, where, own, ssl=context):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield own
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)


@pytest.fixture
def cluster(lab, db):
    call_command("add_cluster", "east", "--from-clouds-yaml", str(lab.layout.clouds_yaml))
    return Cluster.objects.get()


def first_words(cluster, server):
    target = Destination(cluster, server.name, 0, kind="vnc", cloud_id=server.id, policy=Policy())
    connection = console.connect(target, None, ASKER)
    try:
        said = []

        def heard():
            try:
                said.append(connection.channel.recv(100))
            except TimeoutError:
                return False
            return True

        wait_until(heard, 10, "the screen says who it is", pause=0.05)
        return said[0]
    finally:
        connection.close()


def test_novas_proxy_behind_tls_of_the_clusters_own_ca(lab, cluster, tmp_path, monkeypatch):
    conn = OpenStackCli(lab.layout.clouds_yaml, "east").connection
    server = next(one for one in conn.compute.servers(all_projects=True) if one.status == "ACTIVE")
    where, port = lab.layout.address("east"), CONSOLE_PORTS["vnc"]
    root = signed("Our root", ca=True)
    pair = signed("proxy", root, address=where)
    file = tmp_path / "proxy.pem"
    file.write_bytes(pem(pair) + private(pair))
    assert first_words(cluster, server).startswith(b"RFB 003."), "without TLS"
    with tls_in_front_of(where, port, file) as secure:
        ask = address.ask

        def named(*what):
            url = ask(*what)
            assert f"http://{where}:{port}/" in url
            return url.replace(f"http://{where}:{port}/", f"https://{where}:{secure}/")

        monkeypatch.setattr(address, "ask", named)
        with pytest.raises(SshError, match="certificate"):
            first_words(cluster, server)
        cluster.ca_certificate = pem(root).decode()
        cluster.save()
        assert first_words(cluster, server).startswith(b"RFB 003.")
