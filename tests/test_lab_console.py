"""Real consoles by way of Nova's own proxies, which have a certificate of a private CA, as many clouds do."""

import socket
import subprocess
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from clusters.models import Cluster
from clusters.tests.test_tls import pem, private, signed
from lab.environment import Environment
from lab.layout import CONSOLE_PORTS
from terminal.console import address
from terminal.console import connecting as console
from terminal.errors import SshError
from terminal.models import Policy
from terminal.setup.destination import Destination
from tests.openstack_cli import OpenStackCli
from tests.platform import PATIENCE_SECONDS, wait_until

pytestmark = [pytest.mark.lab, pytest.mark.slow]
ASKER = SimpleNamespace(progress=lambda step: None)
HIGHER = 1000
FIRST_WORDS = {"vnc": b"RFB 003.", "serial": b"lab login:"}


def listens(host, port):
    with socket.socket() as one:
        return one.connect_ex((host, port)) == 0


@contextmanager
def novas_own_tls(lab, cloud, certificate):
    """A second pair of the cloud's proxies, with TLS."""
    environment = Environment(lab.layout.cache)
    command = [environment.python, "-m", "lab.services.consoles", lab.layout.cloud(cloud), certificate, HIGHER]
    process = subprocess.Popen([*map(str, command)], env=environment.variables(), cwd=lab.layout.cloud(cloud))
    try:
        for port in CONSOLE_PORTS.values():
            wait_until(lambda port=port: listens(lab.layout.address(cloud), port + HIGHER), "the proxy listens")
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


@pytest.fixture
def cluster(lab, db):
    call_command("add_cluster", "east", "--from-clouds-yaml", str(lab.layout.clouds_yaml))
    return Cluster.objects.get()


def first_words(cluster, server, kind):
    target = Destination(cluster, server.name, 0, kind=kind, cloud_id=server.id, policy=Policy())
    connection = console.connect(target, None, ASKER)
    said = bytearray()

    def heard():
        try:
            said.extend(connection.channel.recv(100))
        except TimeoutError:
            return False
        return FIRST_WORDS[kind] in said

    try:
        wait_until(heard, "it says who it is", pause=0.05)
    finally:
        connection.close()


def test_novas_proxies_with_tls_of_the_clusters_own_ca(lab, cluster, tmp_path, monkeypatch):
    conn = OpenStackCli(lab.layout.clouds_yaml, "east").connection
    server = next(one for one in conn.compute.servers(all_projects=True) if one.status == "ACTIVE")
    root, other = signed("Our root", ca=True), signed("Another root", ca=True)
    pair = signed("proxy", root, address=lab.layout.address("east"))
    file = tmp_path / "proxy.pem"
    file.write_bytes(pem(pair) + private(pair))
    for kind in FIRST_WORDS:
        first_words(cluster, server, kind)  # without TLS
    ask = address.ask

    def named(*what):
        """As Nova names it where its base URL has https or wss."""
        parts = urlsplit(ask(*what))
        assert parts.port in CONSOLE_PORTS.values()
        scheme = {"http": "https", "ws": "wss"}[parts.scheme]
        return parts._replace(scheme=scheme, netloc=f"{parts.hostname}:{parts.port + HIGHER}").geturl()

    monkeypatch.setattr(address, "ask", named)
    with novas_own_tls(lab, "east", file):
        for kind in FIRST_WORDS:
            for trusted in ("", pem(other).decode()):
                cluster.ca_certificate = trusted
                with pytest.raises(SshError, match="certificate"):
                    first_words(cluster, server, kind)
            cluster.ca_certificate = pem(root).decode()
            first_words(cluster, server, kind)
