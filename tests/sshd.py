"""Debian's own sshd on loopback, with keys, port and configuration of its own: a host that shells are opened on."""

import getpass
import os
import shutil
import subprocess
from pathlib import Path

from tests.services import Service, ServiceError, free_port

CONFIGURATION = """
Port {port}
ListenAddress {address}
{host_keys}
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
MaxStartups 500
MaxSessions 500
LogLevel VERBOSE
AllowTcpForwarding yes
Subsystem sftp internal-sftp
# Not the home of whoever runs the tests: what their own profile does takes its time, and is nobody's business here.
SetEnv HOME={folder}/home LANG=C.UTF-8
{more}
"""


class Sshd(Service):
    """Lets in whoever runs it, with the private key `key`. `more` are further lines of its configuration."""

    def __init__(
        self, folder: Path, *, address: str = "127.0.0.1", types: tuple[str, ...] = ("ed25519",), more: str = ""
    ):
        program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if not program:
            raise ServiceError("sshd is not installed: sh requirements/system.sh test")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.address, self.port, self.user = folder, address, free_port(), getpass.getuser()
        self.types = types
        (folder / "home").mkdir(exist_ok=True)
        for name in types:
            keygen(folder / f"host_{name}", name)
        keygen(folder / "person", "ed25519")
        shutil.copy(folder / "person.pub", folder / "authorized_keys")
        host_keys = "\n".join(f"HostKey {folder}/host_{name}" for name in types)
        text = CONFIGURATION.format(port=self.port, address=address, host_keys=host_keys, folder=folder, more=more)
        (folder / "sshd_config").write_text(text)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        command = [program, "-D", "-e", "-f", str(folder / "sshd_config")]
        super().__init__(f"ssh://{address}:{self.port}", command, self.port, folder / "log")

    @property
    def key(self) -> str:
        return (self.folder / "person").read_text()

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def change_host_key(self) -> None:
        for name in self.types:
            keygen(self.folder / f"host_{name}", name)
        self.stop()
        self.start()


def keygen(path: Path, kind: str, passphrase: str = "") -> None:
    """A new key pair, in place of one that is there."""
    path.unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", str(path)], check=True, input=b"y\n")
