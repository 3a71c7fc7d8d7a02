"""Records of the lab's own processes, so that only those are ever stopped."""

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.errors import LabError


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _started(pid: int) -> int | None:
    """Start time of a live process in clock ticks since boot, None when gone or a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field, the command, may hold spaces and brackets; what follows its last bracket may not.
    fields = stat.rpartition(")")[2].split()
    state, threads, started = fields[0], int(fields[17]), int(fields[19])
    # A main thread that is a zombie already leaves sockets open until the other threads have ended.
    return None if state == "Z" and threads <= 1 else started


@dataclass(frozen=True)
class Process:
    """A process as it was when it was started: a pid alone may have been given to another since."""

    name: str
    pid: int
    started: int
    boot: str

    @classmethod
    def record(cls, folder: Path, name: str, pid: int) -> "Process":
        """Remember the live process `pid` as `name` in `folder`."""
        started = _started(pid)
        if started is None:
            raise LabError(f"{name} (pid {pid}) ended before it could be recorded")
        process = cls(name, pid, started, _boot())
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{name}.{os.getpid()}"
        temporary.write_text(json.dumps(asdict(process)))
        temporary.replace(folder / f"{name}.json")
        return process

    @classmethod
    def find(cls, folder: Path, name: str) -> "Process | None":
        """The recorded process if it is still running, else None."""
        try:
            process = cls(**json.loads((folder / f"{name}.json").read_text()))
        except FileNotFoundError:
            return None
        return process if process.running else None

    @property
    def running(self) -> bool:
        return self.boot == _boot() and _started(self.pid) == self.started

    @property
    def memory(self) -> int:
        """Proportional set size in bytes: memory shared with a sibling counts in parts."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return next(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))

    def signal(self, number: signal.Signals) -> None:
        if self.running:
            os.kill(self.pid, number)


def stop(processes: list[Process], timeout: float) -> None:
    """Ask all of them to end at once, wait, and kill what is left after `timeout` seconds."""
    for process in processes:
        process.signal(signal.SIGTERM)
    if not _ended(processes, timeout):
        for process in processes:
            process.signal(signal.SIGKILL)
        _ended(processes, 5)


def _ended(processes: list[Process], timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while any(process.running for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
