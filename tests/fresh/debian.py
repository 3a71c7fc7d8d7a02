"""The files of a minimal Debian. debootstrap takes minutes, so what it made is kept as an archive."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from tests.fresh import sources


def cache() -> Path:
    """Delete it whenever you like."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "opsys-fresh"


def archive(suite: str) -> Path:
    return cache() / f"{suite}-{platform.machine()}.tar"


def make_archive(suite: str) -> None:
    """Download and unpack Debian's smallest set of packages."""
    folder, unfinished = cache() / "debootstrap", archive(suite).with_suffix(".unfinished")
    remove(folder)
    # What it mounts there is gone with it.
    command = ["unshare", "--mount", "debootstrap", "--variant=minbase", suite, str(folder)]
    if mirror := sources.mirror(suite):
        command.append(mirror)
    with (cache() / "debootstrap.log").open("w") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log)
    subprocess.run(["tar", "--numeric-owner", "-C", str(folder), "-cf", str(unfinished), "."], check=True)
    unfinished.replace(archive(suite))
    remove(folder)


def unpack(suite: str, root: Path) -> None:
    remove(root)
    root.mkdir()
    subprocess.run(["tar", "--numeric-owner", "-C", str(root), "-xpf", str(archive(suite))], check=True)


def remove(root: Path) -> None:
    """Delete a tree, unless something is mounted in it."""
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    if inside := [point for point in points if Path(point).is_relative_to(root)]:
        raise SystemExit(f"Not deleted, because of what is mounted there: {', '.join(inside)}")
    if root.exists():
        shutil.rmtree(root)
