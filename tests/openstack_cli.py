"""OpenStack's own command line: what people compare us with."""

import json
import os
import re
import subprocess
import sys
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

from openstack.config import OpenStackConfig
from openstack.connection import Connection

BASE = Path(__file__).resolve().parents[1]
NOT_THERE = re.compile(r"No \w+ found for|could not be found|not found")


def _is_of_another_version(command: list[str]) -> bool:
    """Which version of an API is spoken is settled when the process starts."""
    return any(word.startswith("--os-") for word in command)


class OpenStackCli:
    """`openstack` on one cloud of the lab's clouds.yaml: one process, which stays until `close`."""

    def __init__(self, clouds_yaml: Path, cloud: str):
        self.environment = {**os.environ, "OS_CLIENT_CONFIG_FILE": str(clouds_yaml), "OS_CLOUD": cloud}
        self._one_at_a_time = threading.Lock()

    def __call__(self, *arguments: str) -> Any:
        """The command's JSON answer; None where it prints nothing."""
        wants_json = bool({"list", "show", "create"} & set(arguments[1:5]))
        command = [*arguments, *(["-f", "json"] if wants_json else [])]
        code, printed, complained = self._alone(command) if _is_of_another_version(command) else self._ask(command)
        if code:
            raise AssertionError(f"openstack {' '.join(arguments)}: {complained or printed}")
        return json.loads(printed) if wants_json and printed.strip() else None

    def _ask(self, command: list[str]) -> tuple[int, str, str]:
        with self._one_at_a_time:
            print(json.dumps(command), file=self._process.stdin, flush=True)
            return json.loads(self._process.stdout.readline() or '[1, "", "it ended"]')

    def _alone(self, command: list[str]) -> tuple[int, str, str]:
        openstack = Path(sys.executable).with_name("openstack")
        done = subprocess.run([openstack, *command], env=self.environment, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def shown(self, what: str, name: str) -> dict[str, Any] | None:
        """What `openstack WHAT show NAME` tells; None when it says that there is none."""
        try:
            return self(*what.split(), "show", name)
        except AssertionError as error:
            if NOT_THERE.search(str(error)):
                return None
            raise

    @cached_property
    def _process(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.openstack_shell"]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=BASE, env=self.environment, stdin=pipe, stdout=pipe, text=True)

    def close(self) -> None:
        if "_process" in vars(self):
            self._process.communicate()

    def server(self, cloud_id: str) -> dict[str, Any]:
        return self("server", "show", cloud_id)

    def boot(self, name: str) -> str:
        """A new running server, no larger than any image needs; its id."""
        enough = [
            flavor for flavor in self("flavor", "list", "--all") if flavor["RAM"] >= 2048 and flavor["Disk"] >= 20
        ]
        flavor = min(enough, key=lambda flavor: flavor["RAM"])["Name"]
        image = self("image", "list", "--status", "active")[0]["ID"]
        network = self("network", "list", "--internal")[0]["ID"]
        return self("server", "create", "--flavor", flavor, "--image", image, "--network", network, name, "--wait")[
            "id"
        ]

    def instance_actions(self, cloud_id: str) -> list[dict[str, Any]]:
        """Nova's own log of what was asked of a server, as its API gives it: the command would take seconds each. A
        connection that is kept may be one to a Nova that was stopped since."""
        answer = self.connection.compute.get(f"/servers/{cloud_id}/os-instance-actions", connect_retries=2)
        return answer.json()["instanceActions"]

    @cached_property
    def connection(self) -> Connection:
        config = OpenStackConfig(config_files=[self.environment["OS_CLIENT_CONFIG_FILE"]], load_envvars=False)
        return Connection(config=config.get_one(cloud=self.environment["OS_CLOUD"]))

    def remove(self, cloud_id: str) -> None:
        """Delete a server that may be gone already."""
        if cloud_id in {row["ID"] for row in self("server", "list", "--all-projects")}:
            self("server", "delete", cloud_id, "--wait")
