"""Which columns tell of a change. What counts or moves by itself does not: a host's use changes with every server."""

from functools import lru_cache

from django.db.models import Field

from clusters.inventory import InventoryItem, type_name

BOOKKEEPING = frozenset(
    {"id", "cluster", "cloud_id", "created_at", "updated_at", "synced_at", "gone_at", "digest", "data", "search_text"}
)
COUNTED = {
    "compute.server": {"task_state"},
    "compute.hypervisor": {
        *("servers", "vcpus_used", "vcpus_percent", "memory_used", "memory_percent", "disk_used", "disk_percent"),
        "disk_total",
    },
    "compute.servergroup": {"size"},
    "storage.pool": {"free", "usable", "allocated", "provisioned", "used_percent", "level"},
    "networking.subnet": {"used_addresses"},
}


@lru_cache(maxsize=128)
def told_fields(model: type[InventoryItem]) -> tuple[Field, ...]:
    silent = BOOKKEEPING | COUNTED.get(type_name(model), set())
    return tuple(field for field in model._meta.concrete_fields if field.name not in silent)


@lru_cache(maxsize=128)
def told_columns(model: type[InventoryItem]) -> tuple[str, ...]:
    return tuple(field.attname for field in told_fields(model))
