"""Sentences that are stored, and told again in the language of whoever reads them.

`gettext` and `ngettext` give what Django's give, as a text that remembers its message and its values: whatever may end
as a reason in the audit or in a job takes them from here. Beside the text, `as_data` of it is stored.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

Data = dict[str, Any]
"""`message`, and where it has them `plural`, `number`, `context` and `values`; or `parts`."""


class Sentence(str):
    """A translated text that knows what it was made of. Anything that cuts or joins it makes a plain text of it."""

    data: Data

    def __new__(cls, text: str, data: Data) -> "Sentence":
        sentence = super().__new__(cls, text)
        sentence.data = data
        return sentence

    def __mod__(self, values: Any) -> str:
        text = super().__mod__(values)
        if not isinstance(values, Mapping):
            return text
        return Sentence(text, {**self.data, "values": {name: _plain(value) for name, value in values.items()}})

    def __str__(self) -> str:
        return self  # Python's own would make a plain text of it

    def __reduce__(self) -> tuple[Any, ...]:
        return str, ("".join(self),)


def gettext(message: str) -> Sentence:
    return Sentence(translation.gettext(message), {"message": message})


def ngettext(singular: str, plural: str, number: int) -> Sentence:
    data = {"message": singular, "plural": plural, "number": number}
    return Sentence(translation.ngettext(singular, plural, number), data)


def sentence(text: Any) -> str:
    """The text, also one that is translated only as it is read, with what it was made of."""
    data = as_data(text)
    return str(text) if data is None else Sentence(str(text), data)


def joined(*parts: str) -> str:
    """Several sentences one after another, without the empty ones."""
    some = [part for part in parts if part]
    return Sentence(" ".join(some), {"parts": [_plain(part) for part in some]})


def as_data(text: Any) -> Data | None:
    """What is stored beside the text; None for a text that is nobody's translation."""
    if isinstance(text, Sentence):
        return text.data
    return _of_lazy(text) if isinstance(text, Promise) else None


def retold(data: Data | None, text: str) -> str:
    """The sentence in the present language; the text as it was stored where nothing else is known."""
    if not data:
        return text
    try:
        return _told(data)
    except (KeyError, TypeError, ValueError):  # of another release, whose sentence took other values
        return text


def sentence_of(data: Data | None, text: str) -> str:
    """The same as a sentence that can be stored again."""
    told = retold(data, text)
    return Sentence(told, data) if data else told


def _told(data: Data) -> str:
    if "parts" in data:
        return " ".join(_shown(part) for part in data["parts"])
    if "plural" in data:
        text = translation.ngettext(data["message"], data["plural"], data["number"])
    elif "context" in data:
        text = translation.pgettext(data["context"], data["message"])
    else:
        text = translation.gettext(data["message"])
    values = data.get("values")
    return text % {name: _shown(value) for name, value in values.items()} if values else text


def _shown(value: Any) -> Any:
    return _told(value) if isinstance(value, dict) else value


def _plain(value: Any) -> Any:
    """A value as JSON has it; what is to be translated again is an object."""
    if (data := as_data(value)) is not None:
        return data
    return value if isinstance(value, int | float | str) else str(value)


def _of_lazy(text: Promise) -> Data | None:
    """The message of a `gettext_lazy`, which tells it to whoever pickles it."""
    function, arguments = text.__reduce__()[1][:2]  # type: ignore[misc, index]
    if function is translation.gettext:
        return {"message": arguments[0]}
    if function is translation.pgettext:
        return {"context": arguments[0], "message": arguments[1]}
    return None
