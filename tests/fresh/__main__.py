"""`python -m tests.fresh [root] [user]`: what the README promises, done on fresh machines; by default as both."""

import argparse
import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.fresh import debian
from tests.fresh.machine import PERSON

BASE = Path(__file__).resolve().parents[2]
USERS = {"root": "root", "user": PERSON}
NEEDED = {"debootstrap": "debootstrap", "git": "git", "unshare": "util-linux", "mount": "mount", "tar": "tar"}
# Mounts and processes of a walk are its own, and end with it.
ALONE = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def missing() -> list[str]:
    """What this machine lacks, as sentences."""
    said = []
    if os.geteuid() != 0:
        said.append("It needs root, for chroot and mounts: sudo make test-fresh")
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    if packages := sorted(package for program, package in NEEDED.items() if not shutil.which(program, path=path)):
        said.append(f"It needs packages that are not installed: apt-get install {' '.join(packages)}")
    return said


def walk(name: str, suite: str) -> bool:
    """One machine, from its files to their deletion."""
    root = debian.cache() / "machine"
    began = time.monotonic()
    print(f"=== as {name}", flush=True)
    debian.unpack(suite, root)
    try:
        code = subprocess.run(
            [*ALONE, sys.executable, "-m", "tests.fresh.walk", USERS[name], str(root)], cwd=BASE
        ).returncode
    finally:
        debian.remove(root)
    print(f"=== as {name}: {'passed' if code == 0 else 'FAILED'} after {time.monotonic() - began:.0f} s\n", flush=True)
    return code == 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fresh", description=__doc__)
    parser.add_argument("users", nargs="*", metavar="root|user", default=[*USERS])
    parser.add_argument("--suite", default="bookworm", help="Debian's release, default: %(default)s")
    options = parser.parse_args()
    if unknown := set(options.users) - USERS.keys():
        parser.error(f"root or user, not {', '.join(unknown)}")
    if said := missing():
        print("make test-fresh cannot run here.", *said, sep="\n", file=sys.stderr)
        return 2
    debian.cache().mkdir(parents=True, exist_ok=True)
    with (debian.cache() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("make test-fresh runs already on this machine.", file=sys.stderr)
            return 2
        if not debian.archive(options.suite).exists():
            began = time.monotonic()
            print(f"debootstrap of {options.suite}, which is kept for the next time …", flush=True)
            debian.make_archive(options.suite)
            print(f"--- debootstrap: {time.monotonic() - began:.1f} s", flush=True)
        return 0 if all([walk(name, options.suite) for name in options.users]) else 1


if __name__ == "__main__":
    sys.exit(main())
