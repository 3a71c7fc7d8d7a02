"""One cloud of a lab, as its users and its tests see it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lab import configuration, faults


@dataclass(frozen=True)
class Cloud:
    """Where a cloud answers, how to log in, and how to make it misbehave."""

    name: str
    address: str
    state: Path
    # Called with the names of clouds and of projects.
    _start: Callable[[list[str], list[str]], None] = field(repr=False)
    _stop: Callable[[list[str], list[str]], None] = field(repr=False)

    region = configuration.REGION
    username = "admin"
    password = configuration.PASSWORD
    project_name = "admin"
    user_domain = "Default"
    project_domain = "Default"

    @property
    def auth_url(self) -> str:
        return f"{configuration.public_url(self.address, 'identity')}/v3"

    @property
    def fault_file(self) -> Path:
        return self.state / "faults.json"

    def fault(self, service: str, mode: str, seconds: float = 5.0) -> None:
        """Show a fault on a service ("compute", "identity", …, or "all") from the next request on.

        Modes: delay (by `seconds`), hang, cut, 500, 401, garbage, and off.
        """
        faults.switch(self.fault_file, service, mode, seconds)

    def faults(self) -> dict[str, faults.Fault]:
        """The faults that are on, by service."""
        return faults.read(self.fault_file)

    def stop(self, *projects: str) -> None:
        """Stop some of keystone, placement, glance, neutron, cinder, nova and edge. The edge then says 503."""
        self._stop([self.name], list(projects))

    def start(self, *projects: str) -> None:
        """Start what was stopped, and wait until it answers."""
        self._start([self.name], list(projects))

    def restart(self, *projects: str) -> None:
        self.stop(*projects)
        self.start(*projects)

    def credentials(self) -> dict[str, str]:
        """The `auth` section of clouds.yaml."""
        return {
            "auth_url": self.auth_url,
            "username": self.username,
            "password": self.password,
            "project_name": self.project_name,
            "user_domain_name": self.user_domain,
            "project_domain_name": self.project_domain,
        }

    def openrc(self) -> str:
        """The same as shell text."""
        values = self.credentials() | {"region_name": self.region, "identity_api_version": "3"}
        return "".join(f"export OS_{key.upper()}={value}\n" for key, value in values.items())
