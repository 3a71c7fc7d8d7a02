"""The list page: what it finds, how it sorts and pages, and which clusters it is about."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.access import VIEW
from clusters.models import ClusterGroup
from compute.servers.models import Server
from opsys.kit.lists import paging
from tests.factories import make_server, make_state

URL = "/compute/servers/"


def names(client, query=""):
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    return [row.name for row in response.context["page"].rows]


ADDRESSES = [{"network": "tenant", "address": "10.0.0.7", "type": "fixed", "mac": "fa:16:3e:00:00:07"}]


@pytest.fixture
def fleet(cluster):
    return [
        make_server(cluster, name="web-1", cloud_id="id-web-1", host="cmp-1", status="ACTIVE"),
        make_server(cluster, name="web-2", cloud_id="id-web-2", host="cmp-2", status="SHUTOFF", addresses=ADDRESSES),
        make_server(cluster, name="db-1", cloud_id="id-db-1", host="cmp-1", status="ERROR", flavor="m1.large"),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["db-1", "web-1", "web-2"]),
        ("q=WEB", ["web-1", "web-2"]),
        ("q=id-db-1", ["db-1"]),
        ("q=id-db", ["db-1"]),
        ("q=10.0.0.7", ["web-2"]),
        ("q=FA:16:3e:00:00:07", ["web-2"]),
        ("q=fixed", []),
        ("q=%25", []),
        ("q=_eb-1", []),
        ("status=ACTIVE", ["web-1"]),
        ("status=ACTIVE&status=ERROR", ["db-1", "web-1"]),
        ("host=cmp-1&status=ACTIVE", ["web-1"]),
        ("host=cmp", []),
        ("flavor=m1.large", ["db-1"]),
        ("unknown=1", ["db-1", "web-1", "web-2"]),
    ],
)
def test_search_and_filters(as_viewer, fleet, query, found):
    assert names(as_viewer, query) == found


def test_an_unusable_filter_finds_nothing_and_says_so(as_viewer, fleet):
    response = as_viewer.get(URL, {"status": "SINGING"})
    assert response.context["page"].rows == []
    assert "SINGING" in response.content.decode()
    assert as_viewer.get(f"{URL}count/", {"status": "SINGING"}).context["count"]["value"] == 0


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("name", ["db-1", "web-1", "web-2"]),
        ("-name", ["web-2", "web-1", "db-1"]),
        ("host", ["web-1", "db-1", "web-2"]),
        ("-host", ["web-2", "db-1", "web-1"]),
        ("cluster", ["web-1", "web-2", "db-1"]),
        ("addresses", ["db-1", "web-1", "web-2"]),
        ("password", ["db-1", "web-1", "web-2"]),
        ("-", ["db-1", "web-1", "web-2"]),
        ("name,cluster__credential__secret", ["db-1", "web-1", "web-2"]),
    ],
)
def test_sorting_and_what_cannot_be_sorted_by(as_viewer, fleet, sort, found):
    assert names(as_viewer, f"sort={sort}") == found


@pytest.mark.parametrize("sort", ["name", "-name", "status", "-created"])
def test_equal_rows_keep_their_places_between_pages(as_viewer, cluster, sort):
    for number in range(45):
        make_server(cluster, name="same", cloud_id=f"id-{number:02}")
    seen = []
    for page in (1, 2, 3):
        response = as_viewer.get(URL, {"sort": sort, "per_page": 20, "page": page})
        seen += [row.cloud_id for row in response.context["page"].rows]
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("nonsense", ["0", "-3", "x", "1e9", "", "9" * 30, "1.5", "²"])
def test_a_nonsensical_page_or_size_is_the_usual_one(as_viewer, fleet, nonsense):
    page = as_viewer.get(URL, {"per_page": nonsense}).context["page"]
    assert (page.per_page, page.number, len(page.rows)) == (50, 1, 3)
    page = as_viewer.get(URL, {"page": nonsense}).context["page"]
    assert page.number == 1 or page.rows == []


def test_pages_link_to_each_other_and_keep_the_query(as_viewer, cluster):
    for number in range(41):
        make_server(cluster, name=f"s-{number:02}")
    page = as_viewer.get(URL, {"q": "s-", "per_page": 20, "page": 2}).context["page"]
    assert (page.start, page.end) == (21, 40)
    assert "page=3" in page.next_url and "q=s-" in page.next_url and "page=1" in page.previous_url
    last = as_viewer.get(page.next_url).context["page"]
    assert (len(last.rows), last.next_url) == (1, None)


def test_counting_stops_at_the_limit_and_the_exact_number_is_asked_for(as_viewer, fleet, monkeypatch):
    monkeypatch.setattr(paging, "COUNT_LIMIT", 2)
    monkeypatch.setattr(paging.few_of, "__defaults__", (2,))
    response = as_viewer.get(URL, {"q": "-"})
    assert (response.context["count"].value, response.context["count"].exact) == (2, False)
    address = response.context["count_url"]
    assert "q=-" in address
    assert as_viewer.get(address).context["count"] == {"value": 3, "exact": True}


@pytest.mark.parametrize("sort", ["cluster", "-cluster"])
def test_many_rows_by_cluster_are_the_same_whether_a_page_is_within_the_first_one_or_beyond(
    client, make_user, cluster, other_cluster, monkeypatch, sort
):
    for number in range(50):
        make_server(cluster if number % 2 else other_cluster, name=f"s-{number:02}")
    client.force_login(make_user("both", {cluster: [VIEW], other_cluster: [VIEW]}))

    def pages() -> list[tuple[str, int]]:
        found = []
        for number in (1, 2, 3):
            response = client.get(URL, {"sort": sort, "per_page": 20, "page": number})
            found += [(row.cluster.name, row.pk) for row in response.context["page"].rows]
        return found

    few = pages()
    monkeypatch.setattr(paging.few_of, "__defaults__", (2,))
    assert pages() == few == sorted(few, reverse=sort == "-cluster")
    assert len(few) == 50


def test_what_is_gone_is_not_listed(as_viewer, fleet):
    Server.objects.filter(name="db-1").update(gone_at=timezone.now())
    assert names(as_viewer) == ["web-1", "web-2"]


class TestScope:
    @pytest.fixture
    def both(self, client, make_user, cluster, other_cluster):
        cluster.group = ClusterGroup.objects.create(name="shore")
        cluster.save()
        make_server(cluster, name="e")
        make_server(other_cluster, name="w")
        client.force_login(make_user("both", {cluster: [VIEW], other_cluster: [VIEW]}))
        return client

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["e", "w"]),
            ("cluster=east", ["e"]),
            ("cluster=east&cluster=west", ["e", "w"]),
            ("cluster=", ["e", "w"]),
            ("group=shore", ["e"]),
            ("group=shore&cluster=east", ["e"]),
        ],
    )
    def test_it_stands_in_the_address(self, both, query, found):
        assert names(both, query) == found

    @pytest.mark.parametrize(
        "query",
        ["cluster=north", "cluster=east&cluster=north", "group=sea", "group=shore&cluster=west", "cluster=EAST"],
    )
    @pytest.mark.parametrize("door", ["", "count/", "freshness/"])
    def test_an_unknown_one_is_not_found(self, both, door, query):
        assert both.get(f"{URL}{door}?{query}").status_code == 404

    def test_freshness_is_of_the_chosen_clusters(self, both, cluster, other_cluster):
        make_state(cluster, synced_at=timezone.now())
        make_state(other_cluster, error="It burns.", error_code="timeout")
        assert "It burns." in both.get(URL).content.decode()
        assert "It burns." not in both.get(f"{URL}?cluster=east").content.decode()


class TestFreshness:
    def version(self, client):
        return client.get(f"{URL}freshness/").context["freshness_url"].partition("version=")[2].partition("&")[0]

    def test_the_page_is_told_when_rows_changed(self, as_viewer, cluster):
        state = make_state(cluster, synced_at=timezone.now(), changed_at=timezone.now())
        now = self.version(as_viewer)
        assert "HX-Trigger" not in as_viewer.get(f"{URL}freshness/", {"version": now})
        state.changed_at += timedelta(seconds=1)
        state.save()
        assert as_viewer.get(f"{URL}freshness/", {"version": now})["HX-Trigger"] == "rows-changed"

    @pytest.mark.parametrize(
        ("position", "seconds", "text"),
        [
            ({"read": 12000, "about": 20000}, 30, "12,000 of about 20,000 read"),
            ({"read": 12000, "about": 11000}, 30, "12,000 read so far"),
            ({"read": 500, "about": 900}, 3, ""),
        ],
    )
    @pytest.mark.parametrize("synced", [True, False])
    def test_a_long_reading_shows_how_far_it_is(self, as_viewer, cluster, position, seconds, text, synced):
        now = timezone.now()
        began = (now - timedelta(seconds=seconds)).isoformat()
        old = now - timedelta(hours=3) if synced else None  # a long one is nothing wrong
        make_state(cluster, synced_at=old, position={"began": began, "at": now.isoformat(), **position})
        page = as_viewer.get(URL)
        assert ("read so far" in page.content.decode() or "of about" in page.content.decode()) == bool(text)
        assert text in page.content.decode()
        (found,) = page.context["chips"].wrong + page.context["chips"].right
        assert found.state == ("never" if not synced else "ok" if text else "stale")
        (told,) = as_viewer.get("/api/v1/compute/servers/").json()["clusters"]
        assert bool(told["progress"]) == bool(text)

    @pytest.mark.parametrize(
        ("fields", "state"),
        [
            ({}, "never"),
            ({"synced_at": timedelta(seconds=5)}, "ok"),
            ({"synced_at": timedelta(minutes=10)}, "stale"),
            ({"synced_at": timedelta(minutes=10), "error_code": "timeout"}, "error"),
            ({"error_code": "timeout"}, "error"),
            ({"error_code": "no_service"}, "ok"),
        ],
    )
    def test_the_state_of_a_cluster(self, as_viewer, cluster, fields, state):
        if "synced_at" in fields:
            fields = {**fields, "synced_at": timezone.now() - fields["synced_at"]}
        make_state(cluster, error="The reason." if "error_code" in fields else "", **fields)
        chips = as_viewer.get(URL).context["chips"]
        (found,) = chips.wrong + chips.right
        assert (state == "ok") == (found in chips.right)
        assert (found.state, found.reason) == (state, "The reason." if "error_code" in fields else "")

    def test_age_is_judged_by_the_pace_of_the_type(self, as_viewer, cluster):
        """Key pairs are read every five minutes: what would be old of servers is fresh of them."""
        for resource in ("compute.server", "compute.keypair"):
            make_state(cluster, resource, synced_at=timezone.now() - timedelta(minutes=8))
        chips = {address: as_viewer.get(address).context["chips"] for address in (URL, "/compute/keypairs/")}
        assert [chip.state for chip in chips[URL].wrong] == ["stale"]
        assert not chips["/compute/keypairs/"].wrong
