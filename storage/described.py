"""What volumes, snapshots and backups all have beside their columns."""

from typing import Any

from clusters.coerce import mapping


class Described:
    """Reads a row's `data`."""

    data: dict[str, Any]

    @property
    def description(self) -> str:
        value = self.data.get("description")
        return value if isinstance(value, str) else ""

    @property
    def metadata(self) -> dict[str, str]:
        return texts(self.data.get("metadata"))

    @property
    def metadata_lines(self) -> list[str]:
        return [f"{key}={text}" for key, text in sorted(self.metadata.items())]


def texts(found: Any) -> dict[str, str]:
    """The pairs of an object whose values are texts."""
    return {key: text for key, text in mapping(found).items() if isinstance(text, str)}
