"""A platform with a year of samples, measured in a process of its own.

`python -m benchmarks.support.samples COUNT` migrates the database of DATABASE_URL, fills it with COUNT servers and
what goes with them, and prints one line of JSON: figures by name.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

HOUR, DAY = 3600, 86400
ROUNDS = 9
FILLED = 5
"""So many clusters have a year of everything that is in them; the size of all is reckoned from these."""


def measure(count: int) -> dict[str, Any]:
    from django.core.management import call_command  # noqa: PLC0415 (Django is ready from here on)
    from django.test import Client  # noqa: PLC0415

    import opsys.asgi  # noqa: PLC0415, F401 (what a web process loads, and how it collects garbage)
    from benchmarks.support.population import fill  # noqa: PLC0415
    from clusters.models import Cluster  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    people = fill(count)
    clusters = list(Cluster.objects.order_by("pk"))
    fill_around(clusters, count)
    figures = _sampling()
    figures |= _history(clusters)
    clients = {}
    for name, person in people.items():
        clients[name] = Client(SERVER_NAME="localhost")
        clients[name].force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    pages = {
        "home": "/",
        "home, as it updates": "/home/pulse/",
        "chart of a year, servers by state": "/monitoring/charts/servers/?range=1y",
        "chart of a year, latency": "/monitoring/charts/latency/?range=1y",
        "chart of 30 days, servers by state": "/monitoring/charts/servers/?range=30d&cluster=asia-00",
        "chart of a day, servers by state": "/monitoring/charts/servers/?range=24h",
        "chart of an hour, servers by state": "/monitoring/charts/servers/?range=1h",
    }
    for page, address in pages.items():
        for name, client in clients.items():
            rounds = [_ask(client, address) for _ in range(ROUNDS + 2)][2:]
            figures[f"{page}: {name}"] = {
                "ms": sorted(ms for ms, _cpu, _queries in rounds)[ROUNDS // 2],
                "cpu": sorted(cpu for _ms, cpu, _queries in rounds)[ROUNDS // 2],
                "queries": rounds[0][2],
            }
    return figures


def fill_around(clusters: list[Any], count: int) -> None:
    """Hosts, volumes, pools and networks, and a state that says that all was read just now."""
    from django.utils import timezone  # noqa: PLC0415

    from clusters.models import SyncState  # noqa: PLC0415
    from compute.hypervisors.models import Hypervisor  # noqa: PLC0415
    from networking.networks.models import Network  # noqa: PLC0415
    from networking.subnets.models import Subnet  # noqa: PLC0415
    from storage.pools.models import Pool  # noqa: PLC0415
    from storage.volumes.models import Volume  # noqa: PLC0415

    now, draw = timezone.now(), random.Random(2)
    common = {"synced_at": now, "digest": ""}
    per_cluster = max(1, count // 50 // len(clusters))
    for cluster in clusters:
        base = {"cluster": cluster, **common}
        Hypervisor.objects.bulk_create(
            Hypervisor(
                cloud_id=f"host-{n}", name=f"{cluster.name}-compute-{n:03}", host=f"{cluster.name}-compute-{n:03}",
                status="enabled", state="up", servers=50, vcpus_used=draw.randrange(200, 300), vcpus_total=384,
                memory_used=400_000, memory_total=500_000, disk_used=1000, disk_total=4000,
                data={"placement": {"VCPU": {"total": 96}}}, **base,
            )
            for n in range(per_cluster)
        )  # fmt: skip
        Volume.objects.bulk_create(
            Volume(
                cloud_id=f"volume-{n}", name=f"data-{n}", status="in-use", size=draw.choice((20, 100, 500)),
                project_id=f"{draw.randrange(300):032x}", **base,
            )
            for n in range(count // len(clusters) // 2)
        )  # fmt: skip
        Pool.objects.bulk_create(
            Pool(cloud_id=f"pool-{n}", name=f"pool-{n}", status="up", total=9000, free=4000, usable=8000, **base)
            for n in range(4)
        )
        Network.objects.bulk_create(
            Network(cloud_id=f"net-{n}", name=f"net-{n}", status="ACTIVE", external=n == 0, **base) for n in range(40)
        )
        Subnet.objects.bulk_create(
            Subnet(
                cloud_id=f"sub-{n}", network_id=f"net-{n}", ip_version=4, used_addresses=draw.randrange(200),
                total_addresses=250, **base,
            )
            for n in range(40)
        )  # fmt: skip
        SyncState.objects.filter(cluster=cluster).update(requests=10_000, request_ms=900_000)
        SyncState.objects.bulk_create(
            SyncState(
                cluster=cluster, resource=name, synced_at=now, changed_at=now, full_at=now, full_took=1,
                requests=9000, request_ms=400_000,
            )
            for name in ("compute.hypervisor", "storage.volume", "storage.pool", "networking.network",
                         "networking.subnet")
        )  # fmt: skip


def _sampling() -> dict[str, Any]:
    """An hour of samples, 60 frames and 12 wide ones of each cluster, and the thinning of it: CPU seconds a day."""
    from monitoring.samples import take, thin  # noqa: PLC0415
    from monitoring.samples.models import Series  # noqa: PLC0415

    begin = int(time.time()) // HOUR * HOUR - HOUR
    take.take(begin)  # makes the series
    narrow = _cpu(lambda: [take.take(begin + 60 * minute) for minute in range(1, 60) if minute % 5])
    wide = _cpu(lambda: [take.take(begin + 60 * minute) for minute in range(5, 60, 5)])
    thinning = _cpu(lambda: thin.thin(begin + HOUR + thin.LATE))
    return {
        "series": Series.objects.count(),
        "seconds of a frame": narrow / 48,
        "seconds of a wide frame": wide / 11,
        "seconds of thinning an hour": thinning,
        "percent of one core": 100 * (narrow + 12 * wide / 11 + thinning) / HOUR,
    }


def _history(clusters: list[Any]) -> dict[str, Any]:
    """Blocks of a year, as thinning leaves them, with figures that mostly rest, often move, or always do."""
    from django.db import connection  # noqa: PLC0415

    from monitoring.samples import packing, thin  # noqa: PLC0415
    from monitoring.samples.metrics import metric_of  # noqa: PLC0415
    from monitoring.samples.models import Block, Frame, Series  # noqa: PLC0415

    draw, now = random.Random(3), int(time.time())
    packed: dict[tuple[str, int], list[tuple[bytes, int, int]]] = {}
    for step, span in thin.SPANS.items():
        places = span // step
        for kind, moves in (("rests", 0.003), ("moves", 0.1), ("always", 1.0), ("counter", 1.0)):
            packed[kind, step] = [packing_of(packing, draw, places, moves, kind == "counter") for _ in range(20)]
    whole, own_blocks, wide_blocks, wide_filled = {cluster.pk for cluster in clusters[:FILLED]}, 0, 0, 0
    for one in Series.objects.all().iterator():
        own = one.kind == ""
        if not own and one.cluster_id not in whole:
            continue
        counter = metric_of(one.kind, one.metric).counter
        if counter:
            pattern = "counter"
        else:
            pattern = draw.choices(("rests", "moves", "always"), (2, 5, 3) if own else (75, 20, 5))[0]
        blocks = []
        for step, seconds in ((thin.FINE, 30 * DAY), (thin.COARSE, 365 * DAY), (thin.DAILY, 365 * DAY)):
            span = thin.SPANS[step]
            last = now // span * span
            for start in range(last - seconds // span * span, last, span):
                data, count, end = draw.choice(packed[pattern, step])
                blocks.append(Block(series_id=one.pk, step=step, start=start, count=count, last=end, data=data))
        Block.objects.bulk_create(blocks, batch_size=500, ignore_conflicts=True)
        if own:
            own_blocks += sum(len(block.data) + 40 for block in blocks)
        else:
            wide_blocks += sum(len(block.data) + 40 for block in blocks)
            wide_filled += 1
    wide_all = Series.objects.exclude(kind="").count()
    frames = {
        wide: sum(len(data) + 40 for data in Frame.objects.filter(wide=wide).values_list("data", flat=True))
        for wide in (False, True)
    }
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return {
        "MB of a year's blocks": (own_blocks + wide_blocks / wide_filled * wide_all) / 1e6,
        "MB of two days of frames": 48 * sum(frames.values()) / 1e6,
    }


def packing_of(packing: Any, draw: random.Random, places: int, moves: float, counter: bool) -> tuple[bytes, int, int]:
    value, values = draw.randrange(100, 100_000), []
    for _place in range(places):
        if draw.random() < moves:
            value += draw.randrange(1, 4000) if counter else draw.randrange(-300, 301)
        values.append(max(value, 0))
    data, last = packing.pack(values)
    return data, places, last


def _cpu(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _ask(client: Any, address: str) -> tuple[float, float, int]:
    from django.db import connection  # noqa: PLC0415

    queries = 0

    def count(execute, *arguments):
        nonlocal queries
        queries += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        began, cpu = time.perf_counter(), time.process_time()
        response = client.get(address)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    if response.status_code != 200:
        raise SystemExit(f"{address} answered {response.status_code}")
    return seconds * 1000, cpu * 1000, queries


if __name__ == "__main__":
    django.setup()
    found = measure(int(sys.argv[1]))
    path = Path(os.environ["VAR_DIR"]) / "opsys.sqlite3"
    found["MB of the whole database"] = path.stat().st_size / 1e6 if path.exists() else 0
    print(json.dumps(found), flush=True)
