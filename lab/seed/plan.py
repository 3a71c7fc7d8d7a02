"""What the clouds hold: plain data, the same at every run, different from cloud to cloud."""

import random
from dataclasses import dataclass, field

PASSWORD = "labpass"


@dataclass(frozen=True)
class Flavor:
    name: str
    vcpus: int
    ram: int
    disk: int
    extra_specs: dict[str, str] = field(default_factory=dict)


FLAVORS = (
    Flavor("m1.tiny", 1, 512, 1),
    Flavor("m1.small", 1, 2048, 10),
    Flavor("m1.medium", 2, 4096, 20),
    Flavor("m1.large", 4, 8192, 40),
    Flavor("c1.xlarge", 8, 16384, 80, {"hw:cpu_policy": "shared"}),
    Flavor("r1.large", 4, 32768, 80, {"hw:mem_page_size": "small"}),
    # Bigger than any host: a server of this flavor ends in ERROR.
    Flavor("h1.monster", 64, 1024 * 1024, 100),
)


@dataclass(frozen=True)
class Image:
    name: str
    os_distro: str
    os_version: str
    min_disk: int = 1
    visibility: str = "public"
    deactivated: bool = False


IMAGES = (
    Image("ubuntu-24.04", "ubuntu", "24.04", min_disk=1),
    Image("debian-12", "debian", "12"),
    Image("rocky-9.5", "rocky", "9.5", min_disk=10),
    Image("cirros-0.6.3", "cirros", "0.6.3"),
    Image("windows-server-2022", "windows", "2022", min_disk=40),
    Image("ubuntu-20.04 (end of life)", "ubuntu", "20.04", deactivated=True),
    Image("golden-base-2026.10", "debian", "12", visibility="community"),
)


@dataclass(frozen=True)
class Group:
    """Servers of one kind: NAME-01, NAME-02 …"""

    name: str
    count: int
    flavor: str
    image: str
    network: str
    security_groups: tuple[str, ...]


@dataclass(frozen=True)
class Project:
    name: str
    description: str
    # The first creates what the project holds.
    members: tuple[str, ...]
    networks: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Server:
    name: str
    project: str
    flavor: str
    image: str
    network: str
    security_groups: tuple[str, ...]
    metadata: dict[str, str]
    tags: tuple[str, ...]
    state: str = "ACTIVE"
    locked: bool = False
    # GiB; such a server has no image of its own, only its volume has.
    boot_volume: int = 0


@dataclass(frozen=True)
class CloudPlan:
    name: str
    # Second and third byte of addresses: 127.60.x for tenants, 127.99.0 outside.
    tenant_octet: int
    external_octet: int
    projects: tuple[Project, ...]
    odd_names: tuple[str, ...]

    @property
    def servers(self) -> tuple[Server, ...]:
        return _servers(self)


WEB = ("default", "web")
DATABASE = ("default", "database")
OPEN = ("default", "open-ssh")

EAST_PROJECTS = (
    Project(
        "web-shop",
        "Online shop, customer facing",
        ("maria.garcia", "li.wei"),
        ("front", "back"),
        (
            Group("shop-web", 6, "m1.small", "ubuntu-24.04", "front", WEB),
            Group("shop-cache", 2, "m1.medium", "debian-12", "back", ("default",)),
            Group("shop-db", 3, "r1.large", "debian-12", "back", DATABASE),
        ),
    ),
    Project(
        "data-platform",
        "Streams and warehouse",
        ("tomas.novak", "aiko.tanaka"),
        ("cluster",),
        (
            Group("kafka", 3, "m1.large", "rocky-9.5", "cluster", ("default",)),
            Group("spark-worker", 5, "c1.xlarge", "rocky-9.5", "cluster", ("default",)),
            Group("airflow", 1, "m1.medium", "ubuntu-24.04", "cluster", OPEN),
        ),
    ),
    Project(
        "ci",
        "Build and test machines",
        ("build.bot", "sara.lind"),
        ("runners",),
        (
            Group("runner", 6, "m1.medium", "ubuntu-24.04", "runners", ("default",)),
            Group("registry", 1, "m1.small", "debian-12", "runners", WEB),
        ),
    ),
    Project("sandbox", "Everything odd lives here", ("kim.lee",), ("play",), ()),
)
WEST_PROJECTS = (
    Project(
        "mobile-backend",
        "API of the phone apps",
        ("joao.silva", "emma.brown"),
        ("api", "store"),
        (
            Group("api", 5, "m1.medium", "debian-12", "api", WEB),
            Group("push", 2, "m1.small", "debian-12", "api", ("default",)),
            Group("mongo", 3, "r1.large", "ubuntu-24.04", "store", DATABASE),
        ),
    ),
    Project(
        "research",
        "Simulation and notebooks",
        ("ada.king", "zhang.min"),
        ("lab",),
        (
            Group("notebook", 3, "m1.large", "ubuntu-24.04", "lab", OPEN),
            Group("solver", 4, "c1.xlarge", "rocky-9.5", "lab", ("default",)),
        ),
    ),
    Project(
        "ci",
        "Build and test machines",
        ("build.bot", "sara.lind"),
        ("runners",),
        (Group("runner", 3, "m1.medium", "ubuntu-24.04", "runners", ("default",)),),
    ),
    Project("sandbox", "Everything odd lives here", ("kim.lee",), ("play",), ()),
)

ODD_NAMES = (
    "数据库-主-01",
    "<script>alert('server')</script>",
    "خادم-الويب-٠١",
    "batch-" + "-".join(f"{number:03d}" for number in range(1, 55)),
    '=HYPERLINK("http://127.0.0.1/","click")',
    'O\'Brien & "Söhne" – Test',
)

PLANS = {
    "east": CloudPlan("east", 60, 0, EAST_PROJECTS, ODD_NAMES),
    "west": CloudPlan("west", 61, 1, WEST_PROJECTS, ODD_NAMES[:4]),
    "north": CloudPlan("north", 62, 2, EAST_PROJECTS, ODD_NAMES[:2]),
    "south": CloudPlan("south", 63, 3, WEST_PROJECTS, ODD_NAMES[:2]),
}

# How many servers of a cloud are not simply ACTIVE.
STATES = {
    "SHUTOFF": 4,
    "PAUSED": 1,
    "SUSPENDED": 1,
    "SHELVED_OFFLOADED": 1,
    "RESCUE": 1,
    "VERIFY_RESIZE": 1,
}
ENVIRONMENTS = ("production", "staging", "development")
COST_CENTRES = ("4711", "4712", "0815")


def _servers(plan: CloudPlan) -> tuple[Server, ...]:
    chance = random.Random(plan.name)
    servers = []
    for project in plan.projects:
        for group in project.groups:
            for number in range(1, group.count + 1):
                environment = chance.choice(ENVIRONMENTS)
                servers.append(
                    {
                        "name": f"{group.name}-{number:02d}",
                        "project": project.name,
                        "flavor": group.flavor,
                        "image": group.image,
                        "network": group.network,
                        "security_groups": group.security_groups,
                        "metadata": {
                            "environment": environment,
                            "role": group.name,
                            "cost_centre": chance.choice(COST_CENTRES),
                        },
                        "tags": (environment, group.name),
                    }
                )
    # The first of each group stays ACTIVE: volumes and floating IPs are for those.
    others = [server for server in servers if not server["name"].endswith("-01")]
    chance.shuffle(others)
    for state, count in STATES.items():
        for _ in range(count):
            others.pop()["state"] = state
    others.pop()["locked"] = True
    sandbox = {
        "project": "sandbox",
        "flavor": "m1.tiny",
        "image": "cirros-0.6.3",
        "network": "play",
        "security_groups": ("default",),
        "metadata": {"note": "odd on purpose"},
        "tags": ("odd",),
    }
    servers += [sandbox | {"name": name} for name in plan.odd_names]
    servers.append(sandbox | {"name": "legacy-erp", "image": "debian-12", "boot_volume": 10})
    servers.append(sandbox | {"name": "simulation-too-big", "flavor": "h1.monster", "state": "ERROR"})
    return tuple(Server(**server) for server in servers)
