"""A real RabbitMQ, and what services of a cloud do to it."""

import os

import amqp
import pytest

from clusters.notifications.models import NotificationBroker
from clusters.tests.conftest import listed_cloud  # noqa: F401 - a fixture
from tests.rabbitmq import PASSWORD, rabbitmq
from tests.services import ServiceError
from tests.wire import self_signed


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """With its key."""
    return self_signed(tmp_path_factory.mktemp("certificate") / "rabbitmq.pem")


@pytest.fixture(scope="session")
def rabbit(certificate):
    try:
        with rabbitmq(certificate) as running:
            yield running
    except ServiceError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture
def broker(cluster, rabbit):
    """As docs/notifications.md has it: a user who may do little."""
    return NotificationBroker.objects.create(
        cluster=cluster, address=f"amqp://opsys@127.0.0.1:{rabbit.port}/", secret=PASSWORD
    )


class Services:
    """A connection as the services of a cloud have it."""

    def __init__(self, port):
        self.connection = amqp.Connection(
            f"127.0.0.1:{port}", userid="openstack", password=PASSWORD, login_method="PLAIN"
        )
        self.connection.connect()
        self.channel = self.connection.channel()

    def exchange(self, name):
        """As oslo.messaging declares it: neither durable nor deleted by itself."""
        self.channel.exchange_declare(name, "topic", durable=False, auto_delete=False)

    def notify(self, exchange, body, topic="notifications.info"):
        message = amqp.Message(body, content_type="application/json", content_encoding="utf-8")
        self.channel.basic_publish(message, exchange, topic)

    def close(self):
        self.connection.close()


@pytest.fixture
def services(rabbit):
    running = Services(rabbit.port)
    running.exchange("nova")
    running.exchange("neutron")
    yield running
    for name in ("nova", "neutron"):
        running.channel.exchange_delete(name)
    running.close()
