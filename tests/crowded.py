"""Rows of every type with texts as long as they come, for tests of what has room. No cloud is asked."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

from audit.models import Event
from clusters.inventory import InventoryItem
from clusters.models import Cluster, Environment, SyncState
from compute.servers.models import Server
from jobs.models import Job, JobItem
from opsys.kit.declare import register

PRODUCTION = "frankfurt-production-1"
NAMES = (
    "web-1",
    "kubernetes-production-worker-node-frankfurt-availability-zone-2-0017",
    "数据库主节点-华北二区-生产环境-订单系统-0003",
    "backup_of_the_customer_database_before_the_upgrade_of_november_2026",
    "db-2",
)
STATUSES = {
    "compute": ("ACTIVE", "SHELVED_OFFLOADED", "ERROR", "VERIFY_RESIZE", "SHUTOFF"),
    "storage": ("available", "error_deleting", "in-use", "awaiting-transfer", "restoring-backup"),
    "networking": ("ACTIVE", "DOWN", "BUILD", "ERROR", "ACTIVE"),
    "identity": ("", "", "", "", ""),
}
TEXTS = {
    "host": "compute-rack12-node07.fra1.cloud.example.com",
    "flavor": "memory-optimised.4xlarge.2026",
    "availability_zone": "eu-central-1a-rack-12",
    "state": "down",
    "power_state": "running",
    "task_state": "resize_reverting",
    "cidr": "2001:db8:1234:5678::/64",
    "gateway_ip": "2001:db8:1234:5678:9abc:def0:1234:5678",
    "fixed_address": "192.168.100.200",
    "mac_address": "fa:16:3e:aa:bb:cc",
    "disabled_reason": "Memory is being replaced; asked for by the data centre's people on Tuesday",
    "network_type": "vxlan",
    "segment": "physnet-provider-1:4094",
    "device_owner": "network:ha_router_replicated_interface",
    "volume_type": "replicated-nvme-encrypted",
    "fingerprint": "1e:2c:9b:56:79:4b:45:77:f9:ca:7a:98:2c:b0:d5:3c",
    "email": "christiane.mustermann-schmidt@operations.example.com",
    "description": "All that belongs to the shop, the search and the payment, since the merger",
    "level": "full",
}
LISTS: dict[str, Any] = {
    "addresses": [
        {"network": "production-backend", "address": "192.168.100.200", "type": "fixed", "mac": "fa:16:3e:aa:bb:cc"},
        {"network": "production-backend", "address": "203.0.113.117", "type": "floating", "mac": ""},
        {"network": "storage", "address": "2001:db8::f816:3eff:feaa:bbcc", "type": "fixed", "mac": ""},
    ],
    "hosts": [f"compute-rack12-node{n:02}.fra1.cloud.example.com" for n in range(1, 6)],
    "prefixes": ["2001:db8:1234::/48", "192.168.0.0/16"],
    "tags": ["production", "customer-facing", "backed-up-nightly"],
}
REASON = (
    "The cloud refused it: Instance cannot be resized, because no host has 512 GB of memory left in the availability "
    "zone eu-central-1a-rack-12 (HTTP 409)"
)


def cloud_id(resource: str, number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{resource}-{number}"))


def addresses() -> dict[str, tuple[str, str]]:
    """Type → its list and the page of its first row."""
    first = {resource.name: cloud_id(resource.name, 0) for resource in register.resources()}
    return {
        resource.name: (resource.url(), resource.url("item", PRODUCTION, first[resource.name]))
        for resource in register.resources()
    }


def fill() -> None:
    """Two clusters, rows of all types, a job that was partly done, and what was done to the first server."""
    now = timezone.now()
    clusters = [
        Cluster.objects.create(name=name, auth_url=f"https://{name}.invalid/v3", environment=environment)
        for name, environment in ((PRODUCTION, Environment.PRODUCTION), ("west", Environment.TESTING))
    ]
    for resource in register.resources():
        for number, name in enumerate(NAMES):
            _row(resource.model, resource.name, clusters[number % 2], number, name, now).save()
        SyncState.objects.create(cluster=clusters[0], resource=resource.name, synced_at=now, changed_at=now)
        SyncState.objects.create(
            cluster=clusters[1], resource=resource.name, synced_at=now - timedelta(hours=3), error_code="timeout",
            error="West did not answer within 45 seconds, three times in a row",
        )  # fmt: skip
    _job(clusters, now)


def _row(
    model: type[InventoryItem], resource: str, cluster: Cluster, number: int, name: str, now: Any
) -> InventoryItem:
    given: dict[str, Any] = {
        "cluster": cluster,
        "cloud_id": cloud_id(resource, number),
        "name": name,
        "project_id": cloud_id("identity.project", number),
        "status": STATUSES[resource.partition(".")[0]][number],
        "created_at": now - timedelta(days=400, hours=number),
        "updated_at": now - timedelta(hours=number),
        "synced_at": now,
    }
    for field in model._meta.concrete_fields:
        if field.name not in given and not field.primary_key and not hasattr(InventoryItem, field.name):
            value = _value(field, number)
            if value is not None:
                given[field.name] = value
    return model(**given)


def _value(field: models.Field, number: int) -> Any:
    if field.name in LISTS:
        return LISTS[field.name]
    if isinstance(field, models.JSONField):
        return None
    if isinstance(field, models.BooleanField):
        return number % 2 == 0
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.IntegerField):
        return 87 if field.name.endswith("percent") else 1000 * (number + 1)
    if field.name.endswith("_id"):
        kind = field.name.removesuffix("_id").replace("_", "")
        known = [resource.name for resource in register.resources() if resource.name.endswith(f".{kind}")]
        return cloud_id(known[0] if known else kind, number)[: field.max_length]
    return TEXTS.get(field.name, f"some-{field.name.replace('_', '-')}")[: field.max_length]


def _job(clusters: list[Cluster], now: Any) -> None:
    admin = get_user_model().objects.get(username="admin")
    job = Job.objects.create(
        kind="action", title="Resize 5 servers", user=admin, username="admin", via="ui", state=Job.State.PARTLY,
        started_at=now, finished_at=now, params={"resource": "compute.server", "action": "resize"},
    )  # fmt: skip
    states = (JobItem.State.DONE, JobItem.State.REFUSED, JobItem.State.FAILED, JobItem.State.DONE)
    phases = (Event.Phase.DONE, Event.Phase.REFUSED, Event.Phase.FAILED, Event.Phase.DONE)
    for number, server in enumerate(Server.objects.order_by("pk")[:4]):
        bad = states[number] != JobItem.State.DONE
        item = JobItem.objects.create(
            job=job, position=number, cluster=server.cluster, cluster_name=server.cluster.name, target=server.pk,
            cloud_id=server.cloud_id, name=server.name, state=states[number], reason=REASON if bad else "",
            code="conflict" if bad else "", seconds=12.3, request_id=f"req-{uuid.uuid4()}",
        )  # fmt: skip
        for _again in range(3):
            Event.objects.create(
                action="compute.server.resize", phase=phases[number], user=admin, username="admin", via="ui",
                cluster=server.cluster, cluster_name=server.cluster.name, resource="compute.server",
                cloud_id=server.cloud_id, name=server.name, reason=REASON if bad else "",
                operation=item.operation, request_id=item.request_id,
            )  # fmt: skip
