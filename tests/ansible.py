"""Ansible as people have it, on what the inventory script tells; every server is reached through a test's sshd."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.sshd import Sshd

SCRIPT = Path(__file__).resolve().parents[1] / "docs" / "tools" / "opsys-inventory"


class Ansible:
    """ansible("cluster_east", "-m", "ping") → what it printed; a failing one fails the test."""

    def __init__(self, folder: Path, *, url: str, token: str, sshd: Sshd, query: str = ""):
        self.options = {
            "ansible_port": sshd.port,
            "ansible_ssh_private_key_file": str(sshd.folder / "person"),
            "ansible_user": sshd.user,
            "ansible_ssh_common_args": "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
            "ansible_python_interpreter": sys.executable,
        }
        self.environment = {
            **os.environ,
            "OPSYS_URL": url,
            "OPSYS_TOKEN": token,
            "OPSYS_QUERY": query,
            "ANSIBLE_HOME": str(folder / "ansible"),
            "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
            "ANSIBLE_LOAD_CALLBACK_PLUGINS": "True",
            "LC_ALL": "C.UTF-8",
        }

    def __call__(self, group: str, *arguments: str) -> str:
        program = Path(sys.executable).with_name("ansible")
        command = [program, "-i", SCRIPT, group, "-e", json.dumps(self.options), *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout
