"""What a session needs of the way to its host, be it a channel of SSH or the proxy of a console."""

from collections.abc import Callable
from typing import Protocol

from terminal.errors import TerminalError
from terminal.ssh.sftp import SftpClient


class Channel(Protocol):
    """Read and written by one thread, which never waits inside it. `end_reason` is asked once reading said that there
    will be nothing any more."""

    def wake_with(self, wake: Callable[[], None]) -> None:
        """`wake` is called, by any thread, for new output and for the end."""

    def recv(self, size: int) -> bytes:
        """Empty at the end. Raises TimeoutError when there is nothing now."""

    def send(self, data: bytes) -> int:
        """How much of it was taken. Raises TimeoutError when there is no room now."""

    def resize(self, columns: int, rows: int) -> None: ...

    def end_reason(self) -> TerminalError: ...


class Connection(Protocol):
    """The way, open up to the host. `close` may be called by any thread, also twice."""

    @property
    def address(self) -> str: ...

    @property
    def port(self) -> int: ...

    @property
    def route(self) -> str: ...

    @property
    def login_name(self) -> str: ...

    @property
    def credential_name(self) -> str: ...

    @property
    def notice(self) -> str:
        """What the host said before anybody logged in, "" if nothing: text of a stranger, fit to be shown."""

    @property
    def weak(self) -> tuple[str, ...]:
        """Names of the algorithms in use that are not safe any more."""

    def open_channel(self, columns: int, rows: int) -> Channel:
        """Raises `TerminalError`."""

    def keep_alive(self) -> bool:
        """Ask for a sign of life and wait for it. False: there is nobody any more."""

    def open_sftp(self) -> SftpClient:
        """Raises `TerminalError`."""

    def close(self) -> None: ...
