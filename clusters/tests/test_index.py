"""Long lists of services that tell no changes are compared with what is known; few rows are read again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters import inventory, sync
from clusters.gateway import CloudError
from clusters.inventory import Source
from clusters.models import SyncState
from clusters.readings import leases, paces, passes, positions
from compute.servers.models import Server
from compute.services.models import Service as ComputeService
from networking.agents.models import NetworkAgent
from networking.ports.models import Port
from storage.services.models import VolumeService
from storage.volumes.models import Volume


@pytest.fixture
def cloud(listed_cloud, cluster, monkeypatch):
    monkeypatch.setitem(inventory.SOURCES, Server, listed_cloud.source(index=listed_cloud.index()))
    sync.sync(cluster, Server)
    listed_cloud.asked.clear()
    return listed_cloud


def compare(cluster) -> SyncState:
    lease = leases.claim(sync.state_of(cluster, Server))
    sync.run_pass(cluster, Server, "index", lease=lease)
    return sync.state_of(cluster, Server)


def known() -> dict[str, str]:
    return dict(Server.objects.present().values_list("cloud_id", "name"))


def of(cloud) -> dict[str, str]:
    return {name: row["name"] for name, row in cloud.rows.items()}


def test_only_what_is_new_or_changed_is_read(cluster, cloud):
    cloud.rename("s030", "new name")
    cloud.add("z1")
    del cloud.rows["s002"]
    state = compare(cluster)
    assert known() == of(cloud)
    assert [query["id"] for query in cloud.asked if "id" in query] == [["s030"], ["z1"]]
    assert not [query for query in cloud.asked if query["path"] == "/things" and "id" not in query]
    assert state.index_at and state.index_at > state.full_at and state.synced_at == state.index_at


def test_ids_without_marks_tell_what_is_gone_and_what_is_new(cluster, cloud, monkeypatch):
    monkeypatch.setitem(inventory.SOURCES, Server, cloud.source(changes=True, index=cloud.index(marks=False)))
    del cloud.rows["s002"]
    cloud.add("z1", "z2")
    assert compare(cluster).position is None and known() == of(cloud)
    assert {query["path"] for query in cloud.asked} == {"/ids"}


@pytest.fixture
def without_marks(listed_cloud, cluster, monkeypatch):
    """It tells changes, and told them just now."""
    source = listed_cloud.source(changes=True, index=listed_cloud.index(marks=False))
    monkeypatch.setitem(inventory.SOURCES, Server, source)
    sync.sync(cluster, Server)
    listed_cloud.wait(20)
    sync.sync(cluster, Server, full=False)
    return listed_cloud


def test_what_changed_before_a_comparison_without_marks_is_told_after_it(cluster, without_marks):
    without_marks.rename("s030", "new name")
    without_marks.wait(25)
    compare(cluster)
    sync.sync(cluster, Server, full=False)
    assert known() == of(without_marks)


def test_a_comparison_without_marks_makes_no_list_younger(cluster, without_marks):
    before = sync.state_of(cluster, Server)
    after = compare(cluster)
    assert after.index_at > before.synced_at == after.synced_at


def test_more_new_ones_than_can_be_asked_for_are_left_to_a_complete_pass(cluster, cloud, monkeypatch):
    monkeypatch.setattr(passes, "MOST_ASKED", 1)
    monkeypatch.setitem(inventory.SOURCES, Server, cloud.source(index=cloud.index(marks=False)))
    cloud.add("z1", "z2", "z3")
    state = compare(cluster)
    assert state.position["kind"] == "full" and len(known()) == 51
    lease = leases.claim(state)
    sync.run_pass(cluster, Server, "full", lease=lease)
    assert known() == of(cloud)


def test_a_cloud_without_marks_is_read_completely_and_not_asked_again(cluster, cloud):
    cloud.marks = False
    cloud.rename("s030", "new name")
    state = compare(cluster)
    assert known() == of(cloud) and not paces.understood(state, timezone.now())
    assert paces.understood(state, timezone.now() + timedelta(hours=2))


def test_a_cloud_that_refuses_to_tell_changes_is_read_completely_and_no_error(cluster, listed_cloud, monkeypatch):
    cloud = listed_cloud
    monkeypatch.setitem(inventory.SOURCES, Server, cloud.source(changes=True))
    sync.sync(cluster, Server)
    answer = cloud.get

    def get(path, params=None, microversion=None):
        if params and "since" in params:
            raise CloudError("bad_request", cluster="east")
        return answer(path, params)

    cloud.get = get
    monkeypatch.setattr(passes.gateway, "if_understood", lambda read, otherwise: otherwise)
    cloud.rename("s030", "new name")
    sync.sync(cluster, Server, full=False)
    state = sync.state_of(cluster, Server)
    assert known() == of(cloud) and not state.error_code
    assert not paces.tells_changes(state, inventory.SOURCES[Server], timezone.now())


def minutes_of(states: list[tuple[SyncState, object]], **fields) -> float:
    """How many requests a minute these make at rest."""
    now, requests = timezone.now(), 0.0
    stretch = paces.stretch(states, now)
    for state, source in states:
        factor = stretch(state, source)
        if paces._indexed(state, source, now):
            requests += 60 * state.index_pages / (factor * paces._index_pace(state, source, now))
        requests += 60 * (state.full_pages or 1) / (factor * paces._full_pace(state, source, now))
        if paces.tells_changes(state, source, now):
            requests += 60 / (factor * paces._delta_pace(state, now))
    return requests


@pytest.mark.parametrize(
    ("service", "model", "pages", "most"), [("block-storage", Volume, 20, 4), ("network", Port, 3, 6)]
)
def test_requests_at_rest_are_few_with_20000_rows(service, model, pages, most):
    """And where somebody looks, the pace is that of one who looks."""
    states = []
    for kind, source in inventory.SOURCES.items():
        if source.service == service:
            long = kind is model
            state = SyncState(full_pages=20 if long else 1, index_pages=pages if long else None)
            states.append((state, source))
    assert minutes_of(states) <= most + 0.01
    (watched,) = [state for state, source in states if source is inventory.SOURCES[model]]
    watched.looked_at = timezone.now()
    stretch = paces.stretch(states, timezone.now())
    assert stretch(watched, inventory.SOURCES[model]) == 1


@pytest.mark.parametrize("model", [ComputeService, NetworkAgent, VolumeService])
def test_what_alerts_are_about_is_read_soon_though_nobody_looks(model):
    """Word within a minute: besides the reading, the cluster's turn, a look at the rules and the sending."""
    own = inventory.SOURCES[model]
    states = [(SyncState(full_pages=1), source) for source in inventory.SOURCES.values()]
    (state,) = [state for state, source in states if source is own]
    stretch = paces.stretch(states, timezone.now())(state, own)
    assert stretch * paces._full_pace(state, own, timezone.now()) <= 45


@pytest.mark.parametrize(("model", "seconds"), [(Volume, 200), (Port, 60)])
def test_the_first_comparison_waits_no_longer_than_those_after_it(model, seconds):
    """It has no length of its own yet; of 20,000 rows Neutron tells the ids in three answers, Cinder in twenty."""
    source, read = inventory.SOURCES[model], timezone.now()
    state = SyncState(full_pages=20, full_at=read, looked_at=read + timedelta(seconds=seconds))
    assert paces.due(state, source, read + timedelta(seconds=seconds - 2)) != "index"
    assert paces.due(state, source, read + timedelta(seconds=seconds)) == "index"


def failing(*seconds_ago: float, took: float = 1) -> list[tuple[SyncState, Source]]:
    now, source = timezone.now(), Source("compute", None, None)
    states = [
        SyncState(pk=number, failures=1, failed_at=now - timedelta(seconds=ago), seconds=took)
        for number, ago in enumerate(seconds_ago)
    ]
    return [(state, source) for state in states]


def test_a_service_that_answers_for_nothing_is_asked_for_one_type_at_a_time():
    now = timezone.now()
    assert paces.held_back(failing(30, 50, 40), now) == {0, 2}
    assert paces.held_back(failing(30, 50, 2), now) == {0, 1, 2}, "the last one has just failed"
    assert paces.held_back(failing(30, 50, 40, took=30), now) == {0, 1, 2}, "it hung, so it rests for longer"
    asking = failing(30, 50, 40)
    asking[0][0].running_until = now + timedelta(seconds=5)
    assert paces.held_back(asking, now) == {0, 1, 2}
    well = failing(30, 50, 40)
    well[2][0].failures = 0
    assert paces.held_back(well, now) == set()


def test_a_cloud_that_hangs_is_busy_with_us_for_less_than_a_third_of_the_time():
    """Five types, each of which waits for 30 s in vain: over ten minutes."""
    states, busy, clock = failing(*[1000] * 5, took=30), 0.0, timezone.now()
    end, free = clock + timedelta(minutes=10), clock
    while clock < end:
        held = paces.held_back(states, clock)
        for state, source in states:
            if state.pk not in held and clock >= free and paces.due(state, source, clock):
                free = clock + timedelta(seconds=30)
                state.failed_at, state.failures, busy = free, state.failures + 1, busy + 30
        clock += timedelta(seconds=1)
    assert 60 <= busy <= 0.3 * 600


@pytest.mark.parametrize(
    ("state", "position", "wanted"),
    [
        ({}, {}, 10_000),
        ({"full_took": 20}, {}, 10_000),
        ({"full_took": 100}, {}, 2_000),
        ({"full_took": 100, "index_took": 50}, {}, 4_000),
        # How it goes this time counts more.
        ({"full_took": 100, "index_took": 50}, {"read": 1_000, "seconds": 4}, 2_500),
        ({"full_took": 5_000}, {}, 250),
        ({"index_took": 50}, {"most_ids": 1_000}, 1_000),
        ({"index_took": 50}, {"most_ids": 1}, 250),
    ],
)
def test_as_many_ids_are_asked_for_as_come_in_time(state, position, wanted):
    position = positions.Position(timezone.now(), 20_000, "index", **position)
    assert positions.ids_a_page(SyncState(**state), position, 10_000) == wanted


def test_a_cloud_that_is_too_slow_for_all_ids_is_asked_for_fewer(cluster, cloud, monkeypatch):
    monkeypatch.setattr(positions, "LEAST_IDS", 1)
    answer = cloud.get

    def slow(path, params=None, microversion=None):
        if path == "/ids" and params["limit"] > 3:
            raise CloudError("timeout", cluster="east")
        return answer(path, params)

    cloud.get = slow
    cloud.rename("s030", "new name")
    with pytest.raises(CloudError):
        compare(cluster)
    state = compare(cluster)
    assert known() == of(cloud) and state.index_pages == 18 and not state.error_code
    assert state.position is None
