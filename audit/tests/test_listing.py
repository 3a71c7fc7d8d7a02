from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Grant
from audit import listing
from audit.models import Event

PAGE, API = "/audit/", "/api/v1/audit/events/"


@pytest.fixture
def events(make_user, make_cluster):
    """Five events, oldest first; `ada` sees north alone."""
    north, south = make_cluster("north"), make_cluster("south")
    ada, bob = make_user("ada"), make_user("bob")
    Grant.objects.create(user=ada, role="viewer", cluster=north)
    facts = [
        ("one", bob, north, "compute.server.stop", "done"),
        ("two", bob, north, "compute.server.delete", "failed"),
        ("three", bob, south, "compute.server.stop", "done"),
        ("four", ada, north, "storage.volume.delete", "refused"),
        ("five", bob, None, "auth.login", "done"),
    ]
    for age, (name, user, cluster, action, phase) in enumerate(facts):
        event = Event.objects.create(
            via="ui",
            name=name,
            user=user,
            username=user.username,
            cluster=cluster,
            cluster_name=cluster.name if cluster else "",
            action=action,
            phase=phase,
            cloud_id=f"id-{name}",
            params={"n": 1},
        )
        Event._base_manager.filter(pk=event.pk).update(at=timezone.now() - timedelta(days=10 - age))
    Event._base_manager.filter(params={}).update(name="noise")
    return ada


@pytest.fixture
def ada(client, events):
    client.force_login(events)
    return client


@pytest.fixture
def root(client, events, make_user):
    client.force_login(make_user("root", is_superuser=True))
    return client


def names(response) -> list[str]:
    return [row.name for row in response.context["table"].data if row.cloud_id]


def test_newest_first_and_only_what_one_may_see(ada):
    response = ada.get(PAGE)
    assert names(response) == ["four", "two", "one"]
    assert "three" not in response.content.decode()


def test_a_platform_admin_sees_all(root):
    assert names(root.get(PAGE)) == ["five", "four", "three", "two", "one"]


@pytest.mark.parametrize(
    "query, found",
    [
        ("user=ada", ["four"]),
        ("user=ADA", ["four"]),
        ("action=server", ["three", "two", "one"]),
        ("phase=failed", ["two"]),
        ("phase=failed&phase=refused", ["four", "two"]),
        ("cluster=south", ["three"]),
        ("cluster=south&cluster=north", ["four", "three", "two", "one"]),
        ("q=thr", ["three"]),
        ("q=id-two", ["two"]),
        ("q=id-tw", []),
        ("q=volume", ["four"]),
        ("phase=nonsense", []),
        ("cluster=nonsense", []),
        ("since=yesterday", []),
    ],
)
def test_filters(root, query, found):
    assert names(root.get(f"{PAGE}?{query}")) == found


@pytest.mark.parametrize(
    "query, found",
    [("client=192.0.2.7", ["x"]), ("resource=a.b", ["x"]), ("error_code=busy", ["x"]), ("client=192", [])],
)
def test_fields_that_are_asked_for_as_a_whole(root, query, found):
    Event.objects.create(
        via="ui", action="a.b.c", name="x", client="192.0.2.7", resource="a.b", error_code="busy", cloud_id="i"
    )
    assert names(root.get(f"{PAGE}?{query}")) == found


def test_the_middle_of_a_name_is_looked_for_in_the_newest_events(root, monkeypatch):
    assert names(root.get(f"{PAGE}?q=hre")) == ["three"]
    monkeypatch.setattr(listing, "NEWEST", 1)
    assert names(root.get(f"{PAGE}?q=hre")) == []
    assert names(root.get(f"{PAGE}?q=thr")) == ["three"]


@pytest.mark.parametrize("text", ["t", "o", "server", "ada", "nor", "nowhere"])
def test_what_is_found_often_is_the_same(root, monkeypatch, text):
    found = names(root.get(f"{PAGE}?q={text}"))
    assert bool(found) == (text != "nowhere")
    monkeypatch.setattr(listing, "MOST_BY_ID", 0)
    assert names(root.get(f"{PAGE}?q={text}")) == found


def test_beyond_the_most_it_is_not_counted(root, monkeypatch):
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    told = root.get("/audit/count/").content.decode()
    assert "of 3+" in told and "hx-get" not in told, "and not asked for again"


@pytest.mark.parametrize("column", ["cloud_id", "request_id", "global_request_id", "operation"])
def test_an_identifier_is_looked_up(root, column):
    number = "6d1e4b1c-3f0a-4c55-9d5c-0123456789ab"
    text = f"req-{number}" if "request" in column else number
    Event.objects.create(via="ui", action="a.b.c", name="wanted", **{column: text})
    Event.objects.create(via="ui", action="a.b.c", name="other", reason=f"not {text}")
    answer = root.get(API, {"q": text}).json()
    assert [event["name"] for event in answer["results"]] == ["wanted"]


def test_from_and_to(root):
    moment = (timezone.now() - timedelta(days=8.5)).strftime("%Y-%m-%dT%H:%M")
    assert names(root.get(f"{PAGE}?since={moment}")) == ["five", "four", "three"]
    assert names(root.get(f"{PAGE}?until={moment}")) == ["two", "one"]


def test_a_cluster_one_may_not_see_is_as_unknown_as_any(ada):
    response = ada.get(f"{PAGE}?cluster=south")
    assert names(response) == []
    assert "cluster" in response.context["filter"].form.errors


def test_pages(root):
    for number in range(60):
        Event.objects.create(via="ui", action="many", name=str(number))
    first = root.get(f"{PAGE}?action=many")
    assert len(first.context["page"].rows) == 50
    assert (first.context["count"].value, first.context["count"].exact) == (60, True)
    second = root.get(first.context["page"].next_url)
    assert [row.name for row in second.context["page"].rows] == [str(number) for number in range(9, -1, -1)]
    assert b"60" in root.get("/audit/count/?action=many").content


def test_a_fragment_is_the_region_alone(root):
    content = root.get(PAGE, headers={"HX-Request": "true", "HX-Target": "region"}).content
    assert b'id="region"' in content
    assert b"<html" not in content


@pytest.mark.parametrize("path", [PAGE, API])
def test_it_takes_as_many_queries_for_many_rows(ada, events, path):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ada.get(path).status_code == 200
        return len(captured)

    queries()  # what is only done once
    few = queries()
    for number in range(40):
        Event.objects.create(via="ui", action="a", name=str(number), user=events, username="ada")
    assert queries() == few
    assert few <= 12


def test_a_table_cell_is_text_whatever_was_written(root):
    Event.objects.create(via="ui", action="a", name="<script>alert(1)</script>", reason="<b>")
    content = root.get(PAGE).content.decode()
    assert "<script>alert(1)" not in content
    assert "&lt;script&gt;alert(1)" in content


class TestApi:
    def test_the_same_events_and_filters(self, ada):
        found = ada.get(f"{API}?action=server").json()["results"]
        assert [event["name"] for event in found] == ["two", "one"]
        assert found[0]["cluster"] == "north"
        assert found[0]["user"] == "bob"
        assert found[0]["params"] == {"n": 1}

    def test_pages_by_cursor(self, root):
        first = root.get(f"{API}?per_page=2&action=.").json()
        second = root.get(first["next"]).json()
        assert [event["name"] for event in (*first["results"], *second["results"])][-1] != ""
        assert {e["id"] for e in first["results"]}.isdisjoint(e["id"] for e in second["results"])
        assert len(first["results"]) == len(second["results"]) == 2

    @pytest.mark.parametrize("query", ["phase=nonsense", "cluster=south", "since=yesterday"])
    def test_a_wrong_filter_is_an_error(self, ada, query):
        response = ada.get(f"{API}?{query}")
        assert response.status_code == 400
        assert response.json()["code"] == "invalid"

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_it_only_reads(self, root, method):
        assert getattr(root, method)(API).status_code == 405

    def test_it_is_closed(self, client, db):
        assert client.get(API).status_code == 401
