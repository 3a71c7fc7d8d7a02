"""What processes cost the machine, as Linux tells: CPU seconds and memory, with those they have begun."""

import os
from pathlib import Path

TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


class Load:
    """Processes by name and id."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._pids = pids

    def cpu_seconds(self) -> dict[str, float]:
        """Since each began."""
        return {name: sum(map(_cpu, _family(pid))) for name, pid in self._pids.items()}

    def memory_gb(self) -> dict[str, float]:
        """What each shares with no other, and its part of what is shared."""
        return {name: sum(map(_memory, _family(pid))) / 1e9 for name, pid in self._pids.items()}

    def since_start(self) -> float:
        return sum(self.cpu_seconds().values())


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _family(int(child))
    return found


def _cpu(pid: int) -> float:
    values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(values[11]) + int(values[12])) / TICKS


def _memory(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0.0
