"""`python -m tests.run fast|all`: the test runs behind `make test-fast` and `make test`.

fast: everything that needs no cloud and no browser, on SQLite.
all:  that and what is slow, then what uses the database on MariaDB with Redis, then what needs the lab beside what
      needs a browser, on a lab each: both wait most of the time. What compares times comes last, by itself.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from tests.coverage import DONE_FOLDER
from tests.services import ServiceError, mariadb, redis

BASE = Path(__file__).resolve().parents[1]
ALONE = "not lab and not browser"
LABS = {
    "Real clouds": ("lab and not browser and not timing", "127.0.1", "33071"),
    "Real clouds and a real browser": ("browser", "127.0.2", "33072"),
}
# Some files hold long tests; a worker with nothing left takes over from the other.
BOTH_CORES = ("-n", "2", "--dist", "worksteal")


def run(title: str, *arguments: str, output: Path | None = None, **environment: str) -> bool:
    """One run of pytest. With `output` what it prints goes there, and out when it has ended."""
    began = time.monotonic()
    print(f"\n=== {title}", flush=True)
    with output.open("w") if output else nullcontext() as file:
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *arguments],
            cwd=BASE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "opsys.settings.test", **environment},
            stdout=file,
            stderr=file,
        ).returncode
    said = output.read_text(errors="replace") if output else ""
    print(
        f"{said}=== {title}: {'passed' if code == 0 else 'FAILED'} after {time.monotonic() - began:.0f} s", flush=True
    )
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
    with tempfile.TemporaryDirectory(prefix="opsys-tests-") as folder, ThreadPoolExecutor() as pool:
        done = {DONE_FOLDER: folder}

        def part(title: str) -> bool:
            mark, network, port = LABS[title]
            own = {"TEST_LAB_NETWORK": network, "TEST_LAB_DATABASE_PORT": port}
            return run(title, "-m", mark, output=Path(folder, f"{port}.log"), **own, **done)

        well = all(list(pool.map(part, LABS)))
        well &= run("Real clouds, with nothing beside", "-m", "timing", **done)
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
