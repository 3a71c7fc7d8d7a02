"""A page that came as in the pass before costs no query, and nothing that changed is taken for unchanged."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters import inventory, sync
from clusters.gateway import CloudError
from clusters.models import SyncState
from clusters.readings import leases, passes
from clusters.readings.last_seen import all_rows_seen_at, last_seen
from clusters.readings.work import Work
from clusters.tests.listed_cloud import Killed
from compute.servers.models import Server


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def cloud(listed_cloud, cluster, monkeypatch):
    monkeypatch.setitem(inventory.SOURCES, Server, listed_cloud.source(index=listed_cloud.index()))
    sync.sync(cluster, Server)
    return listed_cloud


@pytest.fixture
def short_list(listed_cloud, cluster):
    """Of one page."""
    for name in list(listed_cloud.rows)[3:]:
        del listed_cloud.rows[name]
    return listed_cloud


def read(cluster, kind: str = "index") -> SyncState:
    """As a worker does it."""
    sync.run_pass(cluster, Server, kind, lease=leases.claim(sync.state_of(cluster, Server)))
    return sync.state_of(cluster, Server)


def written(cluster, kind: str = "index") -> list[str]:
    """The statements about rows of the type that a pass makes."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read(cluster, kind)
    return [query["sql"] for query in queries if "compute_server" in query["sql"]]


def known() -> dict[str, str]:
    return dict(Server.objects.present().values_list("cloud_id", "name"))


def of(cloud) -> dict[str, str]:
    return {name: row["name"] for name, row in cloud.rows.items()}


@pytest.mark.parametrize("kind", ["index", "full"])
def test_the_same_again_touches_no_row(cluster, cloud, short_list, kind):
    read(cluster, kind)  # what there was to change is changed
    assert written(cluster, kind), "the first one compares"
    assert not written(cluster, kind)
    state = sync.state_of(cluster, Server)
    all_seen_at = all_rows_seen_at(state, cloud.source())
    assert all_seen_at == (state.full_at if kind == "full" else state.index_at)
    assert {last_seen(row.synced_at, all_seen_at) for row in Server.objects.present()} == {all_seen_at}


@pytest.mark.parametrize("kind", ["index", "full"])
def test_whatever_differs_is_found(cluster, cloud, kind):
    for _ in range(2):
        read(cluster, kind)
    cloud.rename("s030", "new name")
    read(cluster, kind)
    assert known() == of(cloud)
    del cloud.rows["s002"]
    read(cluster, kind)
    assert known() == of(cloud)
    cloud.add("z1")
    read(cluster, kind)
    assert known() == of(cloud)
    cloud.rows.clear()
    read(cluster, kind)
    assert known() == {}


@pytest.mark.parametrize("kind", ["index", "full"])
def test_a_row_that_was_written_in_between_is_compared(cluster, short_list, monkeypatch, kind):
    """The cloud tells the same as before, but not of this row when it was looked at alone."""
    cloud = short_list
    monkeypatch.setitem(inventory.SOURCES, Server, cloud.source(index=cloud.index()))
    for _ in range(3):
        read(cluster, "full")
        read(cluster, kind)
    row = cloud.rows.pop("s002")
    sync.read_one(cluster, Server, "s002")
    assert "s002" not in known()
    cloud.rows["s002"] = row
    read(cluster, kind)
    assert known() == of(cloud)


def test_whoever_asks_for_a_complete_reading_gets_one(cluster, short_list):
    for _ in range(3):
        read(cluster, "full")
    Server.objects.filter(cloud_id="s002").update(name="not so", digest="")
    read(cluster, "full")
    assert known()["s002"] == "not so"
    sync.sync(cluster, Server)
    assert known() == of(short_list)


def test_what_a_dead_worker_alone_had_seen_is_seen_again(cluster, cloud, monkeypatch):
    """It dies after three pages of ids; its rows were not written, and do not count as gone."""

    def dies(number):
        if len([query for query in cloud.asked if query["path"] == "/ids"]) == 4:
            raise Killed

    cloud.asked.clear()
    cloud.happens = dies
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(passes, "_write_unwritten", lambda work: None)  # `kill -9` runs nothing to the end
        read(cluster)
    state = sync.state_of(cluster, Server)
    assert state.position["unwritten"] and state.position["read"]
    cloud.happens = lambda number: None
    del cloud.rows["s049"]
    SyncState.objects.update(running_until=None)
    state = read(cluster)
    assert known() == of(cloud) and state.position is None


def test_whoever_goes_on_knows_what_was_seen(cluster, cloud, monkeypatch):
    """A worker that lets go of a long comparison writes what it saw."""
    cloud.asked.clear()
    monkeypatch.setattr(Work, "over", property(lambda work: len(work.unwritten) >= 20))
    state = read(cluster)
    assert state.position and not state.position["unwritten"]
    began = state.position["began"]
    del cloud.rows["s049"]
    state = read(cluster)
    assert state.position["began"] == began
    state = read(cluster)
    assert state.position is None and known() == of(cloud)
    ids = [query for query in cloud.asked if query["path"] == "/ids"]
    assert len(ids) == 8, "each page once"


def test_a_page_that_fails_is_asked_for_again_and_those_before_it_are_not(cluster, cloud, monkeypatch):
    """The ids came, the rows did not."""
    answer = cloud.get
    cloud.rename("s030", "new name")
    cloud.asked.clear()

    def failing(path, params=None, microversion=None):
        if params and "id" in params:
            raise CloudError("timeout", cluster="east")
        return answer(path, params)

    cloud.get = failing
    with pytest.raises(CloudError):
        read(cluster)
    state = sync.state_of(cluster, Server)
    assert state.position["read"] == 4 * 7 and not state.position["unwritten"]
    cloud.get = answer
    state = read(cluster)
    assert state.position is None and known() == of(cloud)
    assert len([query for query in cloud.asked if query["path"] == "/ids"]) == 9, "the fifth page twice"


def test_a_long_list_is_gone_on_with(cluster, cloud):
    """Of a list of more than a few pages no row is known to one worker alone."""
    read(cluster, "full")
    assert written(cluster, "full") and written(cluster, "full")

    def dies(number):
        if number == passes.FEW_PAGES + 2:
            raise Killed

    cloud.asked.clear()
    cloud.happens = dies
    with pytest.raises(Killed):
        read(cluster, "full")
    state = sync.state_of(cluster, Server)
    assert state.position["pages"] == passes.FEW_PAGES + 1 and not state.position["unwritten"]
    began, cloud.happens = state.position["began"], lambda number: None
    SyncState.objects.update(running_until=None)
    state = read(cluster, "full")
    assert state.full_at.isoformat() == began and known() == of(cloud)


def test_whoever_reads_a_list_at_once_lives_though_nothing_differs(cluster, listed_cloud, monkeypatch):
    """Each page takes more than half of the time after which a worker counts as dead."""
    later, claimed = timedelta(), []
    monkeypatch.setattr(leases, "timezone", SimpleNamespace(now=lambda: timezone.now() + later))
    monkeypatch.setattr(passes, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + later.total_seconds()))

    def fetch(conn):
        nonlocal later
        for name in ("s001", "s002", "s003", "s004"):
            later += timedelta(seconds=0.6 * leases.lease_seconds())
            claimed.append(leases.claim(sync.state_of(cluster, Server)))
            yield [{"cloud_id": name, "name": name}]

    monkeypatch.setitem(inventory.SOURCES, Server, inventory.Source("compute", fetch, None))
    read(cluster, "full")
    before = read(cluster, "full")
    assert not written(cluster, "full") and not any(claimed)
    assert sync.state_of(cluster, Server).full_at > before.full_at


def test_a_row_that_was_seen_later_by_itself(cluster, short_list):
    read(cluster, "full")
    state, row = sync.state_of(cluster, Server), Server.objects.first()
    now = timezone.now()
    assert last_seen(now, all_rows_seen_at(state, short_list.source())) == now
    assert last_seen(None, now) is None and last_seen(row.synced_at, None) == row.synced_at
