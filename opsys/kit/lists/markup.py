"""Small pieces of HTML, of which a list draws a thousand."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString


def filled(pattern: str, *values: object) -> SafeString:
    """The HTML `pattern` with each %s replaced by a value, escaped unless it is safe already. What Django's
    `format_html` does, less its care for lazy and formatted values: a fourth of the price."""
    return SafeString(pattern % tuple(map(html_of, values)))


def html_of(value: object) -> str:
    """The value as HTML: as it is when it is safe already, else escaped."""
    return value if type(value) is SafeString else escape(str(value))


def together(pieces: Iterable[SafeString]) -> SafeString:
    """Pieces that are HTML already, one after another."""
    return SafeString("".join(pieces))
