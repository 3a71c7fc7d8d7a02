"""Starting the processes of clouds, and waiting until they answer."""

import http.client
import socket
import subprocess
import sys
import time
from pathlib import Path

from lab.environment import Environment
from lab.errors import LabError, last_lines
from lab.layout import CONSOLE_PORTS, INTERNAL_OFFSET, PROJECTS, PUBLIC_PORTS, REPOSITORY, Layout
from lab.process import Process

# All of a cloud's processes. The edge first: it is quick, and says 503 for the others.
CLOUD_PROCESSES = ("edge", *PROJECTS, "consoles")
SCREEN = "screen"
START_SECONDS = 180


def launch(layout: Layout, environment: Environment, clouds: list[str], projects: list[str]) -> None:
    """Start those of the projects that do not run yet, in all of the clouds. Does not wait for answers."""
    launchers = []
    for project in projects:
        idle = [name for name in clouds if not Process.find(layout.records, f"{name}-{project}")]
        if project == "edge":
            for name in idle:
                _launch_edge(layout, name)
        elif idle:
            launchers.append((project, *_launch(layout, environment, idle, project)))
    try:
        for project, log, launcher in launchers:
            if launcher.wait():
                raise LabError(f"{project} does not start, log {log}:\n{last_lines(log)}")
    finally:
        # After an error or Ctrl-C, none may come up later, when nobody waits for it.
        for _, _, launcher in launchers:
            if launcher.poll() is None:
                launcher.terminate()


def _launch(
    layout: Layout, environment: Environment, clouds: list[str], project: str
) -> tuple[Path, subprocess.Popen[bytes]]:
    log = layout.logs / f"launch-{project}.log"
    states = [str(layout.cloud(name)) for name in clouds]
    command = [str(environment.python), "-m", "lab.services", project, str(layout.records), *states]
    with log.open("w") as output:
        return log, subprocess.Popen(
            command,
            env=environment.variables(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _launch_edge(layout: Layout, name: str) -> None:
    state = layout.cloud(name)
    command = [sys.executable, "-m", "lab.edge", layout.address(name), str(state / "faults.json")]
    with (state / "log" / "edge.out").open("a") as output:
        edge = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    Process.record(layout.records, f"{name}-edge", edge.pid)


def launch_screen(layout: Layout) -> None:
    """Start what the consoles of all clouds lead to, unless it runs."""
    if Process.find(layout.records, SCREEN):
        return
    layout.logs.mkdir(parents=True, exist_ok=True)
    with (layout.logs / "screen.log").open("a") as output:
        screen = subprocess.Popen(
            [sys.executable, "-m", "lab.screen", layout.screen_address],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    Process.record(layout.records, SCREEN, screen.pid)


def wait_until_answering(layout: Layout, clouds: list[str], projects: list[str]) -> None:
    """Return when every project answers HTTP in every cloud. An ended process is an error at once."""
    deadline = time.monotonic() + START_SECONDS
    waiting = [(name, project) for project in projects for name in clouds]
    while waiting:
        waiting = [pair for pair in waiting if not _answers(layout, *pair)]
        for name, project in waiting:
            running = Process.find(layout.records, f"{name}-{project}")
            if not running or time.monotonic() > deadline:
                log = layout.cloud(name) / "log" / f"{project}.out"
                what = f"does not answer after {START_SECONDS} s" if running else "ended"
                raise LabError(f"{name}/{project} {what}, log {log}:\n{last_lines(log)}")
        if waiting:
            time.sleep(0.1)


def _answers(layout: Layout, name: str, project: str) -> bool:
    if project == "edge":
        port, path = PUBLIC_PORTS["identity"], "/"
    elif project == "consoles":
        return all(_listens(layout.address(name), port) for port in CONSOLE_PORTS.values())
    else:
        port, path = PUBLIC_PORTS[PROJECTS[project]] + INTERNAL_OFFSET, "/"
    connection = http.client.HTTPConnection(layout.address(name), port, timeout=10)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    # While its service is not up, the edge itself says 503.
    return status < 500 or project == "edge"


def _listens(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=10).close()
    except OSError:
        return False
    return True
