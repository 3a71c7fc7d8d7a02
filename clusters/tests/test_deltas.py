"""What changed is read first, also between the pages of a long pass; too much of it becomes a complete pass."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters import inventory, sync
from clusters.gateway import CloudError
from clusters.models import SyncState
from clusters.readings import deltas, leases, paces
from clusters.tests.listed_cloud import PAGE, Killed
from compute.servers.models import Server


@pytest.fixture
def cloud(listed_cloud, cluster, monkeypatch):
    """It tells changes, and was read once, a minute ago."""
    monkeypatch.setitem(inventory.SOURCES, Server, listed_cloud.source(changes=True))
    monkeypatch.setattr(deltas, "MOST_CHANGES", 3 * PAGE)
    sync.sync(cluster, Server)
    listed_cloud.asked.clear()
    listed_cloud.wait(60)
    return listed_cloud


def state(cluster) -> SyncState:
    return sync.state_of(cluster, Server)


def name_of(cloud_id: str) -> str:
    return Server.objects.get(cloud_id=cloud_id).name


def always_looked_at(monkeypatch) -> None:
    monkeypatch.setattr(paces, "head_due", lambda *arguments, **options: "delta")


def test_a_delta_reads_what_changed_and_looks_back_a_little(cluster, cloud):
    cloud.rename("s030", "new")
    sync.sync(cluster, Server, full=False)
    assert name_of("s030") == "new" and not cloud.pages and len(cloud.changes) == 1
    assert abs(state(cluster).changes_since - (cloud.now - deltas.OVERLAP)) < timedelta(seconds=5)


def test_without_a_moment_to_begin_at_all_is_read(cluster, cloud):
    SyncState.objects.update(changes_since=None, full_at=None)
    cloud.rename("s030", "new")
    sync.sync(cluster, Server, full=False)
    assert name_of("s030") == "new" and state(cluster).full_at and not state(cluster).failures


def test_it_moves_forward_page_by_page(cluster, cloud):
    """Whoever comes after a failure begins where it came to."""
    cloud.wait(60)
    for number in range(2 * PAGE):
        cloud.rename(f"s{number:03}", "new")
        cloud.wait(1)
    cloud.wait(60)
    answer, pages = cloud.get, []

    def fails(path, params=None, microversion=None):
        pages.append(params)
        if len(pages) == 2:
            raise CloudError("server_error", cluster="east")
        return answer(path, params)

    cloud.get = fails
    with pytest.raises(CloudError):
        sync.sync(cluster, Server, full=False)
    reached = cloud.rows[f"s{PAGE - 1:03}"]["updated"]
    assert state(cluster).changes_since == reached
    sync.sync(cluster, Server, full=False)
    assert [name_of(f"s{number:03}") for number in range(2 * PAGE)] == ["new"] * 2 * PAGE
    assert not cloud.pages, "no complete pass was needed"


@pytest.mark.parametrize("apart", [0, 1])
def test_too_many_changes_become_a_complete_pass(cluster, cloud, apart):
    """All of one second, as one statement makes them, or one after the other."""
    for name in cloud.rows:
        cloud.rename(name, "new")
        cloud.wait(apart)
    cloud.wait(5)
    sync.sync(cluster, Server, full=False)
    after = state(cluster)
    assert set(Server.objects.values_list("name", flat=True)) == {"new"}
    assert len(cloud.changes) <= 5 and len(cloud.pages) == 8
    assert (after.position, after.error_code) == (None, "")
    assert after.changes_since > cloud.now - timedelta(seconds=5), "the same changes are not met again"
    cloud.asked.clear()
    sync.sync(cluster, Server, full=False)
    assert len(cloud.asked) == 1


def test_a_slow_cloud_is_asked_for_no_more_of_one_second_than_it_answers_in_time(cluster, cloud, monkeypatch):
    """How much that is shows in the length of its pages."""
    monkeypatch.setattr(deltas, "FIRST_ROWS", len(cloud.rows))
    SyncState.objects.filter(pk=state(cluster).pk).update(page_rows=3)
    for name in cloud.rows:
        cloud.rename(name, "new")
    cloud.wait(5)
    sync.sync(cluster, Server, full=False)
    assert [asked["limit"] for asked in cloud.changes] == [3, 12]
    assert set(Server.objects.values_list("name", flat=True)) == {"new"}


def test_what_would_hardly_bring_more_is_not_asked_for(cluster, cloud, monkeypatch):
    """All of one second comes in one answer, or it is left to the complete pass after one question."""
    monkeypatch.setattr(deltas, "FIRST_ROWS", 5)
    SyncState.objects.filter(pk=state(cluster).pk).update(page_rows=3)
    for name in cloud.rows:
        cloud.rename(name, "new")
    cloud.wait(5)
    sync.sync(cluster, Server, full=False)
    assert [asked["limit"] for asked in cloud.changes] == [3]
    assert set(Server.objects.values_list("name", flat=True)) == {"new"}


def test_a_change_is_seen_between_the_pages_of_a_long_pass(cluster, cloud, monkeypatch):
    always_looked_at(monkeypatch)
    seen = {}

    def happens(number):
        if number == 4:
            cloud.rename("s001", "late")  # its page is over
        seen[number] = name_of("s001")

    cloud.happens = happens
    sync.sync(cluster, Server)
    assert seen[4] == "s001" and seen[5] == "late"


def test_a_mass_change_during_a_pass_has_another_one_follow(cluster, cloud, monkeypatch):
    def happens(number):
        if number == 4:
            always_looked_at(monkeypatch)
            for name in list(cloud.rows):
                cloud.rename(name, "new")

    cloud.happens = happens
    sync.sync(cluster, Server)
    after = state(cluster)
    assert after.position["read"] == 0 and after.full_at and not after.error_code
    monkeypatch.undo()
    assert paces.due(after, inventory.SOURCES[Server], timezone.now()) == "full"


def test_a_mass_change_before_a_pass_is_left_to_it(cluster, cloud, monkeypatch):
    always_looked_at(monkeypatch)
    for name in list(cloud.rows):
        cloud.rename(name, "new")
    cloud.wait(5)
    sync.sync(cluster, Server)
    assert set(Server.objects.values_list("name", flat=True)) == {"new"}
    assert state(cluster).position is None, "none has to follow"


def test_a_mass_change_before_a_comparison_without_marks_has_a_complete_pass_follow(cluster, cloud, monkeypatch):
    monkeypatch.setitem(inventory.SOURCES, Server, cloud.source(changes=True, index=cloud.index(marks=False)))
    always_looked_at(monkeypatch)
    for name in list(cloud.rows):
        cloud.rename(name, "new")
    cloud.wait(5)
    sync.run_pass(cluster, Server, "index", lease=leases.claim(state(cluster)))
    after = state(cluster)
    assert after.index_at and (after.position["kind"], after.position["read"]) == ("full", 0)
    sync.run_pass(cluster, Server, lease=leases.claim(after))
    assert set(Server.objects.values_list("name", flat=True)) == {"new"} and state(cluster).position is None


def test_told_to_wait_in_the_middle_it_waits_and_goes_on(cluster, cloud):
    until = timezone.now() + timedelta(minutes=5)

    def refuses(number):
        if number == 3:
            raise CloudError("rate_limited", cluster="east", until=until)

    cloud.happens = refuses
    with pytest.raises(CloudError):
        sync.sync(cluster, Server)
    source = inventory.SOURCES[Server]
    assert paces.due(state(cluster), source, timezone.now() + timedelta(minutes=4)) == ""
    assert paces.due(state(cluster), source, timezone.now() + timedelta(minutes=6)) == "full"
    lease = leases.claim(state(cluster))
    sync.run_pass(cluster, Server, lease=lease)
    assert cloud.pages[3]["marker"] == cloud.pages[2]["marker"] and state(cluster).error_code == ""


def test_the_first_pass_is_never_called_complete_before_it_is(cluster, cloud, monkeypatch):
    SyncState.objects.all().delete()
    always_looked_at(monkeypatch)
    lease = leases.claim(state(cluster))
    sync.run_pass(cluster, Server, lease=lease, seconds=0)
    cloud.rename("s001", "soon")
    lease = leases.claim(state(cluster))
    sync.run_pass(cluster, Server, lease=lease, seconds=0)
    half = state(cluster)
    assert name_of("s001") == "soon" and half.synced_at is None and half.position


def test_a_first_pass_that_took_long_is_as_old_as_the_last_delta(cluster, cloud, monkeypatch):
    """Else its list would be called stale at its end."""
    SyncState.objects.all().delete()
    always_looked_at(monkeypatch)
    moments = {}
    cloud.happens = lambda number: moments.setdefault(number, timezone.now())
    sync.sync(cluster, Server)
    last = max(moments)
    assert moments[last - 1] < state(cluster).synced_at < moments[last]


def test_what_changes_just_after_a_mass_change_is_not_left_to_the_pass(cluster, cloud, monkeypatch):
    """The delta that follows begins right after the second in which so much changed."""
    always_looked_at(monkeypatch)
    for name in list(cloud.rows):
        cloud.rename(name, "new")
    cloud.wait(1)
    cloud.rename("s049", "later")  # on the last page
    cloud.wait(5)
    seen = {}
    cloud.happens = lambda number: seen.setdefault(number, name_of("s049"))
    sync.sync(cluster, Server, full=False)
    assert seen[2] == "later"
    assert state(cluster).position is None and name_of("s048") == "new"


@pytest.fixture
def names(cloud, monkeypatch):
    """It also has a list of names, and all of its rows change within one second, one of them twice."""
    monkeypatch.setitem(inventory.SOURCES, Server, cloud.source(changes=True, names=True))
    for name in list(cloud.rows):
        cloud.rename(name, "new")
    cloud.rename("s049", "further")
    cloud.wait(5)
    return cloud


@pytest.mark.usefixtures("no_prefetch")
def test_the_names_of_a_mass_change_are_read_before_the_rows(cluster, names):
    seen = {}

    def looks(number):
        seen.setdefault(number, (name_of("s049"), name_of("s048"), Server.objects.get(cloud_id="s048").updated_at))

    before = Server.objects.get(cloud_id="s048").updated_at
    names.happens = looks
    sync.sync(cluster, Server, full=False)
    assert seen[1] == ("further", "new", before), "of a row only the name is known so early"
    assert len(names.names) == 8 and len(names.pages) == 8
    assert Server.objects.get(cloud_id="s048").updated_at > before
    assert Server.objects.filter(search_text__contains="further").count() == 1


def test_names_are_gone_on_with_by_another_worker(cluster, names):
    answer = names.get

    def dies(path, params=None, microversion=None):
        if path == "/names" and len(names.names) == 3:
            raise Killed
        return answer(path, params)

    names.get = dies
    with pytest.raises(Killed):
        sync.sync(cluster, Server, full=False)
    assert name_of("s014") == "new" and name_of("s049") == "s049"
    names.get = answer
    SyncState.objects.update(running_until=None, failed_at=None)  # its lease has lapsed
    sync.run_pass(cluster, Server, lease=leases.claim(state(cluster)))
    assert name_of("s049") == "further" and state(cluster).position is None
    assert len(names.names) == 8 and len(names.pages) == 8, "none twice"


def test_names_of_a_second_that_is_not_over_are_not_read(cluster, names):
    names.now = names.rows["s000"]["updated"]
    sync.sync(cluster, Server, full=False)
    assert not names.names and name_of("s049") == "further"
