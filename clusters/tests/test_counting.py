"""What is gone of a long list is found by a few counts, whatever is gone, and never more than that."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusters import inventory, sync
from clusters.gateway import CloudError, Index, Listed, Listing, Page
from clusters.inventory import Source
from clusters.models import SyncState
from clusters.readings import counting, paces
from compute.servers.models import Server

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ROWS, PAGE = 120, 8


class Counted:
    """A service that lists and counts by the moment of making: id → that moment."""

    def __init__(self):
        self.there: dict[str, datetime] = {}
        self.asked = 0

    def made(self, before: datetime) -> Listing:
        return Listing("compute", "/things", "things", {"before": before})

    def before(self, listing: Listing) -> list[str]:
        self.asked += 1
        return [name for name, at in self.there.items() if at < listing.query["before"]]

    def read_count(self, conn, listing: Listing) -> int | None:
        return len(self.before(listing))

    def read_page(self, conn, listing: Listing, *, markers=(), limit: int) -> Page:
        found = sorted(self.before(listing), key=lambda name: self.there[name], reverse=True)
        return Page([{"id": name} for name in found[:limit]], found[limit - 1 : limit])

    @property
    def index(self) -> Index:
        return Index(Listed(lambda: (), dict), made=self.made)


@pytest.fixture
def cloud(cluster, monkeypatch):
    """Three are of each second, and one is of an unknown one."""
    counted = Counted()
    monkeypatch.setattr(counting, "MOST_ROWS", PAGE)
    for name in ("read_count", "read_page"):
        monkeypatch.setattr(counting.gateway, name, getattr(counted, name))
    rows = [
        {"cloud_id": f"s{n:03}", "name": f"s{n:03}", "created_at": BEGAN + timedelta(seconds=n // 3)}
        for n in range(ROWS)
    ]
    inventory.store(Server, cluster, [*rows, {"cloud_id": "odd", "created_at": None}], seen_at=timezone.now())
    counted.there = {row["cloud_id"]: row["created_at"] for row in rows}
    return counted


UNTIL = BEGAN + timedelta(seconds=ROWS)


@given(gone=st.sets(st.integers(0, ROWS - 1)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_just_what_is_gone_is_found(cluster, cloud, gone):
    whole = dict(cloud.there)
    names = {f"s{n:03}" for n in gone}
    cloud.there = {name: at for name, at in whole.items() if name not in names}
    try:
        assert set(counting.missing(None, cloud.index, Server.objects.filter(cluster=cluster), UNTIL)) == names
    finally:
        cloud.there = whole


def test_one_among_many_takes_few_questions_and_none_a_single_one(cluster, cloud):
    rows = Server.objects.filter(cluster=cluster)
    assert counting.missing(None, cloud.index, rows, UNTIL) == [] and cloud.asked == 1
    cloud.asked = 0
    del cloud.there["s057"]
    assert counting.missing(None, cloud.index, rows, UNTIL) == ["s057"]
    assert cloud.asked <= 7, "the whole, four halves of 120, 60, 30, 15, and one page"


def test_what_was_made_meanwhile_does_not_stand_for_what_is_gone(cluster, cloud):
    del cloud.there["s001"]
    cloud.there["new"] = UNTIL
    rows = Server.objects.filter(cluster=cluster)
    assert counting.missing(None, cloud.index, rows, UNTIL) == ["s001"]


def test_a_service_that_does_not_count_concludes_nothing(cluster, cloud, monkeypatch):
    del cloud.there["s001"]
    monkeypatch.setattr(counting.gateway, "read_count", lambda conn, listing: None)
    assert counting.missing(None, cloud.index, Server.objects.filter(cluster=cluster), UNTIL) == []


def test_before_each_question_of_a_search_comes_one_sign_of_life(cluster, cloud):
    del cloud.there["s057"]
    signs, rows = [], Server.objects.filter(cluster=cluster)
    counting.missing(None, cloud.index, rows, UNTIL, alive=lambda: signs.append(cloud.asked))
    assert signs == list(range(1, cloud.asked)) and signs


@pytest.fixture
def work(cluster, listed_cloud, cloud, monkeypatch):
    """Somebody looks at a long list, whose rows are confirmed by asking for them; nobody counted them just now."""
    cache.clear()

    def fetch_one(conn, cloud_id: str):
        if cloud_id not in cloud.there:
            raise CloudError("not_found", cluster="east")
        return {"cloud_id": cloud_id, "name": cloud_id, "created_at": cloud.there[cloud_id]}

    source = Source("compute", Listed(lambda: (), dict), fetch_one, changes=lambda conn, since: (), index=cloud.index)
    monkeypatch.setitem(inventory.SOURCES, Server, source)
    monkeypatch.setattr(counting, "MOST_ASKED", 2)
    state = sync.state_of(cluster, Server)
    now = timezone.now()
    SyncState.objects.filter(pk=state.pk).update(
        full_at=now, full_pages=20, looked_at=now, changes_since=now, lease="x"
    )
    return lambda: sync.run_pass(cluster, Server, "delta", lease="x")


def test_deltas_tell_what_is_gone_while_somebody_looks(work, cloud, cluster):
    del cloud.there["s010"], cloud.there["s011"], cloud.there["s099"]
    assert sorted(work().gone) == ["s010", "s011", "s099"]
    assert Server.objects.present().count() == len(cloud.there) + 1
    assert sync.state_of(cluster, Server).changed_at


def test_whoever_lost_the_lease_asks_no_further(work, cloud, monkeypatch):
    def count(conn, listing):
        SyncState.objects.update(lease="another")
        return cloud.read_count(conn, listing)

    del cloud.there["s010"]
    monkeypatch.setattr(counting.gateway, "read_count", count)
    work()
    assert cloud.asked == 1


def test_nobody_counts_where_nobody_looks(work, cloud):
    SyncState.objects.update(looked_at=timezone.now() - timedelta(minutes=2))
    work()
    assert cloud.asked == 0 and not paces.counts(SyncState.objects.get(), inventory.SOURCES[Server], timezone.now())
