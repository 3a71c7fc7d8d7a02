"""One SSH connection up to the point where the host's key is known and was accepted. Nothing secret is sent before."""

import re
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from types import MappingProxyType
from typing import Any

import paramiko
from paramiko.ssh_exception import IncompatiblePeer

from clusters.sentences import gettext as _
from terminal.encodings import UTF_8
from terminal.errors import SshError
from terminal.ssh import host_keys

CONNECT_SECONDS = 10
BANNER_SECONDS = 10
HANDSHAKE_SECONDS = 15
AUTHENTICATION_SECONDS = 30
CHANNEL_SECONDS = 15
WINDOW_BYTES = 256 * 1024
"""What a host may send before we read: with a reader that stops, this much waits in memory."""

# GCM first: twice as fast as CTR with a MAC. No CBC, no 3DES, no MD5 or SHA-1 anywhere.
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr")
MACS = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512")
# Another type of the same key may be signed with in two ways; the older one is gone from paramiko.
_SIGNATURES = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")}

PARTS = {
    "kex": "kex_algo_list",
    "key_types": "server_key_algo_list",
    "ciphers": "server_encrypt_algo_list",
    "digests": "server_mac_algo_list",
}
"""What both ends must have something in common of, in the order in which it is agreed on: paramiko's name of ours →
of theirs."""

_KERNEL_GIVES_UP = (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 30_000))


class _Message(paramiko.Message):
    """A host's words need not be UTF-8: paramiko's thread would end over a prompt in GBK."""

    def get_text(self) -> str:
        return self.get_string().decode(UTF_8, "replace")


class Transport(paramiko.Transport):
    """Remembers what was offered, for a message that helps."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        read = self.packetizer.read_message

        def read_message() -> tuple[int, paramiko.Message]:
            kind, message = read()
            message.__class__ = _Message
            return kind, message

        self.packetizer.read_message = read_message  # type: ignore[method-assign]

    offered: Mapping[str, Sequence[str]] = MappingProxyType({})
    allowed_ciphers: tuple[str, ...] = CIPHERS
    allowed_macs: tuple[str, ...] = MACS
    # Paramiko's thread looks up from reading ten times a second, whether it was closed; of a hundred quiet sessions
    # that is a thousand times. Here it is woken when it is.
    _active_check_timeout = 2.0

    def close(self) -> None:
        if isinstance(self.sock, socket.socket):
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
        super().close()

    def _really_parse_kex_init(self, m: paramiko.Message, ignore_first_byte: bool = False) -> dict[str, Any]:
        # Paramiko tells nobody what a host offered when there is nothing in common.
        parsed = super()._really_parse_kex_init(m, ignore_first_byte)
        self.offered = {part: list(parsed[key]) for part, key in PARTS.items()}
        return parsed


def open_socket(address: str, port: int) -> socket.socket:
    """A TCP connection to exactly this address. Raises `SshError` (refused, timeout, unreachable)."""
    where = {"address": address, "port": port}
    try:
        connection = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
    except TimeoutError:
        raise SshError(_("%(address)s port %(port)s does not answer.") % where, cause="timeout") from None
    except ConnectionRefusedError:
        sentence = _("%(address)s refuses connections on port %(port)s. Is an SSH service running there?")
        raise SshError(sentence % where, cause="refused") from None
    except OSError:
        raise SshError(_("%(address)s port %(port)s cannot be reached.") % where, cause="unreachable") from None
    # Keystrokes must not wait for each other, and a peer that vanished must not be waited for.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KERNEL_GIVES_UP:
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return connection


def open_hop(through: paramiko.Transport, address: str, port: int) -> paramiko.Channel:
    """The same, by way of a jump host that we are logged in to."""
    try:
        return through.open_channel(
            "direct-tcpip", (address, port), ("127.0.0.1", 0), window_size=WINDOW_BYTES, timeout=CONNECT_SECONDS
        )
    except (paramiko.SSHException, OSError, EOFError):
        sentence = _("The jump host could not reach %(address)s port %(port)s.")
        raise SshError(sentence % {"address": address, "port": port}, cause="unreachable") from None


def secure(
    connection: socket.socket | paramiko.Channel,
    identity: host_keys.Identity,
    check: Callable[[paramiko.PKey], None],
    kind: "type[Transport] | None" = None,
) -> Transport:
    """Negotiate, and have `check` judge the host's key. Closes the connection unless all went well."""
    with ExitStack() as undo:
        # A transport that never started does not close what it runs on.
        undo.callback(connection.close)
        transport = (kind or Transport)(connection, default_window_size=WINDOW_BYTES)
        undo.callback(transport.close)
        _prepare(transport, host_keys.known_types(identity))
        try:
            transport.start_client(timeout=HANDSHAKE_SECONDS)
        except IncompatiblePeer:
            raise SshError(_incompatible(identity.title, transport), cause="algorithm") from None
        except (paramiko.SSHException, OSError, EOFError):
            # What it said is not told: it may be the banner of something that is not ours to look at.
            raise _broken(identity, bool(transport.remote_version)) from None
        check(transport.get_remote_server_key())
        undo.pop_all()
    return transport


def _prepare(transport: Transport, known: list[str]) -> None:
    transport.banner_timeout = BANNER_SECONDS
    transport.handshake_timeout = HANDSHAKE_SECONDS
    transport.auth_timeout = AUTHENTICATION_SECONDS
    transport.channel_timeout = CHANNEL_SECONDS
    options = transport.get_security_options()
    options.ciphers, options.digests = transport.allowed_ciphers, transport.allowed_macs
    # A host with several keys is asked for the one we know.
    first = [name for known_type in known for name in _SIGNATURES.get(known_type, (known_type,))]
    first = [name for name in first if name in options.key_types]
    options.key_types = [*first, *(name for name in options.key_types if name not in first)]


def _incompatible(title: str, transport: Transport) -> str:
    host_keys_offered = set(transport.offered.get("key_types", ()))
    if host_keys_offered and host_keys_offered <= {"ssh-rsa", "ssh-dss"}:
        sentence = _(
            "%(host)s only offers the host key type %(types)s, which is no longer safe. "
            "Give it an ed25519 key, or a newer SSH server."
        )
        return sentence % {"host": title, "types": ", ".join(sorted(host_keys_offered))}
    options = transport.get_security_options()
    for part, offered in transport.offered.items():
        if not set(offered) & set(getattr(options, part)):
            sentence = _("%(host)s and the platform have no %(part)s in common. It only offers %(offered)s.")
            return sentence % {"host": title, "part": _part_name(part), "offered": _shown(offered)}
    sentence = _("%(host)s and the platform have no cipher, key exchange or host key type in common. It is too old.")
    return sentence % {"host": title}


def _part_name(part: str) -> str:
    return {
        "kex": _("key exchange"),
        "key_types": _("host key type"),
        "ciphers": _("cipher"),
        "digests": _("message authentication code (MAC)"),
    }[part]


def _shown(names: Sequence[str]) -> str:
    """What a host names, which may be anything."""
    plain = (re.sub(r"[^!-~]", "?", name)[:60] for name in names[:8])
    return ", ".join(plain) or "–"


def _broken(identity: host_keys.Identity, spoke_ssh: bool) -> SshError:
    facts = {"host": identity.title, "port": identity.port}
    if spoke_ssh:
        return SshError(_("%(host)s ended the connection during the handshake.") % facts, cause="timeout")
    return SshError(_("What answers on port %(port)s of %(host)s is not SSH.") % facts, cause="not_ssh")
