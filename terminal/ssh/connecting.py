"""From a ticket's target to a logged-in SSH connection."""

import struct
from contextlib import ExitStack
from dataclasses import dataclass, field

import paramiko

from clusters.sentences import gettext as _
from terminal.encodings import UTF_8
from terminal.errors import SshError
from terminal.models import Host, Session
from terminal.rules import addresses
from terminal.rules.policies import policy_for
from terminal.setup.destination import Destination
from terminal.setup.prompts import Asker
from terminal.ssh import authentication, notice, transport
from terminal.ssh.authentication import Login
from terminal.ssh.channel import SshChannel
from terminal.ssh.host_keys import Identity
from terminal.ssh.legacy import old_in_use
from terminal.ssh.resolving import resolve
from terminal.ssh.securing import secured
from terminal.ssh.sftp import SftpClient

LANG = "C.UTF-8"
"""As every SSH client sends its own: a shell without a locale drops typed letters beyond ASCII."""


@dataclass
class Connection:
    """`transports`: the target's first, then the jump host's."""

    transports: list[paramiko.Transport]
    title: str
    address: str
    port: int
    route: str
    login_name: str
    credential_name: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def notice(self) -> str:
        """The jump host's, then the target's."""
        return "".join(notice.of(one) for one in reversed(self.transports))

    @property
    def weak(self) -> tuple[str, ...]:
        """Of all hops, what is not safe any more."""
        return tuple(sorted(set().union(*(old_in_use(one) for one in self.transports))))

    @property
    def transport(self) -> paramiko.Transport:
        return self.transports[0]

    def open_channel(self, columns: int, rows: int) -> SshChannel:
        """A shell. Raises `SshError`."""
        return SshChannel.open(self.transport, columns, rows, self.title, self.environment)

    def keep_alive(self) -> bool:
        """False: nobody is there any more. Waits until the host answers."""
        try:
            self.transport.global_request("keepalive@openssh.com", wait=True)
        except (paramiko.SSHException, OSError, EOFError):
            return False
        return True

    def open_sftp(self) -> SftpClient:
        """Another channel of the same connection. Raises `SshError`."""
        try:
            client = SftpClient.from_transport(self.transport)
        except (paramiko.SSHException, paramiko.SFTPError, struct.error, OSError, EOFError):
            client = None
        if client is None:
            raise SshError(_("%(host)s does not offer file transfer (SFTP).") % {"host": self.title})
        return client

    def close(self) -> None:
        for one in self.transports:
            one.close()


def connect(target: Destination, session: Session, asker: Asker) -> Connection:
    """All the way. Raises `TerminalError`; then nothing is left open."""
    asker.progress("resolving")
    address, identity = resolve(target)
    with ExitStack() as undo:
        transports = []
        if target.jump is not None:
            transports.append(_through(target.jump, session, asker))
            undo.callback(transports[0].close)
        asker.progress("connecting")
        way = transport.open_hop(transports[0], address, target.port) if transports else None
        main = secured(way or transport.open_socket(address, target.port), address, identity, target, session, asker)
        undo.callback(main.close)
        transports.insert(0, main)
        asker.progress("authenticating")
        login = Login(target.name, target.cluster, session.user, target.username, target.credential)
        proof = authentication.authenticate(main, login, asker)
        undo.pop_all()
    return Connection(
        transports,
        target.name,
        address,
        target.port,
        identity.route,
        proof.username,
        proof.credential_name,
        environment={"LANG": LANG} if target.policy.send_lang and target.encoding == UTF_8 else {},
    )


def _through(jump: Host, session: Session, asker: Asker) -> paramiko.Transport:
    """Logged in on the jump host, which is judged like any other host: by its own policy, and by its own key."""
    policy = policy_for(jump.cluster)
    address = str(addresses.allowed(jump.address, policy))
    addresses.check_port(jump.port, policy)
    identity = Identity(jump.cluster, "", jump.address, jump.port, jump.name)
    hop = Destination(jump.cluster, jump.name, jump.port, host=jump, policy=policy)
    main = secured(transport.open_socket(address, jump.port), address, identity, hop, session, asker)
    with ExitStack() as undo:
        undo.callback(main.close)
        login = Login(jump.name, jump.cluster, session.user, jump.username, jump.credential)
        authentication.authenticate(main, login, asker)
        undo.pop_all()
    return main
