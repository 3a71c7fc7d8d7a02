"""A shell's channel as a session drives it."""

from collections.abc import Callable, Mapping

import paramiko

from clusters.sentences import gettext as _
from terminal.errors import Ended, SshError, TerminalError
from terminal.ssh.transport import CHANNEL_SECONDS, WINDOW_BYTES

TERM = "xterm-256color"


class _BufferEvent:
    """Paramiko clears the event of its buffer when that is empty; other things wake the session too."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.set = wake

    def clear(self) -> None:
        return


class SshChannel:
    """A pseudo terminal with a shell on it."""

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel
        # Bound once: a key and its echo pass here.
        self.recv, self.send = channel.recv, self._send

    @classmethod
    def open(
        cls, transport: paramiko.Transport, columns: int, rows: int, title: str, environment: Mapping[str, str]
    ) -> "SshChannel":
        """Raises `SshError`. What of the environment the host does not take, it leaves out without a word."""
        try:
            channel = transport.open_session(window_size=WINDOW_BYTES, timeout=CHANNEL_SECONDS)
            for name, value in environment.items():
                channel.set_environment_variable(name, value)
            channel.get_pty(TERM, columns, rows)
            channel.invoke_shell()
        except (paramiko.SSHException, OSError, EOFError):
            raise SshError(_("%(host)s opened no shell.") % {"host": title}) from None
        return cls(channel)

    def wake_with(self, wake: Callable[[], None]) -> None:
        self._channel.settimeout(0.0)
        self._channel.in_buffer.set_event(_BufferEvent(wake))

    def _send(self, data: bytes) -> int:
        try:
            return self._channel.send(data)
        except TimeoutError:
            raise
        except (OSError, EOFError, paramiko.SSHException):
            return 0

    def resize(self, columns: int, rows: int) -> None:
        try:
            self._channel.resize_pty(columns, rows)
        except (paramiko.SSHException, OSError, EOFError):
            return  # it is ending, and reading says so

    def end_reason(self) -> TerminalError:
        if self._channel.status_event.wait(1) and self._channel.exit_status >= 0:
            status = self._channel.exit_status
            return Ended(_("The shell ended with status %(status)s.") % {"status": status}, cause="exit")
        if self._channel.transport.is_active():
            return Ended(_("The shell ended."), cause="exit")
        return SshError(_("The connection to the host was lost."), cause="lost_host")
