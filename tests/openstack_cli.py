"""OpenStack's own command line: what people compare us with."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class OpenStackCli:
    """`openstack` on one cloud of the lab's clouds.yaml."""

    def __init__(self, clouds_yaml: Path, cloud: str):
        self.environment = {**os.environ, "OS_CLIENT_CONFIG_FILE": str(clouds_yaml), "OS_CLOUD": cloud}

    def __call__(self, *arguments: str) -> Any:
        """The command's JSON answer; None where it prints nothing."""
        wants_json = arguments[1] in ("list", "show", "create")
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
