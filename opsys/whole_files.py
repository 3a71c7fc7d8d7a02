"""Files that several processes may make at the same moment."""

import contextlib
import os
import uuid
from pathlib import Path


def make_once(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Make this file unless it is there. Of several processes one makes it, and it has its name only once it is
    whole, so that no other one reads a part of it."""
    part = path.with_name(f"{path.name}.{uuid.uuid4()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
