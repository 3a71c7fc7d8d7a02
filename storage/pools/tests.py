"""Storage pools: whatever Cinder sends becomes a row and a page; one that is nearly full is red."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from opsys.kit.lists.tables import table_of
from storage.pools import cloud
from storage.pools.models import Pool
from storage.pools.resource import POOLS, status_text
from storage.volume_types.models import VolumeType
from tests.factories import make_cluster
from tests.odd_answers import odd

FACTS = {
    "pool_name": "fast",
    "total_capacity_gb": 1000,
    "free_capacity_gb": 400.5,
    "allocated_capacity_gb": 700,
    "provisioned_capacity_gb": 1500,
    "reserved_percentage": 10,
    "thin_provisioning_support": True,
    "max_over_subscription_ratio": "20.0",
    "volume_backend_name": "fast",
}
ANSWER = {"name": "ctl@fast#fast", "capabilities": FACTS}


def row_of(**facts):
    return cloud.row({**ANSWER, "capabilities": {**FACTS, **facts}})


def pool_of(**facts):
    row = row_of(**facts)
    whole = {key: round(value) if isinstance(value, float) else value for key, value in row.items()}
    return Pool(**whole)


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["total"], row["free"], row["usable"]) == (1000, 400.5, 900)
    assert (row["allocated"], row["provisioned"], row["provisionable"]) == (700, 1500, 20000)
    assert (row["used_percent"], row["level"], row["backend_name"]) == (67, "", "fast")
    assert pool_of().oversubscription == "1.50 / 20.0"


@pytest.mark.parametrize(
    ("facts", "level", "colour"),
    [
        ({}, "", "green"),
        ({"free_capacity_gb": 320}, "tight", "yellow"),
        ({"free_capacity_gb": 180}, "full", "red"),  # of what its reserve leaves
        ({"provisioned_capacity_gb": 19000}, "full", "red"),
        ({"thin_provisioning_support": False, "provisioned_capacity_gb": 800}, "tight", "yellow"),
        ({"backend_state": "down"}, "", "red"),
    ],
)
def test_what_runs_out_is_seen(facts, level, colour):
    pool = pool_of(**facts)
    assert (pool.level, POOLS.status_colour(pool)) == (level, colour)
    assert status_text(pool).count("·") == bool(level)


@pytest.mark.parametrize("unknown", ["infinite", "unknown", None, "", True, [], "-3", "1e400"])
def test_a_size_that_is_none_is_unknown(unknown):
    row = row_of(total_capacity_gb=unknown, free_capacity_gb=unknown)
    assert (row["total"], row["free"], row["usable"], row["used_percent"], row["level"]) == (None, None, None, 0, "")


@pytest.mark.django_db
@given(answer=odd({"id": "x", **ANSWER}), facts=odd({"id": "x", **FACTS}))
def test_no_answer_breaks_the_sync_or_the_page(answer, facts):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Pool, cluster, [cloud.row(answer), row_of(**facts)], seen_at=timezone.now())
    for item in Pool.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(POOLS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


@pytest.fixture
def world(cluster):
    values = {"cluster": cluster, "synced_at": timezone.now()}
    VolumeType.objects.create(cloud_id="t1", name="ssd", backend_name="fast", **values)
    VolumeType.objects.create(cloud_id="t2", name="any", **values)
    slow = {"name": "ctl@slow#slow", "capabilities": {**FACTS, "free_capacity_gb": 10, "volume_backend_name": "slow"}}
    inventory.store(Pool, cluster, [cloud.row(ANSWER), cloud.row(slow)], seen_at=timezone.now())


def test_the_fullest_stands_first_and_is_marked(client, make_user, cluster, world):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    page = client.get("/storage/pools/").content.decode()
    assert page.index("ctl@slow#slow") < page.index("ctl@fast#fast")
    assert '<progress class="share-bar share-full" value="900" max="900"' in page and "nearly full" in page
    assert client.get("/storage/pools/east/ctl@slow%23slow/").status_code == 200


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("volume_type=ssd", ["ctl@fast#fast"]),
        ("volume_type=t1", ["ctl@fast#fast"]),
        ("volume_type=slow", ["ctl@slow#slow"]),
        ("volume_type=any", []),
        ("level=full", ["ctl@slow#slow"]),
    ],
)
def test_pools_of_a_volume_type_are_found(client, make_user, cluster, world, query, names):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    body = client.get(f"/api/v1/storage/pools/?{query}").json()
    assert [row["name"] for row in body["results"]] == names


def test_types_and_pools_show_each_other(client, make_user, cluster, world):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    pools = client.get("/storage/volume_types/east/t1/panel/storage-pool-volume_type/").content.decode()
    types = client.get("/storage/pools/east/ctl@fast%23fast/panel/storage-volumetype-backend/").content.decode()
    assert "ctl@fast#fast" in pools and "share-bar" in pools and "ctl@slow" not in pools
    assert "ssd" in types and "any" not in types
