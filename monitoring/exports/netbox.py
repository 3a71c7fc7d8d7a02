"""Virtual machines as NetBox imports them from CSV."""

import csv
import io
from collections.abc import Iterable, Iterator

from monitoring.exports.hosts import Host
from opsys.kit.lists.values import harmless

COLUMNS = ("name", "status", "cluster", "tenant", "vcpus", "memory", "disk", "description", "comments")
STATUSES = {"ACTIVE": "active", "BUILD": "staged", "ERROR": "failed", "SHELVED_OFFLOADED": "decommissioning"}


def netbox_csv(hosts: Iterable[Host]) -> Iterator[str]:
    """Memory in MB, disk in MB; clusters and tenants by their names, as they stand in NetBox."""
    yield _line(COLUMNS)
    for host in hosts:
        server = host.server
        yield _line(
            (
                server.name or server.cloud_id,
                STATUSES.get(server.status, "offline"),
                host.cluster,
                host.project,
                host.size.get("vcpus", ""),
                host.size.get("ram", ""),
                host.size["disk"] * 1024 if "disk" in host.size else "",
                host.address,
                f"OpenStack {server.cloud_id}",
            )
        )


def _line(values: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([harmless(value) for value in values])
    return text.getvalue()
