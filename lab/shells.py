"""What answers on the demo's servers: one sshd for all of them, since their addresses are this machine's own.

It listens on every address but takes keys on the lab's loopback networks only. Whoever gets in is nobody (where the
demo runs as root), or who started the demo.
"""

import getpass
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from lab.errors import LabError, last_lines

BASE = Path(__file__).resolve().parents[1]
PORT = int(os.environ.get("LAB_SSH_PORT") or 2222)
PROGRAMS = ("sshd", "ssh", "ssh-keygen")
START_SECONDS = 20
NETWORKS = ("127.60.0.0/16", "127.61.0.0/16", "127.99.0.0/16")

CONFIGURATION = """
Port {port}
AddressFamily inet
HostKey {folder}/host
AuthorizedKeysFile {folder}/person.pub
PidFile none
StrictModes no
UsePAM {pam}
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
    policy, _made = Policy.objects.get_or_create(
        cluster=cluster, defaults={"allowed_networks": networks.replace(" ", "\\n"), "allowed_ports": f"{port}, 22"}
    )
    if policy.default_port != int(port):
        others = [other for other in policy.allowed_ports.split(", ") if other != port]
        policy.allowed_ports = ", ".join([port, *others])
        policy.save()
    SshCredential.objects.update_or_create(
        name="lab", cluster=cluster, owner=None, defaults={"username": user, "secret": Path(key).read_text()}
    )
"""


def start(folder: Path) -> subprocess.Popen:
    """Let the platform open shells on the lab's servers, and have something answer there. Returns once it does; raises
    LabError, with what sshd said, when it does not."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    process = _sshd(folder)
    try:
        subprocess.run(
            [sys.executable, BASE / "manage.py", "shell", "--verbosity", "0", "-c", SET_UP],
            cwd=BASE,
            input="\n".join([" ".join(NETWORKS), str(PORT), str(folder / "person"), getpass.getuser()]),
            text=True,
            check=True,
        )
        _wait_for_a_shell(process, folder)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return process


def _sshd(folder: Path) -> subprocess.Popen:
    for name in ("host", "person"):
        if not (folder / name).exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    text = CONFIGURATION.format(
        port=PORT,
        folder=folder,
        user=getpass.getuser(),
        pam="yes" if _is_locked() else "no",
        forced=_forced(folder),
        networks=",".join(NETWORKS),
    )
    (folder / "sshd_config").write_text(text)
    with (folder / "log").open("wb") as log:
        # sbin is not in every user's PATH, and sshd wants to be called by its whole name.
        program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "sshd"
        command = [program, "-D", "-e", "-f", str(folder / "sshd_config")]
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _wait_for_a_shell(process: subprocess.Popen, folder: Path) -> None:
    """Log in as the platform will: sshd may run and let nobody in, because the account is locked for example."""
    address = NETWORKS[0].partition("/")[0]
    known = folder / "known_hosts"
    known.write_text(f"[{address}]:{PORT} {(folder / 'host.pub').read_text()}")
    options = ["BatchMode=yes", "ConnectTimeout=5", "StrictHostKeyChecking=yes", f"UserKnownHostsFile={known}"]
    login = ["ssh", "-F", "none", "-i", str(folder / "person"), "-p", str(PORT), "-l", getpass.getuser()]
    login += [word for option in (*options, "IdentitiesOnly=yes") for word in ("-o", option)]
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run([*login, address, "true"], capture_output=True, stdin=subprocess.DEVNULL).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            log = folder / "log"
            raise LabError(f"no shell on the servers: sshd on port {PORT}, log {log}:\n{last_lines(log)}")
        time.sleep(0.1)


def _is_locked() -> bool:
    """Whether root has no password, as where people use sudo instead: sshd lets such a one in only by way of PAM."""
    return os.geteuid() == 0 and "\nroot:!" in f"\n{Path('/etc/shadow').read_text()}"


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
