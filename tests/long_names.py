"""Rows whose names are as long as people make them, for tests of what fits on a page. Needs no cloud."""

from django.utils import timezone

from audit.models import Event
from clusters import inventory
from clusters.models import Cluster, Environment
from compute.flavors.models import Flavor
from compute.hypervisors.models import Hypervisor
from compute.images.models import Image
from compute.servers.models import Server
from identity.projects.models import Project
from jobs.models import Job, JobItem
from storage.volumes.models import Volume
from tests.factories import make_cluster, make_server, make_state

LONG = "payments-settlement-gateway-frankfurt-{:04d}"
STATUSES = ("ACTIVE", "ACTIVE", "SHUTOFF", "VERIFY_RESIZE", "SHELVED_OFFLOADED", "ERROR")


def fill() -> None:
    """Two clusters with sixty servers each and what belongs to them, and a job about some of them."""
    clusters = [
        make_cluster("production-frankfurt-1", environment=Environment.PRODUCTION),
        make_cluster("staging-singapore", environment=Environment.STAGING),
    ]
    for cluster in clusters:
        _fill(cluster)
    job = Job.objects.create(
        kind="action",
        title="Stop 60 servers",
        username="admin",
        via="ui",
        state="partly",
        params={"resource": "compute.server", "action": "stop"},
        finished_at=timezone.now(),
    )
    states = ("done", "failed", "refused")
    for position, server in enumerate(Server.objects.filter(cluster=clusters[0]).order_by("name")):
        state = states[position % 3]
        reason = "" if state == "done" else "It is VERIFY_RESIZE; this needs ACTIVE or SHUTOFF."
        JobItem.objects.create(
            job=job,
            position=position,
            cluster=clusters[0],
            cluster_name=clusters[0].name,
            target=server.pk,
            cloud_id=server.cloud_id,
            name=server.name,
            state=state,
            reason=reason,
            attempts=1,
            seconds=1.5,
            request_id="req-8c7d2f4e-4f0a-4d0e-9a52-2f6f2b2d7c11",
        )
        Event.objects.create(
            action="compute.server.stop",
            phase="done",
            via="ui",
            username="admin",
            cluster=clusters[0],
            cluster_name=clusters[0].name,
            cloud_id=server.cloud_id,
            name=server.name,
            request_id="req-8c7d2f4e-4f0a-4d0e-9a52-2f6f2b2d7c11",
        )


def _fill(cluster: Cluster) -> None:
    now = timezone.now()
    seen = {"cluster": cluster, "synced_at": now, "digest": ""}
    Project.objects.create(cloud_id="p1", name="customer-facing-web-shop", **seen)
    Image.objects.create(cloud_id="i1", name="ubuntu-24.04-lts-minimal-2026-11", status="active", **seen)
    Flavor.objects.create(cloud_id="f1", name="general-purpose.4xlarge", vcpus=16, ram=65536, disk=80, **seen)
    for number in range(1, 4):
        Hypervisor.objects.create(
            cloud_id=f"h{number}",
            name=f"compute-rack12-node{number:02d}.example.com",
            host=f"compute-rack12-node{number:02d}.example.com",
            status="enabled",
            state="up",
            vcpus_total=128,
            memory_total=524288,
            servers=20,
            **seen,
        )
    for number in range(60):
        make_server(
            cluster,
            name=LONG.format(number),
            status=STATUSES[number % len(STATUSES)],
            flavor="general-purpose.4xlarge",
            project_id="p1",
            image_id="i1",
            host=f"compute-rack12-node{number % 3 + 1:02d}.example.com",
            availability_zone="europe-central-1a",
            addresses=[
                {"network": "tenant-backend-network", "address": f"10.20.30.{number}", "type": "fixed"},
                {"network": "public", "address": f"203.0.113.{number}", "type": "floating"},
            ],
            created_at=now,
            updated_at=now,
        )
        Volume.objects.create(
            cloud_id=f"v{number}",
            name=LONG.format(number) + "-data",
            status="in-use" if number % 2 else "available",
            size=2048,
            volume_type="ssd-replicated-3x",
            project_id="p1",
            created_at=now,
            **seen,
        )
    for model in inventory.SOURCES:
        make_state(cluster, inventory.type_name(model), full_at=now, synced_at=now, changed_at=now)
