"""To the proxy of a console, and no further: what its bytes mean is for the page."""

import ssl
import time
from dataclasses import dataclass

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as connect_websocket

from clusters.gateway import ssl_context
from clusters.sentences import gettext as _
from terminal.console import address
from terminal.console.channel import ConsoleChannel
from terminal.console.looking import LookingChannel
from terminal.errors import SshError
from terminal.models import Session
from terminal.models.sessions import LOOKING
from terminal.session.channel import Channel
from terminal.setup.destination import Destination
from terminal.setup.prompts import Asker
from terminal.ssh.sftp import SftpClient
from terminal.ssh.transport import open_socket

HANDSHAKE_SECONDS = 15
PONG_SECONDS = 20
CLOSE_SECONDS = 1
LARGEST_FRAME = 16 * 1024 * 1024
WALL_SECONDS = 10.0
"""Between two pictures of a small screen."""


@dataclass
class ConsoleConnection:
    """An open console."""

    socket: ClientConnection
    title: str
    address: str
    port: int
    channel: ConsoleChannel
    looking: LookingChannel | None = None
    route: str = ""
    login_name: str = ""
    credential_name: str = ""
    notice: str = ""
    weak: tuple[str, ...] = ()

    def open_channel(self, columns: int, rows: int) -> Channel:
        return self.looking or self.channel

    def keep_alive(self) -> bool:
        asked_at = time.monotonic()
        try:
            # Where nothing is received the answer is not received either.
            return self.socket.ping().wait(PONG_SECONDS) or self.channel.was_full_since(asked_at)
        except (ConnectionClosed, OSError):
            return False

    def open_sftp(self) -> SftpClient:
        raise SshError(_("A console transfers no files. Open a terminal for that."))

    def close(self) -> None:
        if self.looking is not None:
            self.looking.close()
        self.channel.close()


def connect(target: Destination, session: Session, asker: Asker) -> ConsoleConnection:
    """All the way. Raises `TerminalError`; then nothing is left open."""
    cluster = target.cluster
    if cluster is None:
        raise TypeError("A console is one of a cloud's server.")
    asker.progress("resolving")
    url = address.ask(cluster, target.cloud_id, target.kind, target.name)
    found = address.proxy_address(url, cluster, target.policy)
    asker.progress("connecting")
    try:
        raw = open_socket(found.address, found.port)
    except SshError as error:
        sentence = _("The console proxy %(host)s cannot be reached on port %(port)s. Is it running?")
        raise SshError(sentence % {"host": found.host, "port": found.port}, cause=error.cause) from None
    try:
        connecting = connect_websocket(
            found.url,
            sock=raw,
            ssl=ssl_context(cluster) if found.secure else None,
            server_hostname=found.host if found.secure else None,
            subprotocols=["binary"],  # type: ignore[list-item]
            compression=None,
            open_timeout=HANDSHAKE_SECONDS,
            ping_interval=None,  # the session's own probes look whether it lives
            max_size=LARGEST_FRAME,
            user_agent_header=None,
            close_timeout=CLOSE_SECONDS,
            proxy=None,
        )
        # Not a `with`: the session holds it, and its channel closes it.
        websocket = connecting.__enter__()
    except ssl.SSLError:
        raw.close()
        sentence = _("The certificate of the console proxy %(host)s could not be verified.")
        raise SshError(sentence % {"host": found.host}, cause="cloud") from None
    except (InvalidStatus, InvalidMessage, InvalidHandshake, TimeoutError, OSError, EOFError):
        raw.close()
        sentence = _("What answers on port %(port)s of %(host)s is not a console proxy, or it refused the console.")
        raise SshError(sentence % {"port": found.port, "host": found.host}, cause="cloud") from None
    channel = ConsoleChannel(websocket, target.name)
    looking = None
    if target.kind in LOOKING:
        looking = LookingChannel(channel, WALL_SECONDS if target.kind == Session.Kind.WALL else 0)
    return ConsoleConnection(websocket, target.name, found.address, found.port, channel, looking)
