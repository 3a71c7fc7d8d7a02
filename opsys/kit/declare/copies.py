"""That an action makes a copy of a resource, so that a schedule may do it and take away what it made before."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MARK = "opsys_operation"
"""What a copy's metadata call the operation that made it."""


@dataclass(frozen=True)
class Copies:
    """What becomes of a resource that an action copies.

    `to` names the copies' type. `params(name, mark)` are the action's parameters, such that the copy has the name and
    bears the mark; `bears(row, mark, cloud_id)` says of a row of that type (its columns by name, `data` among them)
    whether it does, and is a copy of the resource `cloud_id`. `recent(conn, cloud_id, mark, since)` gives the ids of
    copies that may have been made of it since then; without it they are looked for among all that changed of their
    type. The copy can be relied on in the state `usable`, and never will be in one of `broken`. `left_out(item)` is
    why a schedule leaves a resource out that the action would take. `patience_seconds` is how long a copy may take.
    A copy for `trial` only shows that the resource can be relied on, and is not kept. With `incremental(row)`, which
    says of a copy whether it holds only what changed since the one before, the action also takes `incremental=True`;
    `needed(row)` then says whether others are built on it, so that it stays as long as they do.
    """

    to: str
    params: Callable[[str, str], dict[str, Any]]
    bears: Callable[[Mapping[str, Any], str, str], bool]
    usable: str
    broken: tuple[str, ...]
    recent: Callable[[Any, str, str, datetime], Iterable[str]] | None = None
    left_out: Callable[[Any], str] = lambda item: ""
    patience_seconds: float = 30 * 60
    trial: bool = False
    incremental: Callable[[Any], bool] | None = None
    needed: Callable[[Any], bool] = lambda row: False
