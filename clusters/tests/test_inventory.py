import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from clusters import inventory
from clusters.inventory import writing
from compute.servers.models import Server
from tests.factories import make_state

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


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("mysql" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite has one writer at a time")
def test_an_older_look_does_not_overwrite_a_younger_one_that_is_written_meanwhile(cluster, monkeypatch):
    """It would also make the row as old as itself, and a pass that began in between would take it for gone."""
    make_state(cluster, "compute.server")
    looked, go_on, write_links = threading.Event(), threading.Event(), writing.write_links

    def in_the_middle(*arguments):
        if threading.current_thread() is older:
            looked.set()
            go_on.wait(timeout=20)
        write_links(*arguments)

    def storing(status, after):
        def run():
            store(cluster, row("a", status=status), after=after)
            connections.close_all()

        return threading.Thread(target=run)

    monkeypatch.setattr(writing, "write_links", in_the_middle)
    older, younger = storing("BUILD", 0), storing("ACTIVE", 1)
    older.start()
    assert looked.wait(timeout=20)
    younger.start()
    younger.join(timeout=0.5)  # by then it would have written, if it did not wait
    go_on.set()
    for thread in (older, younger):
        thread.join(timeout=20)
    found = Server.objects.get()
    assert (found.status, found.synced_at) == ("ACTIVE", NOW + timedelta(seconds=1))


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
