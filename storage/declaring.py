"""What all actions on storage have in common."""

from collections.abc import Callable, Mapping
from typing import Any

from opsys.kit.declare.action import Action


def storage_action(name: str, label: Any, run: Callable[..., Any], **options: Any) -> Action:
    return Action(name, label, run, **{"needs": "block-storage", **options})


def words(*before: str) -> Callable[..., list[str]]:
    """The command of an action without parameters: these words and the item's id."""
    return lambda item, **params: [*before, item.cloud_id]


def option(flag: str, value: Any) -> list[str]:
    return [flag, str(value)] if value not in (None, "") else []


def properties(pairs: Mapping[str, str] | None, flag: str = "--property") -> list[str]:
    return [word for key, text in (pairs or {}).items() for word in (flag, f"{key}={text}")]
