"""A web process with a few clusters that each hold networks of so many nodes."""

import os
from pathlib import Path

import django

from tests.platform import Platform

SERVERS_OF_A_NETWORK = 25


class TopologyPlace:
    """`clusters` are names and numbers of nodes."""

    username, password = "ann", "looks at networks"

    def __init__(self, folder: Path, clusters: dict[str, int]) -> None:
        self.clusters = clusters
        self.platform = Platform(folder, REDIS_URL="", DATABASE_URL=f"sqlite:///{folder / 'opsys.sqlite3'}")
        self.platform.manage("migrate", "--verbosity", "0")
        os.environ.update(self.platform.environment)
        django.setup()

    def start(self) -> None:
        from django.contrib.auth import get_user_model  # noqa: PLC0415 (Django is ready from here on)

        get_user_model().objects.create_superuser(self.username, password=self.password)
        for name, count in self.clusters.items():
            _fill(name, count)
        self.platform.start("web")

    def stop(self) -> None:
        self.platform.stop()


def _fill(name: str, count: int) -> None:
    """`count` nodes: an external network, a router, networks of servers with a port each, some with floating IPs."""
    from django.utils import timezone  # noqa: PLC0415

    from clusters.links import write_links  # noqa: PLC0415
    from clusters.models import Cluster  # noqa: PLC0415
    from opsys.kit.declare import register  # noqa: PLC0415

    cluster = Cluster.objects.create(name=name, auth_url="http://127.0.0.1:9/v3")
    made: dict[str, list] = {}

    def add(kind: str, cloud_id: str, **fields) -> None:
        model = register.get(kind).model
        values = {"name": cloud_id, "digest": "", "synced_at": timezone.now(), "status": "ACTIVE", **fields}
        made.setdefault(kind, []).append(model(cluster=cluster, cloud_id=cloud_id, **values))

    def total() -> int:
        return sum(map(len, made.values()))

    add("networking.network", "public", external=True)
    add("networking.router", "r", external_network_id="public")
    number = 0
    while total() < count:
        if number % SERVERS_OF_A_NETWORK == 0:
            network = f"net-{number // SERVERS_OF_A_NETWORK}"
            add("networking.network", network)
            add("networking.subnet", f"{network}-sub", network_id=network)
            add("networking.port", f"r-{network}", **_port(network, "r", "network:router_interface", 1))
        server = f"server-{number}"
        add("compute.server", server)
        add("networking.port", f"{server}-port", **_port(network, server, "compute:nova", number % 200 + 10))
        if number % 5 == 0:
            address = f"203.0.{number // 250}.{number % 250 + 1}"
            leads = {"port_id": f"{server}-port", "router_id": "r", "network_id": "public"}
            add("networking.floatingip", f"fip-{number}", **{**leads, "name": address})
        number += 1
    last = list(made)[-1]
    for kind, rows in made.items():
        kept = rows[: len(rows) - (total() - count)] if kind == last else rows
        model = register.get(kind).model
        model.objects.bulk_create(kept, batch_size=500)
        write_links(model, cluster, kept)


def _port(network: str, device: str, owner: str, host: int) -> dict:
    subnet = f"{network}-sub"
    return {
        "network_id": network,
        "device_id": device,
        "device_owner": owner,
        "subnet_ids": [subnet],
        "fixed_ips": [{"subnet_id": subnet, "ip_address": f"10.0.0.{host}"}],
    }
