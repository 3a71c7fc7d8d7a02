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

READY_SECONDS = 120


class ServiceError(RuntimeError):
    """A service could not be started; the text holds its last words."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """A server process of our own that tests may stop and start again; what it holds stays in its folder."""

    def __init__(self, url: str, command: list[str], port: int, log: Path):
        self.url = url
        self._command, self._port, self._log = command, port, log
        self._process: subprocess.Popen | None = None

    @property
    def pid(self) -> int:
        """Of the running process."""
        if self._process is None:
            raise ServiceError(f"{self._command[0]} is not running")
        return self._process.pid

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PATH": _path()}

    def start(self) -> None:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(self._command, stdout=output, stderr=output, env=self.environment)
        _wait_for(self._port, self._process, self._log)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None


@contextmanager
def mariadb_service(*options: str) -> Iterator[Service]:
    """A running MariaDB with an empty database; its user may create others. `options` are the server's own."""
    for program in ("mariadbd", "mariadb-install-db", "mariadb"):
        if not shutil.which(program, path=_path()):
            raise ServiceError(f"{program} is not installed: sh requirements/system.sh test")
    with tempfile.TemporaryDirectory(prefix="opsys-mariadb-") as folder:
        root, port = Path(folder), free_port()
        as_mysql = ["--user=mysql"] if os.geteuid() == 0 else []
        if as_mysql:
            shutil.chown(root, "mysql", "mysql")
        environment = {**os.environ, "PATH": _path()}
        install = ["mariadb-install-db", "--no-defaults", f"--datadir={root}/data", *as_mysql]
        install.append("--auth-root-authentication-method=normal")
        subprocess.run(install, check=True, capture_output=True, env=environment)
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
            *options,
            *as_mysql,
        ]
        service = Service(f"mysql://root@127.0.0.1:{port}/opsys", command, port, root / "log")
        with _running(service):
            client = ["mariadb", "--no-defaults", f"--socket={root}/s.sock", "--user=root"]
            subprocess.run([*client, "-e", "CREATE DATABASE opsys"], check=True, env=environment)
            yield service


@contextmanager
def redis_service() -> Iterator[Service]:
    """A running Redis that keeps nothing on disk."""
    if not shutil.which("redis-server"):
        raise ServiceError("redis-server is not installed: sh requirements/system.sh test")
    with tempfile.TemporaryDirectory(prefix="opsys-redis-") as folder:
        port = free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        service = Service(f"redis://127.0.0.1:{port}/0", command, port, Path(folder) / "log")
        with _running(service):
            yield service


@contextmanager
def mariadb(*options: str) -> Iterator[str]:
    """The DATABASE_URL of a running MariaDB, started with these options of its own."""
    with mariadb_service(*options) as service:
        yield service.url


@contextmanager
def redis() -> Iterator[str]:
    """The REDIS_URL of a running Redis."""
    with redis_service() as service:
        yield service.url


@contextmanager
def _running(service: Service) -> Iterator[None]:
    service.start()
    try:
        yield
    finally:
        service.stop()


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
