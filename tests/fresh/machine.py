"""A fresh machine in a folder. Whoever uses one is process 1 of a process and a mount namespace of its own
(`unshare --mount --pid --fork --mount-proc`): whatever happens, mounts and processes end with it."""

import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.fresh import sources
from tests.fresh.terminal import Terminal

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Nothing starts the services of packages here; a machine with systemd would.
NO_SERVICES = "#!/bin/sh\nexit 101\n"
PERSON = "ops"


class Machine:
    """One whose files are below `root`."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root, self._cache = root, cache
        self._environment: dict[str, str] = {}

    def boot(self) -> None:
        """Mounts, a name, a network and the package sources of the host."""
        mount = self._mount
        mount("proc", "-t", "proc", "proc")
        mount("sys", "-t", "sysfs", "-o", "ro", "sysfs")
        mount("run", "-t", "tmpfs", "-o", "mode=755", "tmpfs")
        mount("dev", "-t", "tmpfs", "-o", "mode=755", "tmpfs")
        for name in DEVICES:
            (self.root / "dev" / name).touch()
            mount(f"dev/{name}", "--bind", f"/dev/{name}")
        mount("dev/pts", "-t", "devpts", "-o", "newinstance,ptmxmode=0666,mode=620,gid=5", "devpts")
        mount("dev/shm", "-t", "tmpfs", "-o", "mode=1777", "tmpfs")
        for name, target in {"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1"}.items():
            (self.root / "dev" / name).symlink_to(target)
        self._keep("var/cache/apt/archives", "apt")
        name = socket.gethostname()
        self._write("etc/hostname", f"{name}\n")
        self._write("etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {name}\n")
        self._write("etc/resolv.conf", Path("/etc/resolv.conf").read_text())
        self._write("etc/apt/apt.conf.d/80host", sources.apt_settings())
        self._write("usr/sbin/policy-rc.d", NO_SERVICES, mode=0o755)
        if settings := sources.pip_settings():
            self._write("etc/pip.conf", settings)
        self._environment = sources.environment(self.root)

    def add_person(self) -> None:
        """An account that may use sudo without a password, as the first one of an installed Debian or cloud image."""
        self.run("apt-get update -qq && apt-get install -qq -y --no-install-recommends sudo", "root")
        self.run(f"useradd --create-home --shell /bin/bash {PERSON}", "root")
        self.allow_sudo(True)

    def allow_sudo(self, allowed: bool) -> None:
        self._write(f"etc/sudoers.d/{PERSON}", f"{PERSON} ALL=(ALL) NOPASSWD: ALL\n" if allowed else "", mode=0o440)

    def clone(self, repository: Path, user: str) -> Path:
        """What is committed, in the user's home. Returns the path on the machine."""
        person = self.account(user)
        inside = Path(person.pw_dir) / "opsys"
        target = self.outside(inside)
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{repository}", str(target)], check=True)
        for folder, folders, files in os.walk(target):
            for name in (".", *folders, *files):
                os.chown(Path(folder, name), person.pw_uid, person.pw_gid, follow_symlinks=False)
        return inside

    def keep_downloads(self, user: str) -> None:
        """Downloaded Python packages outlive the machine; they are installed anew in each."""
        person = self.account(user)
        for name in ("pip", "uv"):
            self._keep(f"{person.pw_dir}/.cache/{name}".lstrip("/"), f"{name}-{user}")
        for path in (
            self.outside(Path(person.pw_dir, ".cache")),
            *(self._cache / f"{n}-{user}" for n in ("pip", "uv")),
        ):
            os.chown(path, person.pw_uid, person.pw_gid)

    def account(self, user: str) -> pwd.struct_passwd:
        for line in (self.root / "etc" / "passwd").read_text().splitlines():
            name, password, uid, gid, text, home, shell = line.split(":")
            if name == user:
                return pwd.struct_passwd((name, password, int(uid), int(gid), text, home, shell))
        raise KeyError(user)

    def outside(self, path: Path) -> Path:
        return self.root / path.relative_to("/")

    def start(self, command: str, user: str, folder: str = "/", **variables: str) -> Terminal:
        """`command` in a shell of the user's, at a terminal."""
        person = self.account(user)
        environment = {
            "PATH": PATH, "HOME": person.pw_dir, "USER": user, "LOGNAME": user, "SHELL": "/bin/bash", "TERM": "xterm",
            **self._environment, **variables,
        }  # fmt: skip
        return Terminal(command, self.root, person, folder, environment)

    def run(self, command: str, user: str, folder: str = "/") -> str:
        """To its end; what it said. One that fails ends the test."""
        terminal = self.start(command, user, folder)
        code = terminal.wait(1800)
        if code:
            raise SystemExit(f"{command!r} as {user}: exit code {code}\n{terminal.last_words()}")
        return terminal.said

    def processes(self) -> Iterator[tuple[int, str]]:
        """All that run on it, with their command lines."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal() or int(entry.name) == os.getpid():
                continue
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != "Z":
                yield int(entry.name), words

    def memory(self) -> int:
        """Bytes that its processes have; what several share counts once."""
        total = 0
        for pid, _words in self.processes():
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            total += sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
        return total

    def _mount(self, point: str, *options: str) -> None:
        target = self.root / point
        if not target.exists():
            target.mkdir(parents=True)
        subprocess.run(["mount", *options, str(target)], check=True)

    def _keep(self, point: str, name: str) -> None:
        (self._cache / name).mkdir(exist_ok=True)
        self._mount(point, "--bind", str(self._cache / name))

    def _write(self, path: str, text: str, mode: int = 0o644) -> None:
        file = self.root / path
        file.unlink(missing_ok=True)
        file.write_text(text)
        file.chmod(mode)
