"""How far a credential sees: lists are of all projects where it may ask for them, and of its own where it may not."""

import time
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

ASK_AGAIN_SECONDS = 3600
"""Roles are given and taken while a connection lives; a new credential has a new one."""

_own_only: WeakKeyDictionary[Any, dict[str, float]] = WeakKeyDictionary()
_lock = Lock()


def is_narrow(proxy: Any, path: str) -> bool:
    """Whether this connection was refused all projects' resources at this address."""
    with _lock:
        noted = _own_only.get(proxy.session, {}).get(path)
    return noted is not None and time.monotonic() - noted < ASK_AGAIN_SECONDS


def note_narrow(proxy: Any, path: str) -> None:
    with _lock:
        _own_only.setdefault(proxy.session, {})[path] = time.monotonic()
