"""Certificates that do not verify, shown by a small real TLS peer: each is named with what is wrong and what to do."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clusters import health
from clusters.gateway.certificate import ssl_context
from clusters.models import Cluster, Credential
from tests.wire import FakeCloud, self_signed, serving

NOW = datetime.now(UTC)


def signed(name, issuer=None, *, begins=-400, ends=365, address="127.0.0.1", ca=False):
    """(certificate, key), signed by `issuer`, another such pair, or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=begins))
        .not_valid_after(NOW + timedelta(days=ends))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def pem(*certificates):
    return b"".join(certificate.public_bytes(serialization.Encoding.PEM) for certificate, _key in certificates)


def private(pair):
    return pair[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def served(tmp_path, pair):
    path = tmp_path / "peer.pem"
    path.write_bytes(pem(pair) + private(pair))
    return serving(FakeCloud(), certificate=path)


def examined(cloud, ca="", path="/v3"):
    cluster = Cluster(name="north", auth_url=cloud.url + path, ca_certificate=ca)
    return health.examine(cluster, Credential(username="admin", secret="right", project_name="admin"))


@pytest.fixture(scope="module")
def root():
    return signed("Our root", ca=True)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/v3", "", "/"])
@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({"begins": -400, "ends": -3}, "issued by “Our root”, ended on "),
        ({"begins": 3}, "is good only from "),
        ({"address": "10.9.9.9"}, "is not for this name but for: 10.9.9.9"),
    ],
)
def test_expired_early_and_of_another_name(tmp_path, root, made, words, path):
    with served(tmp_path, signed("peer", root, **made)) as cloud:
        report = examined(cloud, pem(root).decode(), path)
    assert report.code == "tls" and words in report.error, report.error
    assert "The certificate “peer” that 127.0.0.1 of cluster north shows" in report.error


@pytest.mark.django_db
def test_an_intermediate_that_is_missing(tmp_path, root):
    between = signed("Our intermediate", root, ca=True)
    with served(tmp_path, signed("peer", between)) as cloud:
        report = examined(cloud, pem(root).decode())
        assert report.code == "tls" and "issued by “Our intermediate”" in report.error
        assert "its issuer is not known here" in report.error and "intermediate one" in report.error
        assert examined(cloud, pem(between, root).decode()).ok


@pytest.mark.django_db
def test_one_that_nobody_vouches_for(tmp_path):
    with serving(FakeCloud(), certificate=self_signed(tmp_path / "own.pem")) as cloud:
        for path in ("/v3", ""):
            assert "signed by itself. If it is the right one" in examined(cloud, path=path).error


def test_notes_beside_a_certificate_do_no_harm(root):
    cluster = Cluster(name="north", ca_certificate=f"# Prüfstelle Köln\n{pem(root).decode()}")
    assert len(ssl_context(cluster).get_ca_certs()) == 1


@contextmanager
def an_old_peer(tmp_path):
    """It takes TLS 1.1 at most."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.load_cert_chain(self_signed(tmp_path / "old.pem"))
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            while True:
                try:
                    connection, _address = listening.accept()
                    context.wrap_socket(connection, server_side=True)
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=answer, daemon=True).start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.django_db
def test_a_peer_that_speaks_too_old_a_tls(tmp_path):
    with an_old_peer(tmp_path) as url:
        cluster = Cluster(name="north", auth_url=f"{url}/v3")
        report = health.examine(cluster, Credential(username="admin", secret="right", project_name="admin"))
    assert report.code == "tls" and "too old to be safe. It has to offer TLS 1.2" in report.error, report.error
