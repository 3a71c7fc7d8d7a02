"""A platform with many servers, as years of use would leave it: skewed, gone rows and all, the same every time."""

import random
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils import timezone

from clusters import access
from clusters.models import Cluster, ClusterGroup, Environment, SyncState
from compute.servers.models import Server

CLUSTERS = 50
FEW = 5
BATCH = 2000
# Deleted in the cloud, and still remembered by us.
GONE_SHARE = 0.08
STATUSES = {"ACTIVE": 860, "SHUTOFF": 90, "ERROR": 15, "SHELVED_OFFLOADED": 15, "PAUSED": 8, "VERIFY_RESIZE": 4,
            "BUILD": 4, "SUSPENDED": 2, "RESCUE": 2}  # fmt: skip
ROLES = (
    "web",
    "api",
    "db",
    "cache",
    "queue",
    "worker",
    "build",
    "proxy",
    "ldap",
    "monitor",
    "gitlab-runner",
    "k8s-node",
)
TEAMS = ("shop", "billing", "search", "media", "mobile", "data", "identity", "intranet", "mail", "risk", "crm", "lab")
FLAVORS = (
    "m1.small",
    "m1.medium",
    "m1.large",
    "m1.xlarge",
    "c1.large",
    "c1.xlarge",
    "r1.large",
    "r1.xlarge",
    "g1.large",
)


def fill(count: int, number_of_clusters: int = CLUSTERS) -> dict[str, Model]:
    """`CLUSTERS` clusters, or so many, with `count` present servers, and two people who hold view and operate by
    grants: `everything` on all clusters, `few` on `FEW` of them. Returns the people by these names."""
    draw = random.Random(1)
    groups = [ClusterGroup.objects.create(name=name) for name in ("asia", "europe", "america", "edge", "partners")]
    clusters = Cluster.objects.bulk_create(
        Cluster(
            name=f"{groups[n % 5].name}-{n:02}",
            group=groups[n % 5],
            environment=Environment.values[n % 4],
            auth_url=f"https://cloud-{n}.invalid:5000/v3",
        )
        for n in range(number_of_clusters)
    )
    now = timezone.now()
    SyncState.objects.bulk_create(
        SyncState(cluster=c, resource="compute.server", synced_at=now, changed_at=now, full_at=now) for c in clusters
    )
    for present, number in ((True, count), (False, int(count * GONE_SHARE))):
        rows = _servers(draw, clusters, number, present=present)
        while batch := list(islice(rows, BATCH)):
            Server.objects.bulk_create(batch, batch_size=500)
    people = {}
    for name, held in (("everything", clusters), ("few", clusters[:: CLUSTERS // FEW])):
        people[name] = get_user_model().objects.create_user(name, password="never used to log in")
        access.set_permissions(people[name], {c.pk: (access.VIEW, access.OPERATE) for c in held})
    return people


def _servers(draw: random.Random, clusters: list[Cluster], count: int, *, present: bool) -> Iterator[Server]:
    now = timezone.now()
    # Big and small clouds, as they are.
    weights = [1 / (1 + n % 10) for n in range(len(clusters))]
    images = [str(uuid.UUID(int=draw.getrandbits(128))) for _ in range(500)]
    projects = [uuid.UUID(int=draw.getrandbits(128)).hex for _ in range(300)]
    hosts_of = max(2, count // 50 // len(clusters))
    for number in range(count):
        cluster = draw.choices(clusters, weights)[0]
        flavor = draw.choices(FLAVORS, range(len(FLAVORS), 0, -1))[0]
        created = now - timedelta(seconds=int(draw.triangular(60, 3 * 365 * 86400, 3600)))
        addresses = [_address(draw, kind) for kind in ("fixed", "fixed", "floating")[: draw.choice((1, 1, 2, 3))]]
        status = draw.choices(list(STATUSES), list(STATUSES.values()))[0]
        yield Server(
            cluster=cluster,
            cloud_id=str(uuid.UUID(int=draw.getrandbits(128))),
            name=f"{draw.choice(ROLES)}-{draw.choice(TEAMS)}-{number % 997:03}",
            project_id=draw.choice(projects),
            status=status if present else "DELETED",
            created_at=created,
            updated_at=created,
            synced_at=now,
            gone_at=None if present else now - timedelta(minutes=draw.randrange(90 * 1440)),
            digest=f"{draw.getrandbits(128):032x}",
            host=f"{cluster.name}-compute-{draw.randrange(hosts_of):03}",
            flavor=flavor,
            image_id=draw.choice(images),
            availability_zone=draw.choice(("az-1", "az-2", "az-3")),
            power_state="running" if status == "ACTIVE" else "shutdown",
            task_state="spawning" if status == "BUILD" else "",
            addresses=addresses,
            data=_data(draw, flavor, created.isoformat()),
        )


def _address(draw: random.Random, kind: str) -> dict[str, str]:
    a, b, c = draw.randrange(256), draw.randrange(256), draw.randrange(1, 255)
    mac = f"fa:16:3e:{a:02x}:{b:02x}:{c:02x}"
    return {"network": f"tenant-{a % 20}", "address": f"10.{a}.{b}.{c}", "type": kind, "mac": mac}


def _data(draw: random.Random, flavor: str, moment: str) -> dict:
    """About as long as what Nova sends."""
    return {
        "description": "",
        "flavor": {"original_name": flavor, "vcpus": 4, "ram": 8192, "disk": 40, "ephemeral": 0, "swap": 0},
        "key_name": "operations",
        "metadata": {"owner": draw.choice(TEAMS), "cost-centre": f"{draw.randrange(9999):04}", "backup": "daily"},
        "security_groups": [{"name": "default"}, {"name": "monitoring"}],
        "server_groups": [],
        "tags": ["managed"],
        "user_id": f"{draw.getrandbits(128):032x}",
        "config_drive": "True",
        "os-extended-volumes:volumes_attached": [
            {"id": f"{draw.getrandbits(128):032x}", "delete_on_termination": False}
        ],
        "OS-EXT-STS:vm_state": "active",
        "OS-EXT-SRV-ATTR:instance_name": f"instance-{draw.getrandbits(32):08x}",
        "OS-SRV-USG:launched_at": moment,
    }
