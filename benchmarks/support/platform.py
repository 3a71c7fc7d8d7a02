"""A filled platform in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.support.figures import Failure

BASE = Path(__file__).resolve().parents[2]


def environment(folder: Path, database_url: str = "") -> dict[str, str]:
    """Settings of a platform whose files are all in `folder`; without a URL its database is there too."""
    own = {"DJANGO_SETTINGS_MODULE": "opsys.settings.dev", "VAR_DIR": str(folder), "REDIS_URL": ""}
    own["DATABASE_URL"] = database_url or f"sqlite:///{folder / 'opsys.sqlite3'}"
    return {**os.environ, **own}


class Platform:
    """benchmarks/support/console.py with `count` servers, which asks for one of its sets of pages (`only`: those in
    whose name it stands). Filling begins with `with`; `wait` for it."""

    def __init__(self, count: int, database_url: str = "", pages: str = "list", only: str = "") -> None:
        self.count, self.database_url, self.pages, self.only = count, database_url, pages, only

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="opsys-benchmark-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.support.console", str(self.count), self.pages, self.only],
            cwd=BASE,
            env=environment(Path(self._folder.name), self.database_url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def wait(self) -> None:
        self._line()

    def ask(self) -> dict[str, dict[str, float]]:
        """Every page once: {page: {"ms", "queries", "busy"}}."""
        print("again", file=self._process.stdin, flush=True)
        return json.loads(self._line())

    def _line(self) -> str:
        line = self._process.stdout.readline()
        if not line:
            raise Failure(f"The platform with {self.count} servers ended; its last words are above.")
        return line

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
        self._folder.cleanup()
