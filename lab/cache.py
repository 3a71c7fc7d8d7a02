"""Finished labs in the cache: copies of everything a lab keeps, taken after set-up, given out in seconds."""

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.database import version as database_version
from lab.environment import lock_key
from lab.layout import Layout

# What decides what a set-up leaves behind.
SOURCES = (
    "bootstrap.py",
    "configuration.py",
    "construction.py",
    "database.py",
    "layout.py",
    "schema.py",
    "drivers",
    "seed",
    "templates",
)
SCHEMA_SOURCES = ("schema.py", "database.py")
# What of a cloud's folder is worth keeping; all else is written at each start.
KEPT = ("keys", "images", "volumes", "backups")
COPIES = 3
"""As many are kept: those that were stored or given out last."""


def _digest(names: tuple[str, ...], *more: str) -> str:
    here = Path(__file__).parent
    digest = hashlib.sha256(lock_key().encode())
    for name in names:
        path = here / name
        for file in [path] if path.is_file() else sorted(path.glob("*.*")):
            digest.update(file.name.encode() + file.read_bytes())
    for text in (*more, database_version()):
        digest.update(text.encode())
    return digest.hexdigest()[:12]


def schema_folder(cache: Path) -> Path:
    """Where dumps of migrated schemas are kept."""
    return cache / f"schema-{_digest(SCHEMA_SOURCES)}"


@dataclass(frozen=True)
class Origin:
    """What a stored lab has in its tables of the place where it was made."""

    root: str
    network: str


@dataclass(frozen=True)
class LabCache:
    """The place of one kind of lab: these clouds, this many computes, seeded or not."""

    layout: Layout
    clouds: tuple[str, ...]
    computes: int
    seeded: bool

    @property
    def path(self) -> Path:
        options = json.dumps([self.clouds, self.computes, self.seeded])
        return self.layout.cache / f"lab-{_digest(SOURCES, options)}"

    def store(self) -> None:
        """Copy a lab whose processes are all stopped."""
        if self.path.exists():
            return
        temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        temporary.mkdir(parents=True)
        _copy(self.layout.database, temporary)
        for name in self.clouds:
            (temporary / name).mkdir()
            for item in KEPT:
                if (self.layout.cloud(name) / item).exists():
                    _copy(self.layout.cloud(name) / item, temporary / name)
        origin = Origin(str(self.layout.root), self.layout.network)
        (temporary / "origin.json").write_text(json.dumps(asdict(origin)))
        temporary.replace(self.path)
        self._prune()

    def _prune(self) -> None:
        """Each change of what a lab is made of begins a new copy; the old ones are of no use to anybody for long."""
        copies = [path for path in self.layout.cache.glob("lab-*") if "." not in path.name]
        for path in sorted(copies, key=lambda path: path.stat().st_mtime, reverse=True)[COPIES:]:
            shutil.rmtree(path, ignore_errors=True)

    def restore(self) -> Origin | None:
        """Copy a stored lab into the empty root. Returns where it was made, None if there is none."""
        if not self.path.exists():
            return None
        self.layout.root.mkdir(parents=True, exist_ok=True)
        self.path.touch()  # in use, so it stays
        for name in ("database", *self.clouds):
            _copy(self.path / name, self.layout.root)
        return Origin(**json.loads((self.path / "origin.json").read_text()))


def _copy(source: Path, folder: Path) -> None:
    subprocess.run(["cp", "--archive", "--sparse=always", "--reflink=auto", source, folder], check=True)


def clear(layout: Layout, clouds: tuple[str, ...]) -> None:
    """Delete what a lab keeps in its root, and nothing else."""
    for path in (layout.database, layout.logs, layout.records, *map(layout.cloud, clouds)):
        shutil.rmtree(path, ignore_errors=True)
    for path in (layout.state, layout.clouds_yaml):
        path.unlink(missing_ok=True)
