"""The text frames a page may send, as values that can be relied on."""

import json
from dataclasses import dataclass
from typing import Any

MOST_CHARACTERS = 65_536
MOST_CELLS = 1000


class Garbage(ValueError):
    """Not what our pages send."""


@dataclass(frozen=True)
class Frame:
    type: str
    fields: dict[str, Any]

    def number(self, name: str, least: int, most: int) -> int:
        value = self.fields.get(name)
        if type(value) is not int or not least <= value <= most:
            raise Garbage(name)
        return value

    def size(self) -> tuple[int, int]:
        return self.number("columns", 1, MOST_CELLS), self.number("rows", 1, MOST_CELLS)

    def position(self, name: str) -> int:
        return self.number(name, 0, 2**62)


def frame_of(text: str) -> Frame:
    if len(text) > MOST_CHARACTERS:
        raise Garbage("length")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Garbage("json") from None
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise Garbage("type")
    return Frame(said.pop("type"), said)
