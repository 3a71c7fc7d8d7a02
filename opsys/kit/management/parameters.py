"""Parameters as people write them on a command line."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

HELP = (
    "a parameter of the action: NAME=TEXT, NAME=@FILE for a file's content, NAME:=JSON for lists and objects; "
    "the same NAME again makes a list"
)


def parameters(words: Iterable[str]) -> dict[str, Any]:
    """`["flavor=m1.small", "tags:=[\"a\"]", "user_data=@boot.sh"]` as an object."""
    given: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or not name.strip(":"):
            raise CommandError(f"“{word}” is not NAME=TEXT.")
        value: Any = text
        if name.endswith(":"):
            name, value = name[:-1], _json(word, text)
        elif text.startswith("@"):
            value = _content(text[1:])
        if name in given:
            kept = given[name]
            value = [*kept, value] if isinstance(kept, list) else [kept, value]
        given[name] = value
    return given


def _json(word: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise CommandError(f"“{word}”: what follows := is not JSON.") from None


def _content(path: str) -> str:
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from None
