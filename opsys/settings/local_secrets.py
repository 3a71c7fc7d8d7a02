"""Secrets of a one-machine set-up: made once, readable by their owner only."""

import os
import secrets
from pathlib import Path


def kept(path: Path) -> str:
    """The secret in this file; at the first call 256 random bits are written there (mode 600)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_urlsafe(32)
        file.write(secret)
    return secret
