"""What answers on the demo's servers: one sshd for all of them, since their addresses are this machine's own.

It listens on every address but takes keys on the lab's loopback networks only. Whoever gets in is nobody (where the
demo runs as root), or who started the demo.
"""

import getpass
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
PORT = 2222
NETWORKS = ("127.60.0.0/16", "127.61.0.0/16", "127.99.0.0/16")

CONFIGURATION = """
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/person.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PubkeyAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding no
AllowUsers {user}
Subsystem sftp /usr/lib/openssh/sftp-server
{forced}
Match LocalAddress {networks}
    PubkeyAuthentication yes
"""

AS_NOBODY = """#!/bin/sh
export HOME={home} USER=nobody LOGNAME=nobody
cd "$HOME" || exit 1
[ -n "$SSH_ORIGINAL_COMMAND" ] && set -- -c "$SSH_ORIGINAL_COMMAND"
exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs /bin/bash "$@"
"""

# What an administrator would enter on the pages: the lab's networks lie within loopback, which is closed by default.
SET_UP = """
import sys
from pathlib import Path
from clusters.models import Cluster
from terminal.models import Policy, SshCredential
networks, port, key, user = sys.stdin.read().split("\\n")[:4]
for cluster in Cluster.objects.filter(group__name="lab"):
    Policy.objects.get_or_create(
        cluster=cluster, defaults={"allowed_networks": networks.replace(" ", "\\n"), "allowed_ports": f"{port}, 22"}
    )
    if key:
        SshCredential.objects.update_or_create(
            name="lab", cluster=cluster, owner=None, defaults={"username": user, "secret": Path(key).read_text()}
        )
"""


def start(folder: Path) -> subprocess.Popen | None:
    """Let the platform open shells on the lab's servers, and have something answer; None without an sshd."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    process = _sshd(program, folder) if program else None
    key = str(folder / "person") if process else ""
    subprocess.run(
        [sys.executable, BASE / "manage.py", "shell", "--verbosity", "0", "-c", SET_UP],
        cwd=BASE,
        input="\n".join([" ".join(NETWORKS), str(PORT), key, getpass.getuser()]),
        text=True,
        check=True,
    )
    return process


def _sshd(program: str, folder: Path) -> subprocess.Popen:
    for name in ("host", "person"):
        if not (folder / name).exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    text = CONFIGURATION.format(
        port=PORT, folder=folder, user=getpass.getuser(), forced=_forced(folder), networks=",".join(NETWORKS)
    )
    (folder / "sshd_config").write_text(text)
    with (folder / "log").open("ab") as log:
        command = [program, "-D", "-e", "-f", str(folder / "sshd_config")]
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _forced(folder: Path) -> str:
    if os.geteuid() != 0:
        return ""
    Path("/run/sshd").mkdir(exist_ok=True)
    home = Path("/tmp") / "opsys-demo-home"
    home.mkdir(exist_ok=True)
    os.chown(home, 65534, 65534)
    script = folder / "as-nobody"
    script.write_text(AS_NOBODY.format(home=home))
    script.chmod(0o755)
    return f"ForceCommand {script}"
