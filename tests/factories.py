"""Rows for tests that need no cloud."""

import uuid
from datetime import datetime

from django.utils import timezone

from clusters.models import Cluster, Credential, Environment, SyncState
from compute.servers.models import Server


def make_cluster(name: str, **fields) -> Cluster:
    given = {"auth_url": f"http://{name}.invalid:5000/v3", "environment": Environment.PRODUCTION, **fields}
    cluster = Cluster.objects.create(name=name, **given)
    Credential.objects.create(cluster=cluster, username="admin", secret="secret", project_name="admin")
    return cluster


def make_server(cluster: Cluster, *, name: str = "web", seen: datetime | None = None, **fields) -> Server:
    values = {"cloud_id": str(uuid.uuid4()), "status": "ACTIVE", "digest": "", "flavor": "m1.small", **fields}
    return Server.objects.create(cluster=cluster, name=name, synced_at=seen or timezone.now(), **values)


def make_state(cluster: Cluster, resource: str = "compute.server", **fields) -> SyncState:
    return SyncState.objects.create(cluster=cluster, resource=resource, **fields)
