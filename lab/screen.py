"""The screen and the serial line that all servers of a lab share: a real VNC server with a terminal on it, and a
listener that gives each connection a login of its own.

Run as: python -m lab.screen ADDRESS. Whoever logs in is nobody (where the lab runs as root), or who started the lab.
"""

import asyncio
import fcntl
import os
import pty
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

from lab.layout import REPOSITORY, SCREEN_PORTS

GEOMETRY = "1024x768"
PROGRAMS = ("Xvnc", "xterm")
GUEST = [sys.executable, "-m", "lab.guest"]


def missing() -> list[str]:
    """The programs that a screen needs and that are not installed."""
    return [name for name in PROGRAMS if not shutil.which(name)]


class SerialLine(asyncio.Protocol):
    """One connection, and the login behind it."""

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(REPOSITORY)
            os.execv(GUEST[0], GUEST)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        asyncio.get_running_loop().add_reader(self.terminal, self._show)

    def data_received(self, data: bytes) -> None:
        os.write(self.terminal, data)

    def connection_lost(self, error) -> None:
        asyncio.get_running_loop().remove_reader(self.terminal)
        os.kill(self.pid, signal.SIGHUP)
        os.close(self.terminal)
        os.waitpid(self.pid, 0)

    def _show(self) -> None:
        try:
            self.transport.write(os.read(self.terminal, 64 * 1024))
        except OSError:  # the login ended
            self.transport.close()


async def serve(address: str) -> None:
    # Each lab of a machine has a display of its own.
    display, folder = f":{100 + os.getpid() % 30_000}", tempfile.mkdtemp(prefix="opsys-screen-")
    processes: list[subprocess.Popen] = []
    if not missing():
        processes.append(_screen(address, display, folder))
    server = await asyncio.get_running_loop().create_server(SerialLine, address, SCREEN_PORTS["serial"])
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    terminal = asyncio.create_task(_terminal(display)) if processes else None
    await stopped.wait()
    server.close()
    if terminal:
        terminal.cancel()
    for process in processes:
        process.terminate()
    shutil.rmtree(folder, ignore_errors=True)


def _screen(address: str, display: str, folder: str) -> subprocess.Popen:
    # Many may look at once, and the proxies come from this machine only.
    options = ["-SecurityTypes", "None", "-AlwaysShared", "-interface", address, "-rfbport", str(SCREEN_PORTS["vnc"])]
    options += ["-geometry", GEOMETRY, "-depth", "24", "-desktop", "lab", "-nolisten", "tcp", "-ac"]
    return subprocess.Popen(["Xvnc", display, *options], env={**os.environ, "HOME": folder})


async def _terminal(display: str) -> None:
    """A terminal that fills the screen; a new one when somebody ended it."""
    look = ["-geometry", "126x44+0+0", "-fa", "Monospace", "-fs", "11", "-bg", "black", "-fg", "gray90", "-b", "8"]
    while True:
        process = await asyncio.create_subprocess_exec(
            "xterm", "-display", display, *look, "-e", *GUEST, cwd=REPOSITORY, stderr=subprocess.DEVNULL
        )
        await process.wait()
        await asyncio.sleep(1)


def main() -> None:
    Path("/proc/self/comm").write_text("lab-screen")
    asyncio.run(serve(sys.argv[1]))


if __name__ == "__main__":
    main()
