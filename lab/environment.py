"""The lab's own virtual environment, built once per lock file and kept in the cache."""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from lab.errors import LabError, last_lines
from lab.layout import REPOSITORY

LOCK = Path(__file__).parent / "requirements.txt"


def lock_key() -> str:
    """Identifies the set of packages: the lock and the Python that runs them."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(version.encode() + LOCK.read_bytes()).hexdigest()[:12]


class Environment:
    """A virtual environment with OpenStack in it."""

    def __init__(self, cache: Path) -> None:
        self.path = cache / f"venv-{lock_key()}"
        self.python = self.path / "bin" / "python"
        self._complete = self.path / "complete"

    @property
    def exists(self) -> bool:
        return self._complete.exists()

    def variables(self) -> dict[str, str]:
        """The environment service processes and set-up commands run with."""
        variables = {key: value for key, value in os.environ.items() if not key.startswith(("OS_", "PYTHON"))}
        variables["PYTHONPATH"] = str(REPOSITORY)
        variables["PYTHONUNBUFFERED"] = "1"
        # OpenStack's own deprecations would fill the logs.
        variables["PYTHONWARNINGS"] = "ignore"
        return variables

    def create(self, log: Path) -> None:
        """Install the lock, hashes checked, byte code compiled. Output goes to `log`."""
        if self.exists:
            return
        # Left half-built by an interrupted run.
        shutil.rmtree(self.path, ignore_errors=True)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as output:
            for command in self._commands():
                done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)
                if done.returncode:
                    raise LabError(f"installing OpenStack failed ({command[0]}), log {log}:\n{last_lines(log)}")
        self._complete.touch()

    def _commands(self) -> list[list[str]]:
        uv = _uv()
        python, path, lock = sys.executable, str(self.path), str(LOCK)
        if uv:
            install = [*uv, "pip", "install", "--python", str(self.python), "--require-hashes"]
            return [[*uv, "venv", "--python", python, path], [*install, "--compile-bytecode", "-r", lock]]
        # The lock is complete, and pip would not accept it for what is needed with extras.
        install = [str(self.python), "-m", "pip", "install", "--require-hashes", "--no-deps", "--compile", "-r", lock]
        return [[python, "-m", "venv", path], install]


def _uv() -> list[str]:
    if find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    uv = shutil.which("uv")
    return [uv] if uv else []
