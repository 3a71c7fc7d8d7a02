"""What will be full is said on its chart, with how sure that is, and not where too little is known."""

import time

import pytest

from clusters.access import VIEW
from monitoring.samples import packing, take, thin
from monitoring.samples.models import Block, Series, Thinned
from tests.factories import make_cluster

pytestmark = pytest.mark.django_db
DAY = 86400


@pytest.fixture
def east(client, make_user):
    take.forget_numbers()
    cluster = make_cluster("east")
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    return cluster


def days(cluster, metric, values, kind="", subject=""):
    """A value a day up to yesterday, as thinning leaves them."""
    today = int(time.time()) // DAY * DAY
    one = Series.objects.create(cluster=cluster, kind=kind, subject=subject, metric=metric, since=0)
    span = thin.SPANS[thin.DAILY]
    by_block = {}
    for place, value in enumerate(values):
        at = today - (len(values) - place) * DAY
        start = at // span * span
        block = by_block.setdefault(start, [])
        block += [None] * ((at - start) // DAY - len(block))
        block.append(round(100 * value))
    for start, column in by_block.items():
        data, last = packing.pack(column)
        Block.objects.create(series=one, step=thin.DAILY, start=start, count=len(column), last=last, data=data)
    Thinned.objects.update_or_create(cluster=cluster, defaults={"until": today})


def chart(client, name, chosen="1y"):
    (found,) = client.get(f"/api/v1/monitoring/charts/?range={chosen}&chart={name}").json()["charts"]
    return found


def test_a_capacity_that_fills_up(client, east):
    days(east, "memory.used", [1024 * (100 + 10 * day) for day in range(40)])
    days(east, "memory.total", [1024 * 1000] * 40)
    forecast = chart(client, "memory")["forecast"]
    assert forecast["full"]["days"] == pytest.approx(50, abs=2)
    assert forecast["full"]["earliest"] <= forecast["full"]["days"] <= forecast["full"]["latest"]
    assert forecast["times"][0] < time.time() + 2 * DAY < forecast["times"][-1]
    assert forecast["expected"][0] == pytest.approx(500, abs=15), "in the chart's unit, GiB"
    assert all(a <= b <= c for a, b, c in zip(forecast["least"], forecast["expected"], forecast["most"], strict=True))
    page = client.get("/monitoring/charts/memory/?range=1y").content.decode()
    assert "Full in about" in page
    assert "forecast" not in chart(client, "memory", "7d")


def test_too_few_days_and_what_does_not_grow_say_nothing(client, east):
    days(east, "vcpus.used", [100, 200, 300])
    days(east, "vcpus.total", [1000] * 3)
    days(east, "disk.used", [500] * 40)
    days(east, "disk.total", [1000] * 40)
    assert "forecast" not in chart(client, "vcpus")
    assert chart(client, "disk")["forecast"]["full"] is None
    assert "Full in about" not in client.get("/monitoring/charts/disk/?range=1y").content.decode()
