"""Rows for tests that need no cloud."""

import uuid
from datetime import datetime

from django.utils import timezone

from clusters.models import Cluster, Credential, Environment, SyncState
from compute.servers.models import Server


def make_cluster(name: str, **fields) -> Cluster:
    """One that has been there all along: nothing that follows when somebody adds one, such as events, follows here."""
    given = {"auth_url": f"http://{name}.invalid:5000/v3", "environment": Environment.PRODUCTION, **fields}
    cluster = Cluster(name=name, guards={"closures": [], "protected": {}}, **given)
    Cluster.objects.bulk_create([cluster])
    credential = Credential(cluster=cluster, username="admin", secret="secret", project_name="admin")
    Credential.objects.bulk_create([credential])
    return cluster


def make_server(cluster: Cluster, *, name: str = "web", seen: datetime | None = None, **fields) -> Server:
    values = {"cloud_id": str(uuid.uuid4()), "status": "ACTIVE", "digest": "", "flavor": "m1.small", **fields}
    return Server.objects.create(cluster=cluster, name=name, synced_at=seen or timezone.now(), **values)


def make_state(cluster: Cluster, resource: str = "compute.server", **fields) -> SyncState:
    return SyncState.objects.create(cluster=cluster, resource=resource, **fields)
