"""`python -m benchmarks.support.findings ROWS ROUNDS`: a platform with so many resources of all types, of which one in
a hundred is stuck or orphaned. Prints how many findings there are, how many queries the page takes, and the
milliseconds of each round."""

import sys
import time
from datetime import timedelta

import django

SHARES = {
    "compute.server": (0.30, {"status": "ACTIVE"}, {"status": "BUILD"}),
    "storage.volume": (0.25, {"status": "in-use", "size": 10}, {"status": "available", "size": 10}),
    "networking.port": (
        0.30,
        {"status": "ACTIVE", "device_id": "s", "device_owner": "compute:nova", "host": "alive"},
        {"status": "DOWN"},
    ),
    "networking.floatingip": (0.05, {"status": "ACTIVE", "port_id": "p"}, {"status": "DOWN"}),
    "networking.securitygroup": (0.05, {}, {}),
    "networking.network": (0.03, {"status": "ACTIVE"}, {"status": "ACTIVE", "project_id": "gone"}),
    "networking.router": (0.02, {"status": "ACTIVE"}, {"status": "ACTIVE", "project_id": "gone"}),
}
CLUSTERS, EVERY = 20, 100
WARM_UP = 2


def main() -> None:
    rows, rounds = map(int, sys.argv[1:])
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 (Django is ready from here on)
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    client = Client(headers={"Host": "localhost"})
    client.force_login(_fill(rows), backend="django.contrib.auth.backends.ModelBackend")

    def ask():
        began = time.perf_counter()
        answer = client.get("/findings/stuck/")
        assert answer.status_code == 200, answer.status_code
        return (time.perf_counter() - began) * 1000

    times = [ask() for _ in range(WARM_UP + rounds)][WARM_UP:]
    with CaptureQueriesContext(connection) as queries:
        ask()
    count = client.get("/api/v1/findings/stuck/").json()["count"]
    print(count, len(queries), *times)


def _fill(total: int):
    """Returns somebody who sees all of it."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from clusters import access  # noqa: PLC0415
    from clusters.links import ResourceLink  # noqa: PLC0415
    from clusters.models import Cluster  # noqa: PLC0415
    from opsys.kit.declare import register  # noqa: PLC0415

    now = timezone.now()
    clusters = [
        Cluster.objects.create(name=f"c{number}", auth_url="http://127.0.0.1:9/v3") for number in range(CLUSTERS)
    ]
    common = {"digest": "", "synced_at": now, "updated_at": now - timedelta(days=60)}
    projects, hosts = (register.get(name).model for name in ("identity.project", "compute.hypervisor"))
    for cluster in clusters:
        projects.objects.create(cluster=cluster, cloud_id="p", name="p", **common)
        projects.objects.create(cluster=cluster, cloud_id="gone", name="gone", gone_at=now, **common)
        hosts.objects.create(cluster=cluster, cloud_id="h", name="alive", host="alive", state="up", **common)
    for kind, (share, healthy, bad) in SHARES.items():
        model = register.get(kind).model
        made = []
        for number in range(int(total * share)):
            fields = {"project_id": "p", **(bad if number % EVERY == 0 else healthy)}
            cluster = clusters[number % CLUSTERS]
            made.append(model(cluster=cluster, cloud_id=f"{kind}-{number}", name=f"n{number}", **common, **fields))
        model.objects.bulk_create(made, batch_size=500)
        if kind == "networking.securitygroup":
            used = [one for number, one in enumerate(made) if number % EVERY]
            ResourceLink.objects.bulk_create(
                [
                    ResourceLink(
                        cluster=one.cluster,
                        source_type="networking.port",
                        source_id=f"networking.port-{number}",
                        relation="security_groups",
                        target_id=one.cloud_id,
                    )
                    for number, one in enumerate(used)
                ],
                batch_size=500,
            )
    user = get_user_model().objects.create_user("ann", password="never used to log in")
    access.set_permissions(user, {cluster.pk: (access.VIEW,) for cluster in clusters})
    return user


if __name__ == "__main__":
    main()
