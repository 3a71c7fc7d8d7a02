"""Private MariaDB and Redis for a test run: own folders, own ports, nothing of the system's is touched."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READY_SECONDS = 30


class ServiceError(RuntimeError):
    """A service could not be started; the text holds its last words."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def mariadb() -> Iterator[str]:
    """A running MariaDB; yields a DATABASE_URL whose user may create databases."""
    for program in ("mariadbd", "mariadb-install-db"):
        if not shutil.which(program, path=_path()):
            raise ServiceError(f"{program} is not installed: sh requirements/system.sh test")
    with tempfile.TemporaryDirectory(prefix="opsys-mariadb-") as folder:
        root, port = Path(folder), free_port()
        as_mysql = ["--user=mysql"] if os.geteuid() == 0 else []
        if as_mysql:
            shutil.chown(root, "mysql", "mysql")
        subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                f"--datadir={root}/data",
                "--auth-root-authentication-method=normal",
            ]
            + as_mysql,
            check=True,
            capture_output=True,
            env={**os.environ, "PATH": _path()},
        )
        command = [
            "mariadbd",
            "--no-defaults",
            f"--datadir={root}/data",
            f"--socket={root}/s.sock",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--tmpdir={root}",
            "--innodb-flush-log-at-trx-commit=0",
            "--character-set-server=utf8mb4",
            *as_mysql,
        ]
        with _running(command, port, root / "log"):
            yield f"mysql://root@127.0.0.1:{port}/opsys"


@contextmanager
def redis() -> Iterator[str]:
    """A running Redis that keeps nothing on disk; yields its REDIS_URL."""
    if not shutil.which("redis-server"):
        raise ServiceError("redis-server is not installed: sh requirements/system.sh test")
    with tempfile.TemporaryDirectory(prefix="opsys-redis-") as folder:
        port = free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with _running(command, port, Path(folder) / "log"):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[None]:
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, "PATH": _path()}) as process,
    ):
        try:
            _wait_for(port, process, log)
            yield
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise ServiceError(f"{process.args[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _path() -> str:
    """Debian keeps servers in /usr/sbin, which is not on everybody's path."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
