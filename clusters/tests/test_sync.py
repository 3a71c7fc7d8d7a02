from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from clusters import inventory, sync
from clusters.gateway import CloudError
from clusters.inventory import Source
from clusters.models import SyncState
from clusters.readings import paces
from compute.servers.models import Server
from tests.factories import make_server

NOW = timezone.now()


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


DELTAS = Source("compute", None, None, changes=lambda conn, since: [])
FULLS = Source("block-storage", None, None, full_seconds=30)


@pytest.mark.parametrize(
    ("source", "state", "wanted"),
    [
        (DELTAS, {}, "full"),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(2)}, ""),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(6)}, ""),
        (DELTAS, {"full_at": ago(40), "synced_at": ago(31)}, "delta"),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(6), "looked_at": ago(3)}, "delta"),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(4.6), "looked_at": ago(3)}, "delta"),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(4), "looked_at": ago(3)}, ""),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(6), "looked_at": ago(40)}, ""),
        # A slow cloud is left alone for three times as long as it took.
        (DELTAS, {"full_at": ago(99), "synced_at": ago(20), "looked_at": ago(3), "delta_took": 6}, ""),
        (DELTAS, {"full_at": ago(99), "synced_at": ago(24), "looked_at": ago(3), "delta_took": 6}, "delta"),
        (DELTAS, {"full_at": ago(99), "synced_at": ago(6), "looked_at": ago(3), "full_took": 10}, "delta"),
        (DELTAS, {"full_at": ago(301), "synced_at": ago(1), "full_took": 200}, ""),
        (DELTAS, {"full_at": ago(801), "synced_at": ago(1), "full_took": 200}, "full"),
        # A pass under way is gone on with at once.
        (DELTAS, {"full_at": ago(10), "synced_at": ago(1), "position": {"began": "x"}}, "full"),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(9), "delta_at": ago(2), "looked_at": ago(3)}, ""),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(0.7), "eager_until": ago(-30)}, "delta"),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(2), "eager_until": ago(-30), "delta_took": 2}, ""),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(2), "eager_until": ago(-30)}, "delta"),
        (DELTAS, {"full_at": ago(10), "synced_at": ago(2), "eager_until": ago(1)}, ""),
        (DELTAS, {"full_at": ago(301), "synced_at": ago(1)}, "full"),
        (DELTAS, {"full_at": ago(301), "synced_at": ago(1), "full_every": 3600}, ""),
        (DELTAS, {"full_at": ago(61), "synced_at": ago(1), "full_every": 60}, "full"),
        (FULLS, {"full_at": ago(10), "synced_at": ago(10)}, ""),
        (FULLS, {"full_at": ago(31), "synced_at": ago(31)}, "full"),
        # Where no changes are told: all of it once after an action, then the transitional rows, and all of it seldom.
        (FULLS, {"full_at": ago(10), "synced_at": ago(10), "eager_until": ago(-30)}, "full"),
        (FULLS, {"full_at": ago(3), "changes_since": ago(3), "eager_until": ago(-89)}, "full"),
        (FULLS, {"full_at": ago(1.5), "changes_since": ago(1.5), "eager_until": ago(-89)}, "rows"),
        (FULLS, {"full_at": ago(3), "changes_since": ago(0.7), "eager_until": ago(-80)}, "rows"),
        (FULLS, {"full_at": ago(3), "changes_since": ago(0.3), "eager_until": ago(-80)}, ""),
        (FULLS, {"full_at": ago(9), "changes_since": ago(3), "eager_until": ago(-30), "delta_took": 2}, ""),
        (FULLS, {"full_at": ago(9), "changes_since": ago(4), "eager_until": ago(-30), "delta_took": 2}, "rows"),
        (FULLS, {"full_at": ago(19), "changes_since": ago(3), "eager_until": ago(-30), "full_took": 10}, "rows"),
        (FULLS, {"full_at": ago(20), "changes_since": ago(3), "eager_until": ago(-30), "full_took": 10}, "full"),
        (FULLS, {"full_at": ago(9), "changes_since": ago(3), "eager_until": ago(1)}, ""),
        (DELTAS, {"failures": 1, "failed_at": ago(5)}, ""),
        (DELTAS, {"failures": 1, "failed_at": ago(11)}, "full"),
        (DELTAS, {"failures": 9, "failed_at": ago(50)}, ""),
        (DELTAS, {"failures": 9, "failed_at": ago(61)}, "full"),
    ],
)
def test_when_a_pass_is_due(source, state, wanted):
    assert paces.due(SyncState(**state), source, NOW) == wanted


def test_one_delta_that_takes_long_does_not_hold_back_the_next_ones():
    """The first of a cluster, too; where each one takes long it is known after a few."""
    took, taken = None, []
    for seconds in (6, 0.1, 6, 6, 6, 6):
        took = paces.usual(took, seconds)
        taken.append(took)
    assert taken == [1, 0.1, 1, 2, 4, 6]


class TestLook:
    @pytest.fixture(autouse=True)
    def nothing_said(self, monkeypatch):
        monkeypatch.setattr(sync, "_said", {})

    def test_is_noted_for_these_clusters_and_this_type(self, cluster, other_cluster):
        seen = sync.state_of(cluster, Server)
        unseen = sync.state_of(other_cluster, Server)
        other_type = SyncState.objects.create(cluster=cluster, resource="storage.volume")
        sync.look("compute.server", [cluster.pk])
        for state in (seen, unseen, other_type):
            state.refresh_from_db()
        assert seen.looked_at and not unseen.looked_at and not other_type.looked_at

    def test_is_written_once_in_ten_seconds(self, cluster, django_assert_num_queries, monkeypatch):
        state = sync.state_of(cluster, Server)
        sync.look("compute.server", [cluster.pk])
        with django_assert_num_queries(0):
            sync.look("compute.server", [cluster.pk])
        state.refresh_from_db()
        sync._said.clear()  # another process
        sync.look("compute.server", [cluster.pk])
        assert SyncState.objects.get().looked_at == state.looked_at


def test_only_one_pass_at_once(cluster):
    state = sync.state_of(cluster, Server)
    assert sync.claim(state)
    assert not sync.claim(state)
    assert sync.sync(cluster, Server) is None
    SyncState.objects.update(running_until=ago(1))  # its worker died
    assert sync.claim(state)


@pytest.fixture
def cloud(monkeypatch):
    """A cloud whose pages are set by the test; a page that is an error is raised."""
    pages = []

    def fetch(conn):
        for page in pages:
            if isinstance(page, Exception):
                raise page
            yield page

    class Exchange:
        conn = None

        def __enter__(self):
            return SimpleNamespace(conn=None, cloud_time=lambda moment: moment, answers=lambda service: (0, 0.0))

        def __exit__(self, *error):
            return False

    monkeypatch.setattr(sync.gateway, "call", lambda cluster, **options: Exchange())
    monkeypatch.setitem(inventory.SOURCES, Server, Source("compute", fetch, None))
    return pages


def test_a_failed_pass_marks_nothing_gone_and_says_why(cluster, cloud):
    kept = make_server(cluster, seen=ago(60))
    cloud += [[{"cloud_id": "new", "name": "new", "data": {}}], CloudError("timeout", cluster="east")]
    with pytest.raises(CloudError):
        sync.sync(cluster, Server)
    state = SyncState.objects.get()
    assert (state.error_code, state.failures, state.running_until) == ("timeout", 1, None)
    assert "east" in state.error
    kept.refresh_from_db()
    assert kept.gone_at is None


def test_a_good_pass_clears_the_error_and_marks_what_is_missing(cluster, cloud):
    missing = make_server(cluster, seen=ago(60))
    SyncState.objects.create(cluster=cluster, resource="compute.server", failures=3, error="x", error_code="timeout")
    cloud += [[{"cloud_id": "new", "name": "new", "data": {}}]]
    changes = sync.sync(cluster, Server)
    assert (changes.changed, changes.gone) == (["new"], [missing.cloud_id])
    state = SyncState.objects.get()
    assert (state.failures, state.error, state.failed_at) == (0, "", None)
    assert state.changed_at and state.full_at
