"""Targets for Prometheus' `http_sd_configs`."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Any

from monitoring.exports.hosts import Host

PREFIX = "__meta_openstack_"


def targets(hosts: Iterable[Host], port: int) -> Iterator[dict[str, Any]]:
    """One of each server that runs and has an address; what it is called stands in labels that relabelling sees."""
    for host in hosts:
        server = host.server
        if not host.address or server.status != "ACTIVE":
            continue
        labels = {
            "cluster": host.cluster,
            "project": host.project,
            "project_id": server.project_id,
            "instance_id": server.cloud_id,
            "instance_name": server.name,
            "instance_flavor": server.flavor,
            "instance_image": host.image,
            "availability_zone": server.availability_zone,
            "tags": f",{','.join(server.tags)}," if server.tags else "",
            **{f"tag_{_label(key)}": value for key, value in server.metadata.items()},
        }
        yield {
            "targets": [f"[{host.address}]:{port}" if _is_ipv6(host.address) else f"{host.address}:{port}"],
            "labels": {f"{PREFIX}{name}": value for name, value in labels.items() if value},
        }


def _label(key: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in key)


def _is_ipv6(address: str) -> bool:
    try:
        return ip_address(address).version == 6
    except ValueError:
        return False
