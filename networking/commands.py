"""Words of `openstack` commands."""

from collections.abc import Iterable, Mapping
from typing import Any


def options(given: Mapping[str, Any], flags: Mapping[str, str]) -> list[str]:
    """`--flag value` for each parameter that was given. A list gives one flag a value."""
    words: list[str] = []
    for name, flag in flags.items():
        if name in given:
            value = given[name]
            for one in value if isinstance(value, list | tuple) else [value]:
                words += [flag, str(one)]
    return words


def switches(given: Mapping[str, Any], flags: Mapping[str, tuple[str, str]]) -> list[str]:
    """One of two flags for each that was given: (where it is true, where not); "" is no flag."""
    chosen = (flags[name][0 if given[name] else 1] for name in flags if name in given)
    return [flag for flag in chosen if flag]


def repeated(flag: str, values: Iterable[Any]) -> list[str]:
    return [word for value in values for word in (flag, str(value))]
