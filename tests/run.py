"""`python -m tests.run fast|all`: the test runs behind `make test-fast` and `make test`.

fast: everything that needs no cloud and no browser, on SQLite.
all:  that and what is slow, then what uses the database on MariaDB with Redis, then what needs the lab, then
      what needs a browser, then what compares times, on a lab each.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.coverage import DONE_FOLDER
from tests.services import ServiceError, mariadb, redis

BASE = Path(__file__).resolve().parents[1]
ALONE = "not lab and not browser"
LABS = {
    "Real clouds": "lab and not browser and not timing",
    "Real clouds and a real browser": "browser",
    "Real clouds, with nothing beside": "timing",
}
# Some files hold long tests; a worker with nothing left takes over from the other.
BOTH_CORES = ("-n", "2", "--dist", "worksteal")


def run(title: str, *arguments: str, **environment: str) -> bool:
    began = time.monotonic()
    print(f"\n=== {title}", flush=True)
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=BASE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "opsys.settings.test", **environment},
    ).returncode
    print(f"=== {title}: {'passed' if code == 0 else 'FAILED'} after {time.monotonic() - began:.0f} s", flush=True)
    return code == 0


def fast() -> bool:
    return run("SQLite, without clouds", *BOTH_CORES, "--nomigrations", "-m", f"{ALONE} and not slow")


def everything() -> bool:
    well = run("SQLite, without clouds", *BOTH_CORES, "-m", ALONE)
    with mariadb() as database, redis() as cache:
        well &= run(
            "MariaDB and Redis", *BOTH_CORES, "-m", f"{ALONE} and database", DATABASE_URL=database, REDIS_URL=cache
        )
    return on_the_labs() and well


def on_the_labs() -> bool:
    """What needs the lab, and after it whether all was done there that is said to be."""
    with tempfile.TemporaryDirectory(prefix="opsys-tests-") as folder:
        done = {DONE_FOLDER: folder}
        well = all([run(title, "-m", mark, **done) for title, mark in LABS.items()])
        return run("Claimed and done", "tests/test_done_on_the_lab.py", **done) and well


def main() -> int:
    runs = {"fast": fast, "all": everything}
    if len(sys.argv) != 2 or sys.argv[1] not in runs:
        print(__doc__)
        return 2
    try:
        return 0 if runs[sys.argv[1]]() else 1
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
