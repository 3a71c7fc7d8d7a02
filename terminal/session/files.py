"""File transfer beside a shell: another channel in the connection of a session that runs."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from clusters.sentences import gettext as _
from terminal.errors import Refused
from terminal.session.registry import sessions
from terminal.ssh.sftp import SftpClient
from terminal.websocket import codes


@contextmanager
def sftp(session_id: uuid.UUID | str, *, user) -> Iterator[SftpClient]:
    """An SFTP client in one of this user's own running sessions, which has passed every check and ends with its
    rights. Raises `Refused` (gone: also when another process holds it) or `SshError` (the host offers none).

    Paths are bytes. What the client does waits for the host, and raises OSError or paramiko's own errors.
    """
    shell = sessions.get(str(session_id))
    if shell is None or shell.row.user_id != user.pk or not shell.opened or shell.ending is not None:
        raise Refused(_("This session is not running here any more."), code=codes.GONE, cause="gone")
    client = shell.sftp()
    try:
        yield client
    finally:
        client.close()
