"""A command at a terminal of a fresh machine, as a person has it: what it says is shown, and Ctrl-C reaches it."""

import fcntl
import os
import pwd
import re
import struct
import termios
import threading
import time
from pathlib import Path

UNLOCK, NUMBER = 0x40045431, 0x80045430  # TIOCSPTLCK and TIOCGPTN, which Python does not name
CTRL_C = b"\x03"
SHOWN_LINES = 40


class Terminal:
    """`command` for `person`, below `root`, until it ends. `said` is all it has written."""

    def __init__(
        self, command: str, root: Path, person: pwd.struct_passwd, folder: str, environment: dict[str, str]
    ) -> None:
        self.said, self.code = "", None
        self._began = time.monotonic()
        # Of the machine's own terminals: programs on it ask for the name of theirs.
        self._screen = os.open(root / "dev/pts/ptmx", os.O_RDWR | os.O_NOCTTY)
        fcntl.ioctl(self._screen, UNLOCK, struct.pack("i", 0))
        number = struct.unpack("i", fcntl.ioctl(self._screen, NUMBER, bytes(4)))[0]
        self.pid = os.fork()
        if self.pid == 0:
            try:
                _become(person, root, f"/dev/pts/{number}", folder)
                os.execve("/bin/bash", ["bash", "-c", command], environment)
            finally:
                os._exit(127)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def ended(self) -> bool:
        """Also buries those who lost their parents, which is what process 1 of a machine is for."""
        while self.code is None:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == self.pid:
                self.code = os.waitstatus_to_exitcode(status)
            elif not pid:
                return False
        return True

    def wait(self, seconds: float) -> int:
        """The exit code; negative: the signal it ended by."""
        deadline = time.monotonic() + seconds
        while not self.ended():
            if time.monotonic() > deadline:
                raise SystemExit(f"Not at its end after {seconds:.0f} s:\n{self.last_words()}")
            time.sleep(0.1)
        # Children that outlive it may hold the terminal.
        self._reader.join(2)
        return self.code

    def wait_for(self, pattern: str, seconds: float) -> re.Match[str]:
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.said)):
            if self.ended() or time.monotonic() > deadline:
                raise SystemExit(f"{pattern!r} was not said (exit code {self.code}):\n{self.last_words()}")
            time.sleep(0.1)
        return found

    def press_ctrl_c(self) -> None:
        os.write(self._screen, CTRL_C)

    def last_words(self) -> str:
        return "\n".join(f"    {line}" for line in self.said.splitlines()[-SHOWN_LINES:])

    def _read(self) -> None:
        line = ""
        while True:
            try:
                data = os.read(self._screen, 64 * 1024)
            except OSError:  # nobody has it open any more
                return
            text = data.decode(errors="replace").replace("\r\n", "\n")
            self.said += text
            *lines, line = (line + text).split("\n")
            for whole in lines:
                shown = whole.rpartition("\r")[2]  # a progress bar at its end
                print(f"  {time.monotonic() - self._began:6.1f} s | {shown}", flush=True)


def _become(person: pwd.struct_passwd, root: Path, terminal: str, folder: str) -> None:
    os.chroot(root)
    os.setsid()
    screen = os.open(terminal, os.O_RDWR)
    fcntl.ioctl(screen, termios.TIOCSCTTY, 0)
    os.fchown(screen, person.pw_uid, -1)
    for number in range(3):
        os.dup2(screen, number)
    os.closerange(3, 256)
    os.setgroups([person.pw_gid])
    os.setgid(person.pw_gid)
    os.setuid(person.pw_uid)
    os.chdir(folder)
