"""`python -m tests.run fast|all`: the test runs behind `make test-fast` and `make test`.

fast: everything that needs no cloud and no browser, on SQLite.
all:  that and what is slow, then what uses the database on MariaDB with Redis, then what needs the lab beside
      what needs a browser, each with a lab of its own, then what compares times.
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
ALONE = "not lab and not browser and not timing"
# They mostly wait for a cloud or a page, so that two of them fit on two cores; four are no quicker, with their labs.
SIDE_BY_SIDE = {
    "Real clouds": "lab and not browser and not timing",
    "Real clouds and a real browser": "browser and not timing",
}
ALONE_ON_THE_MACHINE = ("Real clouds, with nothing beside", "timing")
# Hundreds of processes start in a run; where this is set, each would compile all of the platform anew.
KEEP_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}
# Some files hold long tests; a worker with nothing left takes over from the other.
BOTH_CORES = ("-n", "2", "--dist", "worksteal")
# Part of the time what is slow waits for shells and other processes.
MORE_THAN_CORES = ("-n", "3", "--dist", "worksteal")


def run(title: str, *arguments: str, output: Path | None = None, **environment: str) -> bool:
    """With `output` what pytest says goes there, and is printed when it has ended."""
    began = time.monotonic()
    if not output:
        print(f"\n=== {title}", flush=True)
    with output.open("wb") if output else nullcontext() as out:
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *arguments],
            cwd=BASE,
            env={**os.environ, **KEEP_BYTECODE, "DJANGO_SETTINGS_MODULE": "opsys.settings.test", **environment},
            stdout=out,
            stderr=out,
        ).returncode
    outcome = f"{'passed' if code == 0 else 'FAILED'} after {time.monotonic() - began:.0f} s"
    said = f"\n=== {title}\n{output.read_text(errors='replace')}" if output else ""
    print(f"{said}=== {title}: {outcome}", flush=True)
    return code == 0


def fast() -> bool:
    return run("SQLite, without clouds", *BOTH_CORES, "--nomigrations", "-m", f"{ALONE} and not slow")


def everything() -> bool:
    # The migrations run on MariaDB, and on SQLite wherever a test starts the platform.
    well = run("SQLite, without clouds", *MORE_THAN_CORES, "--nomigrations", "-m", ALONE)
    with mariadb() as database, redis() as cache:
        well &= run(
            "MariaDB and Redis", *MORE_THAN_CORES, "-m", f"{ALONE} and database and not any_database",
            DATABASE_URL=database, REDIS_URL=cache,
        )  # fmt: skip
    return on_the_labs() and well


def on_the_labs() -> bool:
    """What needs the lab, and after it whether all was done there that is said to be."""
    with tempfile.TemporaryDirectory(prefix="opsys-tests-") as folder:
        done = {DONE_FOLDER: folder}
        with ThreadPoolExecutor() as pool:
            beside = [
                pool.submit(
                    run, title, "--durations=15", "-m", mark, output=Path(folder, f"{number}.log"),
                    TEST_LAB_NETWORK=f"127.0.{number}", TEST_LAB_DATABASE_PORT=f"13{number}71", **done,
                )
                for number, (title, mark) in enumerate(SIDE_BY_SIDE.items(), 1)
            ]  # fmt: skip
            well = all([one.result() for one in beside])
        title, mark = ALONE_ON_THE_MACHINE
        well &= run(title, "--durations=15", "-m", mark, **done)
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
