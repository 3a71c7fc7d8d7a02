"""Start one OpenStack project for some clouds: python -m lab.services PROJECT RECORDS STATE…

Importing OpenStack is most of what a start costs. So the modules are imported once, and then one
child is forked for each cloud, before anything is configured: oslo.config's global CONF belongs to
one cloud, and the children share the memory of the code.
"""

import gc
import importlib
import os
import sys
from pathlib import Path

from lab.process import Process


def main() -> None:
    project, records, *states = sys.argv[1:]
    service = importlib.import_module(f"lab.services.{project}")
    service.preload()
    # Objects that are never collected are never written to: their pages stay shared.
    gc.collect()
    gc.freeze()
    for state in map(Path, states):
        pid = os.fork()
        if pid == 0:
            _become(project, state)
            service.run(state)
            return
        Process.record(Path(records), f"{state.name}-{project}", pid)


def _become(project: str, state: Path) -> None:
    """Turn this child into a daemon of its cloud."""
    os.setsid()
    os.chdir(state)
    log = os.open(state / "log" / f"{project}.out", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    # What top and ps show.
    Path("/proc/self/comm").write_text(f"{state.name}-{project}"[:15])
    # Every project parses sys.argv.
    sys.argv = [project]


if __name__ == "__main__":
    main()
