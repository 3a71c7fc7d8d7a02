"""Against a real RabbitMQ: who is let in, what is said of who is not, and what our queue may do there."""

import socketserver
import struct
import threading
from contextlib import contextmanager

import amqp
import pytest

from clusters.models import Cluster
from clusters.notifications.broker import bind, connected, declare, queue_name, try_out
from clusters.notifications.errors import STANDBY, BrokerError, sentence
from clusters.notifications.events import MOST_BYTES
from clusters.notifications.models import NotificationBroker
from tests.platform import PATIENCE_SECONDS
from tests.rabbitmq import PASSWORD
from tests.services import free_port

pytestmark = [pytest.mark.slow, pytest.mark.any_database]


def refused(broker, password=None):
    with pytest.raises(BrokerError) as failure:
        try_out(broker, password)
    error = failure.value
    assert PASSWORD not in f"{error!r} {sentence(error.code, error.detail, 'east')}"
    return error


def test_a_user_with_little_rights_hears_and_is_told_what_is_missing(broker, services):
    assert try_out(broker) == ["glance", "keystone", "cinder", "openstack"]


def test_where_no_service_has_notified_yet_that_is_said(broker, services):
    broker.exchanges = "glance,cinder"
    error = refused(broker)
    assert (error.code, error.detail) == ("no_exchange", "glance, cinder")


@pytest.mark.parametrize(
    ("address", "password", "code"),
    [
        ("amqp://opsys@127.0.0.1:{port}/", "wrong", "refused"),
        ("amqp://nobody@127.0.0.1:{port}/", PASSWORD, "refused"),
        ("amqp://stranger@127.0.0.1:{port}/", PASSWORD, "not_permitted"),
        ("amqp://opsys@127.0.0.1:{port}/other", PASSWORD, "virtual_host"),
        ("amqp://opsys@127.0.0.1:{port}/none-such", PASSWORD, "virtual_host"),
        ("amqp://opsys@127.0.0.1:{free}/", PASSWORD, "unreachable"),
        ("amqp://opsys@no-such-host.invalid:{port}/", PASSWORD, "unreachable"),
        ("amqps://opsys@127.0.0.1:{port}/", PASSWORD, "unreachable"),
        ("amqps://opsys@127.0.0.1:{tls_port}/", PASSWORD, "tls"),
    ],
)
def test_what_is_wrong_is_said(broker, rabbit, services, address, password, code):
    broker.address = address.format(port=rabbit.port, tls_port=rabbit.tls_port, free=free_port())
    assert refused(broker, password).code == code


@contextmanager
def answering(answer):
    """A peer that says the same to everybody, and hangs up. Its port."""

    class Peer(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(100)
            self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Peer) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


START = struct.pack(">HHBB", 10, 10, 0, 9)  # the method, and the version 0-9


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "not_amqp"),
        (struct.pack(">BHI", 1, 0, 2**32 - 1) + b"x" * 1000, "not_amqp"),  # wants 4 GB set aside
        (struct.pack(">BHI", 1, 0, 4) + b"\x00\x0a\xff\xff\xce", "not_amqp"),  # a method that there is not
        (struct.pack(">BHI", 1, 0, 10) + START + b"\x80\x00\x00\x00\xce", "not_amqp"),  # a table beyond its end
        (struct.pack(">BHI", 3, 0, 5) + b"hello\xce", "not_amqp"),  # a body of nothing
        (b"", "unreachable"),
    ],
)
def test_a_peer_that_is_no_broker_is_told_from_one(broker, answer, code):
    with answering(answer) as port:
        broker.address = f"amqp://opsys@127.0.0.1:{port}/"
        assert refused(broker).code == code


def test_an_exchange_that_may_not_be_read_is_named(broker, services):
    services.exchange("secrets")
    broker.exchanges = "secrets"
    error = refused(broker)
    assert error.code == "not_permitted"
    assert "'secrets'" in error.detail
    services.channel.exchange_delete("secrets")


def test_the_calls_between_services_are_not_heard(broker, services):
    broker.topics = "compute"
    error = refused(broker)
    assert error.code == "not_permitted"
    assert "compute.#" in error.detail


def test_tls_with_the_clusters_own_trust(broker, rabbit, services, certificate):
    broker.address = f"amqps://opsys@127.0.0.1:{rabbit.tls_port}/"
    broker.cluster.ca_certificate = certificate.read_text().split("-----BEGIN PRIVATE")[0]
    assert "nova" not in try_out(broker)
    broker.cluster.ca_certificate, broker.cluster.verify_tls = "", False
    assert "nova" not in try_out(broker)


@pytest.mark.parametrize("text", ["none", "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_no_error_of_ours(text):
    cluster = Cluster(name="east", ca_certificate=text)
    refused(NotificationBroker(cluster=cluster, address=f"amqps://opsys@127.0.0.1:{free_port()}/"), PASSWORD)


def test_the_next_host_is_tried_where_one_is_away(broker, rabbit, services):
    broker.address = f"amqp://opsys@127.0.0.1:{free_port()},127.0.0.1:{rabbit.port}/"
    assert "nova" not in try_out(broker)


def test_a_second_listener_stands_by_and_nothing_is_left_behind(broker, services):
    queue = queue_name(broker)
    with connected(broker) as connection:
        declare(connection, queue)
        with pytest.raises(BrokerError) as failure, connected(broker) as second:
            declare(second, queue)
        assert failure.value.code == STANDBY
    with pytest.raises(amqp.NotFound):
        services.connection.channel().queue_declare(queue, passive=True)


def test_a_message_that_is_too_long_is_let_by(broker, services):
    heard = []
    with connected(broker) as connection:
        declare(connection, queue_name(broker))
        bind(connection, queue_name(broker), ["nova"], ["notifications"])
        connection.channel().basic_consume(
            queue_name(broker), no_ack=True, callback=lambda message: heard.append(message.body)
        )
        services.notify("nova", "x" * (MOST_BYTES + 1))
        services.notify("nova", "y" * MOST_BYTES)
        services.notify("nova", "short", topic="notifications.error")
        services.notify("nova", "another topic", topic="audit.info")
        services.notify("neutron", "another exchange")
        services.notify("nova", "the last")
        while heard[-1:] != ["the last"]:
            connection.drain_events(timeout=PATIENCE_SECONDS)
    assert [len(body) for body in heard] == [0, MOST_BYTES, 5, 8]
