"""Where a lab keeps its files, and which addresses and ports its clouds use."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent

# OpenStack's own ports: what the catalog says and what the edge listens on.
PUBLIC_PORTS = {
    "identity": 5000,
    "placement": 8778,
    "image": 9292,
    "compute": 8774,
    "network": 9696,
    "block-storage": 8776,
}
# Nova's console proxies, which clients reach without the edge.
CONSOLE_PORTS = {"vnc": 6080, "serial": 6083}
# What the proxies lead to: a screen and a serial line that all servers of a lab share, at the lab's own address.
SCREEN_PORTS = {"vnc": 5900, "serial": 5901}
# The project that serves each of them, in the order in which they depend on each other.
PROJECTS = {
    "keystone": "identity",
    "placement": "placement",
    "glance": "image",
    "neutron": "network",
    "cinder": "block-storage",
    "nova": "compute",
}
# The services themselves listen this much higher, behind the edge.
INTERNAL_OFFSET = 10000

# A cloud's last address byte and its second octet for tenant networks follow from its place here,
# so that a cloud has the same addresses whichever clouds it is started with.
CLOUD_NAMES = ("east", "west", "north", "south")

# sockaddr_un holds 108 bytes, the closing zero among them.
LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class Layout:
    """Paths of one lab. Nothing is created by asking for a path."""

    root: Path
    network: str
    database_port: int
    cache: Path

    @classmethod
    def from_environment(
        cls,
        root: Path | None = None,
        network: str | None = None,
        database_port: int | None = None,
        cache: Path | None = None,
    ) -> "Layout":
        """Arguments win over LAB_ROOT, LAB_NETWORK, LAB_DATABASE_PORT and LAB_CACHE, those over defaults."""
        cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return cls(
            root=Path(root or os.environ.get("LAB_ROOT") or REPOSITORY / "var" / "lab").resolve(),
            network=network or os.environ.get("LAB_NETWORK") or "127.0.0",
            database_port=int(database_port or os.environ.get("LAB_DATABASE_PORT") or 13061),
            cache=Path(cache or os.environ.get("LAB_CACHE") or cache_home / "opsys-lab").resolve(),
        )

    @property
    def database(self) -> Path:
        return self.root / "database"

    @property
    def records(self) -> Path:
        return self.root / "run"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def state(self) -> Path:
        return self.root / "lab.json"

    @property
    def clouds_yaml(self) -> Path:
        return self.root / "clouds.yaml"

    @property
    def database_socket(self) -> Path:
        beside = self.records / "mariadb.sock"
        if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH:
            return beside
        key = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"opsys-lab-{key}" / "mariadb.sock"

    def cloud(self, name: str) -> Path:
        return self.root / name

    @property
    def screen_address(self) -> str:
        return f"{self.network}.10"

    def address(self, name: str) -> str:
        return f"{self.network}.{11 + CLOUD_NAMES.index(name)}"
