"""Sparse files: a volume takes as much room as was really written to it."""

import subprocess
from pathlib import Path

GIB = 1024**3


def resize(path: Path, gibibytes: int) -> None:
    """Make `path`, if need be, and give it this size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(gibibytes * GIB)


def copy(source: Path, target: Path) -> None:
    """Copy contents, leaving holes as holes. The target keeps its identity: it may be open elsewhere."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "--sparse=always", source, target], check=True)
