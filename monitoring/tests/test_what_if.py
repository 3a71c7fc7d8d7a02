"""What if a host is gone, or so many servers come: who is hit, and do the others carry them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusters.access import VIEW
from compute.flavors.models import Flavor
from compute.hypervisors.models import Hypervisor
from monitoring.forecast.fitting import Needs, Room, place
from monitoring.tests.test_home import make
from tests.factories import make_cluster, make_server

sizes = st.integers(0, 40)
some_needs = st.lists(st.builds(Needs, sizes, sizes, sizes), max_size=15)
some_rooms = st.lists(st.tuples(sizes, sizes, sizes), max_size=5)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some_needs, some_rooms)
def test_no_host_is_given_more_than_it_has_and_what_fits_nowhere_really_does_not(wanted, free):
    rooms = [Room(f"h{number}", "", *sizes) for number, sizes in enumerate(free)]
    placed = place([(needs, "") for needs in wanted], rooms)
    for number, whole in enumerate(free):
        there = [needs for needs, host in zip(wanted, placed, strict=True) if host == f"h{number}"]
        for kind, limit in zip(("vcpus", "memory", "disk"), whole, strict=True):
            assert sum(getattr(needs, kind) for needs in there) <= limit
    for needs, host in zip(wanted, placed, strict=True):
        if not host:
            assert not any(room.takes(needs, "") for room in rooms)


def test_a_server_stays_in_its_zone_and_an_unknown_figure_limits_nothing():
    rooms = [Room("a1", "a", 1, 9, None), Room("b1", "b", 9, 9, 0)]
    assert place([(Needs(1, 1, 50), "a"), (Needs(1, 1, 0), "a"), (Needs(1, 1, 1), "b")], rooms) == ["a1", "", ""]


@pytest.fixture
def east(client, make_user, db):
    cluster = make_cluster("east")
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for name, used, state in (("cmp1", 8, "up"), ("cmp2", 4, "up"), ("cmp3", 0, "down")):
        make(Hypervisor, cluster, name, host=name, status="enabled", state=state, vcpus_used=used, vcpus_total=8,
             memory_used=1024 * used, memory_total=8192)  # fmt: skip
    make(Flavor, cluster, "f", name="m1.small", vcpus=1, ram=1024)
    for number in range(4):
        size = {"vcpus": 2, "ram": 2048, "disk": 0}
        make_server(cluster, name=f"s{number}", host="cmp1", project_id="p1", data={"flavor": size})
    return cluster


def asked(client, query):
    answer = client.get(f"/api/v1/monitoring/what-if/?{query}")
    assert answer.status_code == 200
    return [(row["name"], row["to"]) for row in answer.json()["results"]]


def test_a_host_that_is_gone(client, east):
    assert asked(client, "host=cmp1") == [("s2", ""), ("s3", ""), ("s0", "cmp2"), ("s1", "cmp2")]
    page = client.get("/monitoring/what-if/?host=cmp1").content.decode()
    assert "fits nowhere" in page and "p1" in page
    assert asked(client, "host=nowhere") == [] and asked(client, "") == []


def test_new_servers_of_a_flavor(client, east):
    found = asked(client, "flavor=m1.small&count=6")
    assert [to for _name, to in found] == ["", "", "cmp2", "cmp2", "cmp2", "cmp2"]
    assert client.get("/api/v1/monitoring/what-if/?flavor=m1.small&count=0").status_code == 400


def test_what_one_may_not_see_is_not_told(client, east):
    west = make_cluster("west")
    make_server(west, host="cmp9")
    assert asked(client, "host=cmp9") == []
