"""Aggregates of compute hosts."""

from openstack.connection import Connection

AGGREGATES = {
    "all-hosts": {},
    "ssd": {"ssd": "true"},
}


def create_aggregates(admin: Connection, computes: list[str]) -> None:
    existing = {aggregate.name for aggregate in admin.compute.aggregates()}
    for name, metadata in AGGREGATES.items():
        if name in existing:
            continue
        aggregate = admin.compute.create_aggregate(name=name)
        # Only the first host has fast disks.
        for host in computes[:1] if metadata else computes:
            admin.compute.add_host_to_aggregate(aggregate, host)
        if metadata:
            admin.compute.set_aggregate_metadata(aggregate, metadata)
