"""OpenStack's own command line: what people compare us with."""

import json
import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from openstack.config import OpenStackConfig
from openstack.connection import Connection


class OpenStackCli:
    """`openstack` on one cloud of the lab's clouds.yaml."""

    def __init__(self, clouds_yaml: Path, cloud: str):
        self.environment = {**os.environ, "OS_CLIENT_CONFIG_FILE": str(clouds_yaml), "OS_CLOUD": cloud}

    def __call__(self, *arguments: str) -> Any:
        """The command's JSON answer; None where it prints nothing."""
        wants_json = bool({"list", "show", "create"} & set(arguments[1:4]))
        command = [
            str(Path(sys.executable).with_name("openstack")),
            *arguments,
            *(["-f", "json"] if wants_json else []),
        ]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(f"openstack {' '.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout) if wants_json and done.stdout.strip() else None

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
        """Nova's own log of what was asked of a server, as its API gives it: the command would take seconds each."""
        return self.connection.compute.get(f"/servers/{cloud_id}/os-instance-actions").json()["instanceActions"]

    @cached_property
    def connection(self) -> Connection:
        config = OpenStackConfig(config_files=[self.environment["OS_CLIENT_CONFIG_FILE"]], load_envvars=False)
        return Connection(config=config.get_one(cloud=self.environment["OS_CLOUD"]))

    def remove(self, cloud_id: str) -> None:
        """Delete a server that may be gone already."""
        if cloud_id in {row["ID"] for row in self("server", "list", "--all-projects")}:
            self("server", "delete", cloud_id, "--wait")
