"""A private MariaDB server: own data, own socket, own port. The system's server is never touched."""

import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path

from lab.errors import LabError, last_lines
from lab.layout import Layout
from lab.process import Process, stop

# What a lab writes it can make again, so nothing waits for the disk.
OPTIONS = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
    "--innodb-log-file-size=32M",
    "--innodb-buffer-pool-size=512M",
    # One table space: creating 600 tables is quicker, and a copy of the data is one file, not 600.
    "--innodb-file-per-table=0",
    "--innodb-stats-persistent=0",
    "--innodb-fast-shutdown=1",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--performance-schema=0",
    "--max-connections=2000",
    "--character-set-server=utf8mb3",
    "--back-log=500",
)


class Database:
    """The MariaDB server of one lab."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.data = layout.database
        self.socket = layout.database_socket
        self.log = layout.logs / "mariadb.log"

    def url(self, schema: str) -> str:
        """What goes into a service's configuration."""
        return f"mysql+pymysql://root@localhost/{schema}?charset=utf8mb3&unix_socket={self.socket}"

    @property
    def process(self) -> Process | None:
        return Process.find(self.layout.records, "mariadb")

    def create(self) -> None:
        """Make an empty data directory."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(parents=True)
        self._give_away()
        with self.log.open("a") as output:
            command = [
                program("mariadb-install-db"),
                "--no-defaults",
                f"--datadir={self.data}",
                f"--user={self._user()}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--innodb-flush-method=nosync",
                "--innodb-file-per-table=0",
                "--innodb-log-file-size=32M",
            ]
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            raise LabError(f"mariadb-install-db failed, log {self.log}:\n{last_lines(self.log)}")

    def start(self) -> None:
        """Start the server if it is not running, and wait until it answers."""
        if self.process:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.socket.parent.mkdir(parents=True, exist_ok=True)
        self._give_away()
        command = [
            program("mariadbd"),
            "--no-defaults",
            f"--user={self._user()}",
            f"--datadir={self.data}",
            f"--socket={self.socket}",
            f"--pid-file={self.data}/mariadb.pid",
            f"--port={self.layout.database_port}",
            "--bind-address=127.0.0.1",
            *OPTIONS,
        ]
        with self.log.open("a") as output:
            server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        Process.record(self.layout.records, "mariadb", server.pid)
        deadline = time.monotonic() + 60
        while self._run("", "SELECT 1").returncode:
            if server.poll() is not None or time.monotonic() > deadline:
                raise LabError(
                    f"MariaDB does not start on port {self.layout.database_port}, "
                    f"log {self.log}:\n{last_lines(self.log)}"
                )
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server cleanly, so that its files can be copied."""
        process = self.process
        if process:
            stop([process], timeout=60)

    def query(self, statement: str, schema: str = "") -> list[list[str]]:
        """Run SQL, return the rows as text columns."""
        done = self._run(schema, statement)
        if done.returncode:
            raise LabError(f"SQL failed: {done.stderr.decode(errors='replace').strip()}")
        return [line.split("\t") for line in done.stdout.decode().splitlines()]

    def load(self, dump: Path, schema: str) -> None:
        """Feed a dump file into a schema."""
        with dump.open("rb") as source:
            done = subprocess.run(self._client(schema), stdin=source, capture_output=True, check=False)
        if done.returncode:
            raise LabError(f"loading {dump} into {schema}: {done.stderr.decode(errors='replace').strip()}")

    def dump(self, schema: str, target: Path) -> None:
        """Write a schema with its rows to a file."""
        target.parent.mkdir(parents=True, exist_ok=True)
        command = [program("mariadb-dump"), "--no-defaults", f"--socket={self.socket}", "--user=root"]
        with target.open("wb") as output:
            done = subprocess.run([*command, "--skip-comments", schema], stdout=output, check=False)
        if done.returncode:
            raise LabError(f"mariadb-dump of {schema} failed")

    def _run(self, schema: str, statement: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*self._client(schema), "--execute", statement], capture_output=True, check=False)

    def _client(self, schema: str) -> list[str]:
        base = [program("mariadb"), "--no-defaults", "--batch", "--skip-column-names", "--user=root"]
        return [*base, f"--socket={self.socket}", *([schema] if schema else [])]

    def _user(self) -> str:
        """The user the server runs as: mysql if we are root and it can reach the data, else ourselves."""
        if os.geteuid() == 0 and _reachable(self.data) and _reachable(self.socket.parent):
            try:
                return pwd.getpwnam("mysql").pw_name
            except KeyError:
                return "root"
        return pwd.getpwuid(os.geteuid()).pw_name

    def _give_away(self) -> None:
        user = self._user()
        if os.geteuid() != 0:
            return
        for path in (self.data, *self.data.rglob("*")):
            shutil.chown(path, user)
        if self.socket.parent.exists():
            shutil.chown(self.socket.parent, user)


def version() -> str:
    """What the server says of itself: its files fit no other."""
    return subprocess.check_output([program("mariadbd"), "--version"], text=True)


def _reachable(path: Path) -> bool:
    """Whether other users may pass through all folders above `path`."""
    return all(parent.stat().st_mode & 0o001 for parent in path.parents if parent.exists())


def program(name: str) -> str:
    """Path of a MariaDB program. Raises LabError when it is not installed."""
    # Server programs lie in sbin, which is not in every user's PATH.
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin")
    if not found:
        raise LabError(f"{name} is not installed (Debian and Ubuntu: apt-get install mariadb-server)")
    return found
