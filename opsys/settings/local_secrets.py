"""Secrets of a one-machine set-up: made once, readable by their owner only."""

import secrets
from pathlib import Path

from opsys.whole_files import make_once


def kept(path: Path) -> str:
    """The secret in this file; at the first call 256 random bits are written there (mode 600)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_once(path, secrets.token_urlsafe(32).encode(), mode=0o600)
    return path.read_text().strip()
