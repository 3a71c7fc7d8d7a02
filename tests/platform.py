"""The whole platform as people run it: web, worker and beat as processes of their own, on a folder of its own."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import requests

from opsys.processes import ALONE
from tests.services import ServiceError, free_port

BASE = Path(__file__).resolve().parents[1]
# How long a test waits that holds nothing to a time. On a slow machine with another lab beside, what takes a second
# elsewhere takes twenty.
PATIENCE_SECONDS = 180


class Platform:
    """Web, worker and beat below `folder`, with the settings people get on one machine."""

    def __init__(self, folder: Path, **environment: str):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "opsys.settings.dev",
            "VAR_DIR": str(folder),
            "PORT": str(self.port),
            **environment,
        }
        self.processes: dict[str, subprocess.Popen] = {}

    def manage(self, *arguments: str, given: str = "", check: bool = True) -> subprocess.CompletedProcess:
        """Run a command; with `check` a failing one raises with what it said."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
        )
        if check and done.returncode:
            raise ServiceError(f"manage.py {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done

    def init_db(self) -> None:
        """What `init-db --demo` leaves behind. It takes seconds, so a run makes it once for SQLite and copies it."""
        if "DATABASE_URL" in self.environment:
            self.manage("init-db", "--demo")
        else:
            shutil.copytree(_initialized().name, self.folder, dirs_exist_ok=True)

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """Its SQLite, for one transaction."""
        with closing(sqlite3.connect(self.folder / "opsys.sqlite3", timeout=60)) as database, database:
            yield database

    def first_value(self, query: str) -> Any:
        """Of the first row that its SQLite answers."""
        with self.database() as database:
            return database.execute(query).fetchone()[0]

    def add_clusters(self, clouds_yaml: Path, *names: str) -> None:
        """Register these clouds and read them, in one process: each start costs seconds."""
        commands = [("add_cluster", name, "--from-clouds-yaml", str(clouds_yaml)) for name in names]
        commands.append(("sync_cluster", *names))
        run = f"from django.core.management import call_command\nfor command in {commands}: call_command(*command)"
        self.manage("shell", "--no-imports", "--command", run)

    def start(self, *names: str) -> None:
        """Start these processes, or all; returns once the pages answer."""
        for name in names or ("web", "worker", "beat"):
            with (self.folder / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    [sys.executable, *self._command(name)],
                    cwd=BASE,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                )
        wait_until(self._answers, "the web process answers", on_failure=self.last_words)

    def _command(self, name: str) -> list[str]:
        if name == "web":
            return ["-m", "daphne", "--bind", "127.0.0.1", "--port", str(self.port), "opsys.asgi:application"]
        if name == "beat":
            return ["-m", "celery", "--app", "opsys", "beat", "--schedule", str(self.folder / "beat-schedule")]
        if name == "listen":
            return ["manage.py", "listen"]
        # worker, worker-2 …: Celery wants each to have a name of its own.
        worker = ["-m", "celery", "--app", "opsys", "worker", "--pool", "threads", "--concurrency", "16", *ALONE]
        return [*worker, "--hostname", f"{name}-{self.port}@localhost"]

    def kill(self, name: str) -> None:
        """As `kill -9` and the kernel's out-of-memory killer do: no good-bye."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def terminate(self, name: str) -> None:
        """As people end one: it says good-bye."""
        process = self.processes.pop(name)
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)

    def stop(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def last_words(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in logs)

    def session(self, username: str, password: str) -> "ApiSession":
        return ApiSession(self.url, username, password)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=2).ok
        except requests.RequestException:
            return False


@cache
def _initialized() -> "tempfile.TemporaryDirectory[str]":
    folder = tempfile.TemporaryDirectory(prefix="opsys-initialized-")
    Platform(Path(folder.name)).manage("init-db", "--demo")
    return folder


class ApiSession:
    """The REST API as one user."""

    def __init__(self, url: str, username: str, password: str):
        self.url = f"{url}/api/v1/"
        credentials = {"username": username, "password": password}
        answer = requests.post(f"{self.url}auth/login/", json=credentials, timeout=PATIENCE_SECONDS)
        answer.raise_for_status()
        self.headers = {"Authorization": f"Token {answer.json()['token']}"}

    def get(self, path: str, **query: Any) -> Any:
        answer = requests.get(f"{self.url}{path}", params=query, headers=self.headers, timeout=PATIENCE_SECONDS)
        answer.raise_for_status()
        return answer.json()

    def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All rows of a list, page after page."""
        body = self.get(path, per_page=1000, **query)
        rows = body["results"]
        while body["next"]:
            body = self.follow(body["next"])
            rows += body["results"]
        return rows

    def freshness(self, cluster: str) -> dict[str, Any]:
        """How the list of servers says that this cluster is: its state, the reason, when it was read."""
        clusters = self.get("compute/servers/", cluster=cluster, per_page=1)["clusters"]
        return next(entry for entry in clusters if entry["name"] == cluster)

    def follow(self, address: str) -> Any:
        """A page by the whole address that another page gave."""
        answer = requests.get(address, headers=self.headers, timeout=PATIENCE_SECONDS)
        answer.raise_for_status()
        return answer.json()

    def do(self, path: str, action: str, *ids: int, **params: Any) -> list[dict[str, Any]]:
        wish = {"ids": list(ids), "params": params}
        answer = requests.post(
            f"{self.url}{path}do/{action}/", json=wish, headers=self.headers, timeout=PATIENCE_SECONDS
        )
        assert answer.ok, answer.text
        return answer.json()["outcomes"]

    def make(self, path: str, action: str, cluster: str, *, project: str = "", **params: Any) -> dict[str, Any]:
        """Something new: {"outcomes": …}, or {"job": …} for several. By default in the credential's project."""
        answer = self.try_to_make(path, action, cluster, project=project, **params)
        assert answer.ok, answer.text
        return answer.json()

    def try_to_make(
        self, path: str, action: str, cluster: str, *, project: str = "", **params: Any
    ) -> requests.Response:
        wish = {"cluster": cluster, "project": project, "params": params}
        return requests.post(
            f"{self.url}{path}new/{action}/", json=wish, headers=self.headers, timeout=PATIENCE_SECONDS
        )


def wait_until(
    condition: Callable[[], Any],
    what: str,
    seconds: float = PATIENCE_SECONDS,
    *,
    on_failure: Callable[[], str] = str,
    pause: float = 0.1,
) -> float:
    """Wait until `condition()` is true; returns how many seconds that took. Fails the test when it takes longer."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds} s: {what}\n{on_failure()}")
        time.sleep(pause)
    return time.monotonic() - began
