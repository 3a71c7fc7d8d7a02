"""Secrets of a one-machine set-up: made once, readable by their owner only."""

import contextlib
import os
import secrets
import uuid
from pathlib import Path


def kept(path: Path) -> str:
    """The secret in this file; at the first call 256 random bits are written there (mode 600). Of several processes
    that start at once one makes it, and the file has its name only once it is whole."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f"{path.name}.{uuid.uuid4()}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    return path.read_text().strip()
