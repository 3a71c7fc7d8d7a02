"""What connecting needs from the person, whoever puts the questions to them."""

from typing import Any, Protocol


class Asker(Protocol):
    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Wait for the answer. Raises `Ended` when there is none: cancelled, too late, gone."""

    def progress(self, step: str) -> None:
        """Tell how far it is."""

    def notice(self, code: str, text: str) -> None:
        """Tell something worth knowing."""
