"""What keeps a shell from opening, or ends it: a close code, a cause for programs and a sentence for people."""

from terminal.websocket import codes


class TerminalError(Exception):
    """`str()` is a full sentence without secrets and without anything a host said that is not SSH."""

    code = codes.SSH
    cause = "failed"

    def __init__(self, sentence: str, *, cause: str = "", code: int = 0):
        super().__init__(sentence)
        self.cause = cause or self.cause
        self.code = code or self.code


class Refused(TerminalError):
    """The platform does not allow it."""

    code = codes.FORBIDDEN
    cause = "forbidden"


class SshError(TerminalError):
    """The way to the host, or the host, did not let us in."""


class Ended(TerminalError):
    """A session that ran ends, for this reason."""

    code = codes.ENDED
    cause = "exit"
