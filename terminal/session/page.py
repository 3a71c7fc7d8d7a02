"""Who is at the other end of a session."""

from dataclasses import dataclass
from typing import Any, Protocol


class Page(Protocol):
    """What a session knows of a socket. Both may be called by any thread."""

    def say(self, message: dict[str, Any]) -> None: ...

    def wake(self) -> None: ...


@dataclass(frozen=True)
class Person:
    """Whose session it is. The key of the login session is needed to look whether it still lives."""

    user: Any
    session_key: str
    language: str
