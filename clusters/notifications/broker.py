"""The connection to a cluster's RabbitMQ: a queue of our own, bound to the services' exchanges.

The queue is ours alone and ends with the connection, so that nothing piles up where nobody listens. The services'
exchanges are only bound, never declared: declared before the service does, with another durability, they would keep
it from starting.
"""

import ssl
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import amqp
from amqp.exceptions import (
    AccessRefused,
    AMQPError,
    AMQPNotImplementedError,
    ConsumerCancelled,
    NotAllowed,
    NotFound,
    ResourceLocked,
    UnexpectedFrame,
)
from amqp.method_framing import frame_handler
from amqp.transport import SSLTransport, TCPTransport
from django.conf import settings
from django.utils.crypto import get_random_string, salted_hmac

from clusters.encrypted import KeyMissing
from clusters.gateway.certificate import ssl_context
from clusters.notifications.address import Address
from clusters.notifications.errors import STANDBY, BrokerError
from clusters.notifications.events import MOST_BYTES
from clusters.notifications.models import NotificationBroker

HEARTBEAT_SECONDS, ANSWER_SECONDS = 15, 10
FRAME_BYTES = 131072
HEADER, BODY = 2, 3
# Should the broker not notice that we are gone, or we fall behind: what is old or too much is of no use as a hint.
LIMITS = {"x-expires": 60_000, "x-message-ttl": 60_000, "x-max-length": 10_000, "x-max-length-bytes": 32 * 1024**2}
# What a peer that is no broker may make of the library.
NO_SENSE = (struct.error, ValueError, KeyError, IndexError, TypeError, AttributeError)


class _Bounded:
    """No peer may make us set memory aside for more than a frame."""

    def _read(self, n: int, initial: bool = False) -> bytes:
        if n > FRAME_BYTES:
            raise UnexpectedFrame(f"a frame of {n} bytes")
        return super()._read(n, initial)  # type: ignore[misc]


class _Plain(_Bounded, TCPTransport):
    pass


class _Secured(_Bounded, SSLTransport):
    def _wrap_socket(self, sock: Any, context: Any = None, **options: Any) -> ssl.SSLSocket:
        return context.wrap_socket(sock, server_hostname=self.host)


class _Connection(amqp.Connection):
    def Transport(
        self, host: str, connect_timeout: float, ssl: Any, read_timeout: float, write_timeout: float, **options: Any
    ) -> Any:
        options |= {"connect_timeout": connect_timeout, "read_timeout": read_timeout, "write_timeout": write_timeout}
        return _Secured(host, ssl=ssl, **options) if ssl else _Plain(host, **options)


def _frames(connection: amqp.Connection, callback: Callable[..., Any]) -> Callable[[Any], bool]:
    """The library's handling of frames; of a message that is too long the body is let by."""
    handle, left = frame_handler(connection, callback), dict[int, int]()

    def on_frame(frame: tuple[int, int, Any]) -> bool:
        kind, channel, content = frame
        if kind == BODY and left.get(channel, 0) > 0:
            left[channel] -= len(content)
            connection.bytes_recv += 1
            return False
        if kind == HEADER and (size := struct.unpack_from(">Q", content, 4)[0]) > MOST_BYTES:
            left[channel] = size
            content = bytes(content[:4]) + bytes(8) + bytes(content[12:])
        return handle((kind, channel, content))

    return on_frame


@contextmanager
def connected(broker: NotificationBroker, password: str | None = None) -> Iterator[amqp.Connection]:
    """A connection to the first host that answers; with the stored password if none is given. Raises `BrokerError`,
    also for what goes wrong inside the block."""
    try:
        password = broker.secret if password is None else password
    except KeyMissing:
        raise BrokerError("key_missing") from None
    connection = _open(broker, broker.parts, password)
    try:
        with _telling():
            yield connection
    finally:
        with suppress(AMQPError, OSError, *NO_SENSE):
            connection.close()
        connection.collect()


def _open(broker: NotificationBroker, address: Address, password: str) -> amqp.Connection:
    try:
        context = ssl_context(broker.cluster) if address.tls else None
    except ssl.SSLError as error:
        raise BrokerError("tls", error.reason or str(error)) from error
    failure = BrokerError("unreachable")
    for host, port in address.hosts:
        connection = _Connection(
            host=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            userid=address.username,
            password=password,
            login_method="PLAIN",
            virtual_host=address.virtual_host,
            ssl={"context": context} if context else False,
            connect_timeout=settings.CLOUD_CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            write_timeout=ANSWER_SECONDS,
            heartbeat=HEARTBEAT_SECONDS,
            frame_max=FRAME_BYTES,
            frame_handler=_frames,
            client_properties={"product": "opsys", "connection_name": f"opsys notifications {broker.cluster.name}"},
        )
        try:
            with _telling(opening=True):
                connection.connect()
            return connection
        except BrokerError as error:
            connection.collect()
            failure = error
            if error.code in ("refused", "virtual_host"):
                break
    raise failure


@contextmanager
def _telling(*, opening: bool = False) -> Iterator[None]:
    try:
        yield
    except ssl.SSLError as error:
        # A plain port that is spoken to in TLS says nothing of a certificate.
        code = "tls" if isinstance(error, ssl.SSLCertVerificationError) else "unreachable" if opening else "closed"
        raise BrokerError(code, error.reason or str(error)) from error
    except OSError as error:
        raise BrokerError("unreachable" if opening else "closed", error.strerror or str(error)) from error
    except AccessRefused as error:
        raise BrokerError("refused" if opening else "not_permitted", "" if opening else error.reply_text) from error
    except NotAllowed as error:
        raise BrokerError("virtual_host", error.reply_text) from error
    except ResourceLocked as error:
        raise BrokerError(STANDBY) from error
    except (UnexpectedFrame, AMQPNotImplementedError) as error:
        raise BrokerError("not_amqp") from error
    except AMQPError as error:
        raise BrokerError("closed", "" if isinstance(error, ConsumerCancelled) else str(error)) from error
    except NO_SENSE as error:
        raise BrokerError("not_amqp") from error


def queue_name(broker: NotificationBroker) -> str:
    """The same for all listeners of one installation: the first one has it, others stand by."""
    return f"opsys-{salted_hmac('opsys.notifications', str(broker.cluster_id)).hexdigest()[:16]}"


def declare(connection: amqp.Connection, queue: str) -> None:
    connection.channel().queue_declare(queue, durable=False, exclusive=True, auto_delete=True, arguments=dict(LIMITS))


def bind(connection: amqp.Connection, queue: str, exchanges: Iterable[str], topics: Iterable[str]) -> list[str]:
    """Returns the exchanges that are not there; a service makes its own with its first notification."""
    missing = []
    for exchange in exchanges:
        channel = connection.channel()
        try:
            for topic in topics:
                channel.queue_bind(queue, exchange, f"{topic}.#")
        except NotFound:
            missing.append(exchange)
        else:
            channel.close()
    return missing


def try_out(broker: NotificationBroker, password: str | None = None) -> list[str]:
    """Do all of it once, with a queue that ends at once. Returns which exchanges are missing; raises `BrokerError`."""
    with connected(broker, password) as connection:
        queue = f"opsys-test-{get_random_string(12)}"
        declare(connection, queue)
        exchanges = broker.exchanges.split(",")
        missing = bind(connection, queue, exchanges, broker.topics.split(","))
        if len(missing) == len(exchanges):
            raise BrokerError("no_exchange", ", ".join(missing))
        return missing
