"""Files under way. The page sends and fetches them in pieces, so that neither it nor we hold more than one; what
spans the pieces lives here, in the process that holds the terminal's connection."""

import hashlib
import secrets
import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import paramiko

from terminal.ssh.sftp import SftpClient

PIECE = 4 * 1024 * 1024
FORGOTTEN_SECONDS = 120
AT_A_TIME = 8  # of one session


@dataclass
class Transfer:
    """`position`: how many bytes went over so far; `previous` where the last piece began, for one that is asked for
    again because its answer was lost. `said` is the path as it is shown; `part` is the name an upload has until it is
    whole."""

    session: str
    user: int
    path: bytes
    said: str
    size: int
    channel: AbstractContextManager[SftpClient]
    sftp: SftpClient
    file: paramiko.SFTPFile
    upload: bool
    part: bytes = b""
    position: int = 0
    previous: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    lock: threading.Lock = field(default_factory=threading.Lock)
    touched: float = field(default_factory=time.monotonic)
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    def close(self) -> None:
        """Also when the connection is gone. An upload that was not finished leaves nothing behind."""
        try:
            self.file.close()
            if self.part:
                self.sftp.remove(self.part)
        except (OSError, EOFError, paramiko.SSHException):
            pass  # the host is gone, or has removed it; there is nobody to tell
        self.channel.__exit__(None, None, None)


class Transfers:
    def __init__(self) -> None:
        self._held: dict[str, Transfer] = {}
        self._lock = threading.Lock()

    def room(self, session: str) -> bool:
        """Whether this session may begin another one. Those nobody asked for in a while make room."""
        self.sweep()
        with self._lock:
            return sum(t.session == session for t in self._held.values()) < AT_A_TIME

    def add(self, transfer: Transfer) -> None:
        with self._lock:
            self._held[transfer.id] = transfer

    def get(self, key: str, *, session: str, user: int) -> Transfer | None:
        with self._lock:
            found = self._held.get(key)
        if found is None or found.session != session or found.user != user:
            return None
        found.touched = time.monotonic()
        return found

    def drop(self, transfer: Transfer) -> None:
        with self._lock:
            if self._held.pop(transfer.id, None) is None:
                return
        transfer.close()

    def sweep(self) -> None:
        old = time.monotonic() - FORGOTTEN_SECONDS
        with self._lock:
            forgotten = [t for t in self._held.values() if t.touched < old]
        for transfer in forgotten:
            self.drop(transfer)


transfers = Transfers()
