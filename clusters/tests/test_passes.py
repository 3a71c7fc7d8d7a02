"""A complete pass gets on whatever happens to the list, to the cloud or to the worker, and loses nothing."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from clusters import inventory, sync
from clusters.gateway import CloudError
from clusters.models import SyncState
from clusters.readings import leases, passes, positions
from clusters.tests.listed_cloud import PAGE, Killed
from compute.servers.models import Server


@pytest.fixture
def cloud(listed_cloud):
    return listed_cloud


def known() -> dict[str, str]:
    return dict(Server.objects.present().values_list("cloud_id", "name"))


def of(cloud) -> dict[str, str]:
    return {name: row["name"] for name, row in cloud.rows.items()}


def the_worker_dies() -> None:
    """Its lease lapses, and nothing else is noted."""
    SyncState.objects.update(running_until=timezone.now() - timedelta(seconds=1), failures=0, failed_at=None)


def go_on(cluster) -> None:
    """As the dispatcher does, until nothing is left."""
    while True:
        lease = leases.claim(sync.state_of(cluster, Server))
        assert lease
        sync.run_pass(cluster, Server, lease=lease)
        if not sync.state_of(cluster, Server).position:
            return


def test_a_killed_worker_is_followed_by_one_that_goes_on(cluster, cloud):
    def dies(number):
        if number == 4:
            raise Killed

    cloud.happens = dies
    with pytest.raises(Killed):
        sync.sync(cluster, Server)
    assert len(known()) == 3 * PAGE
    the_worker_dies()
    cloud.happens = lambda number: None
    before = len(cloud.pages)
    go_on(cluster)
    assert cloud.pages[before]["marker"] == "s020"
    assert known() == of(cloud)
    assert sync.state_of(cluster, Server).full_at


def test_time_that_is_over_leaves_the_rest_to_the_next_one(cluster, cloud):
    lease = leases.claim(sync.state_of(cluster, Server))
    sync.run_pass(cluster, Server, lease=lease, seconds=0)
    state = sync.state_of(cluster, Server)
    assert (state.position["read"], state.running_until, state.error_code) == (PAGE, None, "")
    assert state.full_at is None and state.synced_at is None
    go_on(cluster)
    assert known() == of(cloud)


@pytest.mark.parametrize("deleted", [["s006"], ["s006", "s005"], [f"s{number:03}" for number in range(7)]])
def test_deleted_markers(cluster, cloud, deleted):
    """The last resort is the list's beginning; the rows that were read stay read."""

    def deletes(number):
        for name in deleted if number == 2 else ():
            cloud.rows.pop(name, None)

    cloud.happens = deletes
    sync.sync(cluster, Server)
    assert set(of(cloud)) <= set(known()), "nothing is lost"
    sync.sync(cluster, Server)
    assert known() == of(cloud)


def test_a_cloud_that_refuses_every_marker_is_an_error_and_no_endless_loop(cluster, cloud):
    def all_new(number):
        cloud.rows.clear()
        cloud.add(*(f"{number}-{place}" for place in range(3 * PAGE)))

    cloud.happens = all_new
    with pytest.raises(CloudError):
        sync.sync(cluster, Server)
    assert sync.state_of(cluster, Server).error_code == "bad_answer"


def test_a_page_that_shrank_is_not_the_last(cluster, cloud):
    cloud.shrink = lambda page: page[:-2] if len(page) == PAGE else page
    sync.sync(cluster, Server)
    assert known() == of(cloud)


def test_a_cloud_that_gives_smaller_pages_than_asked(cluster, cloud):
    cloud.most = 2
    sync.sync(cluster, Server)
    assert known() == of(cloud)


def test_a_failed_request_keeps_the_place_and_asks_for_less(cluster, cloud, monkeypatch):
    monkeypatch.setattr(sync, "LEAST_ROWS", 1)

    def hangs(number):
        if number == 3:
            raise CloudError("timeout", cluster="east")

    cloud.happens = hangs
    with pytest.raises(CloudError):
        sync.sync(cluster, Server)
    state = sync.state_of(cluster, Server)
    assert (state.position["read"], state.page_rows, state.error_code) == (2 * PAGE, 3, "timeout")
    assert len(known()) == 2 * PAGE, "though the third was asked for while the second was stored"
    go_on(cluster)
    assert known() == of(cloud) and not sync.state_of(cluster, Server).error_code


def test_what_a_list_leaves_out_is_asked_for_before_it_counts_as_gone(cluster, cloud):
    """As Nova leaves out the servers of a cell that is down."""
    sync.sync(cluster, Server)
    del cloud.rows["s003"]
    cloud.shrink = lambda page: [row for row in page if row["id"] < "s040"]
    sync.sync(cluster, Server)
    assert known() == of(cloud)


def test_so_many_left_out_that_not_all_are_asked_for(cluster, cloud, monkeypatch):
    monkeypatch.setattr(passes, "MOST_ASKED", 3)
    sync.sync(cluster, Server)
    cloud.shrink = lambda page: [row for row in page if row["id"] < "s010"]
    sync.sync(cluster, Server)
    assert known() == of(cloud)
    cloud.shrink = lambda page: page
    for name in list(cloud.rows)[10:]:
        del cloud.rows[name]
    sync.sync(cluster, Server)
    assert known() == of(cloud), "what really is gone goes, after some of it was asked for"


@pytest.mark.usefixtures("no_prefetch")
def test_a_worker_that_lost_its_lease_writes_nothing(cluster, cloud):
    def another_one_begins(number):
        if number == 3:
            the_worker_dies()
            assert leases.claim(sync.state_of(cluster, Server))

    cloud.happens = another_one_begins
    sync.sync(cluster, Server)
    state = sync.state_of(cluster, Server)
    assert len(known()) == 2 * PAGE == state.position["read"]
    assert state.running_until and not state.error_code, "the other one's lease stands"
    SyncState.objects.update(lease="another")
    work = passes.Work(cluster, Server, inventory.SOURCES[Server], state, state.lease)
    with pytest.raises(leases.LeaseLost):
        passes.settle(work, positions.Position(timezone.now(), 0))
    assert len(known()) == 2 * PAGE


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_between_pages(cluster, cloud, seed):
    """Rows are deleted (markers too), made and moved, pages shrink, workers die. What was there all the time and
    stayed where it was is known, nothing that is there counts as gone, and a quiet pass afterwards shows all of it."""
    chance = random.Random(seed)
    sync.sync(cluster, Server)
    for name in chance.sample(sorted(cloud.rows), 5):
        del cloud.rows[name]
    touched: set[str] = set()

    def happens(number):
        for _time in range(chance.randrange(3)):
            name = chance.choice(sorted(cloud.rows))
            match chance.choice(["delete", "delete marker", "make", "move", "die"]):
                case "delete":
                    del cloud.rows[name]
                case "delete marker":
                    cloud.rows.pop(str(cloud.asked[-1].get("marker")), None)
                case "make":
                    cloud.add(f"n{number}-{chance.random()}")
                case "move":
                    touched.add(name)
                    cloud.rows[name]["place"] = f"s{chance.randrange(50):03}x"
                case "die":
                    raise Killed

    def shrink(page):
        if chance.random() < 0.1 and len(page) == PAGE:
            dropped = page[chance.randrange(PAGE)]
            touched.add(dropped["id"])
            return [row for row in page if row is not dropped]
        return page

    cloud.happens, cloud.shrink = happens, shrink
    began = set(cloud.rows)
    for _attempt in range(200):
        the_worker_dies()
        lease = leases.claim(sync.state_of(cluster, Server))
        try:
            sync.run_pass(cluster, Server, lease=lease)
            break
        except Killed:
            continue
    stayed = began & set(cloud.rows) - touched
    seen = set(Server.objects.filter(synced_at__gte=sync.state_of(cluster, Server).full_at).values_list("cloud_id"))
    assert {(name,) for name in stayed} <= seen
    assert not set(cloud.rows) & set(Server.objects.exclude(gone_at=None).values_list("cloud_id", flat=True))
    cloud.happens, cloud.shrink = lambda number: None, lambda page: page
    the_worker_dies()
    sync.sync(cluster, Server)
    assert known() == of(cloud)


@pytest.mark.usefixtures("no_prefetch")
def test_who_wants_what_is_there_now_does_not_leave_it_to_a_pass_that_may_have_gone_past_it(cluster, cloud):
    lease, now = leases.claim(sync.state_of(cluster, Server)), []

    def somebody_asks(number):
        if number == 4 and not now:
            cloud.add("a")
            now.append(None)
            now.append(sync.sync_anew(cluster, Server))
            assert known() == of(cloud)

    cloud.happens = somebody_asks
    sync.run_pass(cluster, Server, lease=lease)
    assert "a" in now[1].changed and known() == of(cloud)
    state = sync.state_of(cluster, Server)
    assert (state.position, state.running_until, state.error_code) == (None, None, "")


def test_a_first_page_that_takes_too_long_is_asked_for_in_half(cluster, listed_cloud):
    def hangs(number):
        raise CloudError("timeout", cluster="east")

    listed_cloud.happens = hangs
    with pytest.raises(CloudError):
        sync.sync(cluster, Server)
    assert sync.state_of(cluster, Server).page_rows == positions.FIRST_ROWS // 2
