import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from clusters import inventory, sync
from clusters.inventory import writing
from clusters.readings import leases
from compute.servers.models import Server
from tests.factories import make_state
from tests.platform import PATIENCE_SECONDS

NOW = timezone.now()


def row(cloud_id="a", **fields):
    return {"cloud_id": cloud_id, "name": cloud_id, "status": "ACTIVE", "data": {}, **fields}


def store(cluster, *rows, after=0):
    return inventory.store(Server, cluster, rows, seen_at=NOW + timedelta(seconds=after))


def test_rows_are_added_and_changed(cluster):
    assert store(cluster, row("a"), row("b")).changed == ["a", "b"]
    changes = store(cluster, row("a"), row("b", status="SHUTOFF"), after=1)
    assert changes.changed == ["b"] and not changes.gone
    assert dict(Server.objects.values_list("cloud_id", "status")) == {"a": "ACTIVE", "b": "SHUTOFF"}


def test_unchanged_rows_only_get_younger(cluster):
    store(cluster, row("a"))
    assert not store(cluster, row("a"), after=5)
    assert Server.objects.get().synced_at == NOW + timedelta(seconds=5)


def test_the_same_id_in_two_clusters_is_two_rows(cluster, other_cluster):
    store(cluster, row("a"))
    store(other_cluster, row("a", status="ERROR"))
    assert Server.objects.count() == 2


def test_an_older_look_does_not_overwrite_a_younger_one(cluster):
    store(cluster, row("a", status="SHUTOFF"), after=10)
    store(cluster, row("a", status="ACTIVE"), after=5)
    assert Server.objects.get().status == "SHUTOFF"


@pytest.fixture
def overlapping(monkeypatch):
    """overlapping(older, younger): the younger one begins while the older one has looked and not yet written."""

    def run(older, younger):
        looked, go_on, write_links = threading.Event(), threading.Event(), writing.write_links

        def in_the_middle(*arguments):
            if threading.current_thread() is first:
                looked.set()
                go_on.wait(timeout=PATIENCE_SECONDS)
            write_links(*arguments)

        monkeypatch.setattr(writing, "write_links", in_the_middle)
        first, second = (
            threading.Thread(target=lambda one=one: (one(), connections.close_all())) for one in (older, younger)
        )
        first.start()
        assert looked.wait(timeout=PATIENCE_SECONDS)
        second.start()
        second.join(timeout=0.5)  # by then it would have written, if it did not wait
        go_on.set()
        for thread in (first, second):
            thread.join(timeout=PATIENCE_SECONDS)

    return run


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("mysql" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite has one writer at a time")
class TestMeanwhile:
    def test_an_older_look_does_not_overwrite_a_younger_one(self, cluster, overlapping):
        """It would also make the row as old as itself, and a pass that began in between would take it for gone."""
        make_state(cluster, "compute.server")
        overlapping(
            lambda: store(cluster, row("a", status="BUILD")),
            lambda: store(cluster, row("a", status="ACTIVE"), after=1),
        )
        found = Server.objects.get()
        assert (found.status, found.synced_at) == ("ACTIVE", NOW + timedelta(seconds=1))

    def test_an_older_look_does_not_bring_back_what_is_gone(self, cluster, overlapping):
        make_state(cluster, "compute.server")
        store(cluster, row("a", status="BUILD"), after=-1)
        older = row("a", status="ACTIVE")
        overlapping(lambda: store(cluster, older), lambda: inventory.mark_gone(Server.objects.get()))
        assert not Server.objects.present().exists()

    def test_a_pass_and_whoever_acts_meanwhile_do_not_stop_each_other(self, cluster):
        """The one has the state's row, and writes rows of its type; the other one waits for it."""
        state = make_state(cluster, "compute.server")
        lease = leases.claim(state)

        def act():
            try:
                sync.look_often(cluster, Server)
            finally:
                connections.close_all()

        with ThreadPoolExecutor() as other:
            with leases.writing(state, lease):
                acting = other.submit(act)
                assert not wait([acting], timeout=0.5).done  # by then it would have noted it, if it did not wait
                store(cluster, row("a"))
            acting.result(timeout=PATIENCE_SECONDS)
        assert Server.objects.present().exists() and sync.state_of(cluster, Server).eager_until


def test_gone_rows_go_and_come_back(cluster):
    store(cluster, row("a"))
    assert store(cluster, row("a", gone=True), after=1).gone == ["a"]
    assert not Server.objects.present().exists()
    assert not store(cluster, row("a", gone=True), after=2)
    assert store(cluster, row("a"), after=3).changed == ["a"]
    assert Server.objects.present().exists()


def test_a_deleted_server_never_seen_is_not_stored(cluster):
    assert not store(cluster, row("ghost", gone=True))
    assert not Server.objects.exists()


def test_what_a_complete_pass_did_not_show_is_gone(cluster, other_cluster):
    store(cluster, row("a"), row("b"))
    store(other_cluster, row("a"))
    store(cluster, row("a"), after=10)
    before = NOW + timedelta(seconds=9)
    assert inventory.missing(Server, cluster, before=before) == ["b"]
    assert inventory.missing(Server, cluster, before=before, but={"b"}) == []
    changes = inventory.mark_missing_gone(Server, cluster, ["a", "b"], before=before)
    assert changes.gone == ["b"], "the other one was written meanwhile"
    assert Server.objects.present().count() == 2


@pytest.mark.parametrize("size", [1, 300])
def test_a_page_costs_the_same_number_of_queries(cluster, size, django_assert_max_num_queries):
    store(cluster, *[row(str(n)) for n in range(size)])
    with django_assert_max_num_queries(9):
        store(cluster, *[row(str(n), status="ERROR" if n % 2 else "ACTIVE") for n in range(size)], after=1)
