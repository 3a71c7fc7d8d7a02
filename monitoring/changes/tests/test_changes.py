"""What the inventory wrote, seen as changes: with before and after, by whom, kept for a while."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tokens.making import make
from audit.acting import SYSTEM
from audit.models import Event
from clusters import access, inventory
from clusters.access import VIEW
from compute.hypervisors.models import Hypervisor
from compute.servers.models import Server
from identity.projects.models import Project
from monitoring.changes.models import Change
from monitoring.changes.recording import _finished
from monitoring.changes.retention import clear
from networking.ports.models import Port
from opsys.kit.declare.action import Operation, Outcome, Status
from tests.factories import make_cluster, make_state

API = "/api/v1/monitoring/changes/"


@pytest.fixture
def east(cluster):
    """Read completely once."""
    for resource in ("compute.server", "compute.hypervisor", "networking.port"):
        make_state(cluster, resource, full_at=timezone.now())
    return cluster


def row(cloud_id="one", **fields):
    return {"cloud_id": cloud_id, "name": cloud_id, "status": "ACTIVE", "data": {}, **fields}


def store(cluster, *rows, model=Server):
    return inventory.store(model, cluster, rows, seen_at=timezone.now())


def vanish(cluster, model=Server):
    now = timezone.now()
    inventory.mark_missing_gone(model, cluster, inventory.missing(model, cluster, before=now), before=now)


def feed() -> list[tuple]:
    return [(one.cloud_id, one.kind, one.columns) for one in Change.objects.order_by("pk")]


def note(cluster, cloud_id: str, **fields) -> Event:
    values = {"action": "compute.server.stop", "phase": "started", "username": "olga", "via": "ui", **fields}
    return Event.objects.create(cluster=cluster, resource="compute.server", cloud_id=cloud_id, **values)


def test_what_a_first_reading_finds_did_not_appear_then(cluster):
    make_state(cluster, "compute.server")
    store(cluster, row())
    assert feed() == []


def test_appeared_changed_vanished(east):
    store(east, row(status="BUILD"))
    store(east, row(status="ACTIVE", host="node-1", data={"more": 1}))
    store(east, row(status="ACTIVE", host="node-1", data={"more": 2}))
    store(east, row(status="ACTIVE", host="node-1", data={"more": 2}))
    vanish(east)
    vanish(east)
    assert feed() == [
        ("one", "appeared", {"name": [None, "one"], "status": [None, "BUILD"]}),
        ("one", "changed", {"status": ["BUILD", "ACTIVE"], "host": ["", "node-1"]}),
        ("one", "vanished", {}),
    ]
    first, second, third = Change.objects.order_by("pk")
    assert (first.since, second.cluster, second.resource) == (None, east, "compute.server")
    assert first.at < second.at and second.since < second.at and second.since <= third.since


@pytest.mark.parametrize("way", ["row", "pass", "one"])
def test_each_way_to_vanish_and_to_come_back(east, way):
    store(east, row())
    if way == "row":
        store(east, row(gone=True))
    elif way == "pass":
        vanish(east)
    else:
        inventory.mark_gone(Server.objects.get())
    store(east, row())
    assert [kind for _id, kind, _columns in feed()] == ["appeared", "vanished", "appeared"]


def test_what_counts_by_itself_is_no_change(east):
    store(east, row(vcpus_used=1), model=Hypervisor)
    store(east, row(vcpus_used=2), model=Hypervisor)
    assert [kind for _id, kind, _columns in feed()] == ["appeared"]


def test_two_who_see_one_change_write_it_once(east):
    store(east, row())
    old = Server.objects.get()
    store(east, row(status="ERROR"))
    Server.objects.filter(pk=old.pk).update(status="ACTIVE", digest=old.digest, synced_at=old.synced_at)
    store(east, row(status="ERROR"))
    assert [kind for _id, kind, _columns in feed()] == ["appeared", "changed"]


def test_through_us_and_from_outside(east):
    store(east, row(), row("two"), row("three"))
    ours = note(east, "one")
    old = note(east, "two")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET at = %s WHERE id = %s", [timezone.now() - timedelta(hours=1), old.pk])
    store(east, row(status="SHUTOFF"), row("two", status="SHUTOFF"), row("three", status="ERROR"))
    found = {one.cloud_id: (one.operation, one.username, one.via) for one in Change.objects.filter(kind="changed")}
    assert found == {"one": (ours.operation, "olga", "ui"), "two": (None, "", ""), "three": (None, "", "")}


def test_what_goes_with_a_resource_of_ours_is_ours(east):
    store(east, row("port-1", device_id="one"), model=Port)
    ours = note(east, "one", action="compute.server.delete")
    store(east, row("port-1", device_id="one", gone=True), model=Port)
    assert Change.objects.get(kind="vanished").operation == ours.operation


def test_what_was_made_is_ours_once_its_id_is_known(east, make_user):
    store(east, row("new"))
    olga = make_user("olga")
    operation = Operation(
        user=olga,
        via="api",
        client="",
        resource="compute.server",
        action="create",
        label="",
        cluster=east,
        cloud_id="",
        name="new",
        params={},
    )
    outcome = Outcome(Status.DONE, "new", cloud_id="new", cluster="east", seconds=3, sent=True)
    _finished(None, operation, outcome)
    change = Change.objects.get()
    assert (change.operation, change.action, change.username) == (operation.id, "compute.server.create", "olga")


def test_what_it_costs(east):
    """Nothing where nothing differs, and a fixed number of queries a page otherwise."""

    def queries(*rows) -> int:
        with CaptureQueriesContext(connection) as captured:
            store(east, *rows)
        return len([one for one in captured if "monitoring_change" in one["sql"] or "audit_event" in one["sql"]])

    many = [row(f"id-{number}") for number in range(40)]
    assert queries(*many) == 2
    assert queries(*many) == 0
    assert queries(*[{**one, "status": "ERROR"} for one in many]) == 2


def test_the_feed_shows_what_one_may_see(client, east, make_user):
    west = make_cluster("west")
    make_state(west, full_at=timezone.now())
    for cluster in (east, west):
        store(cluster, row(f"of-{cluster}", project_id="p1"))
        store(cluster, row(f"of-{cluster}", project_id="p1", status="ERROR"))
    note(east, "of-east")
    store(east, row("of-east", project_id="p1", status="SHUTOFF"))
    client.force_login(make_user("vera", {east: [VIEW]}))

    def shown(query="") -> list[tuple]:
        page = client.get(f"/monitoring/changes/{query}")
        told = client.get(f"{API}{query}").json()
        results = told.get("results", [])
        assert [row["id"] for row in page.context["changes"]] == [row["id"] for row in results]
        return [(one["name"], one["kind"], one["source"]) for one in results]

    ours, changed, appeared = (
        ("of-east", "changed", "ours"),
        ("of-east", "changed", "outside"),
        ("of-east", "appeared", "outside"),
    )
    assert shown() == [ours, changed, appeared]
    assert shown("?source=ours") == [ours]
    assert shown("?source=outside&kind=changed") == [changed]
    assert shown("?type=compute.server&q=of-e&project=p1&user=olga") == [ours]
    assert shown("?project=other") == shown("?type=storage.volume") == shown("?q=west") == []
    assert client.get("/monitoring/changes/?cluster=west").status_code == 404
    assert client.get(f"{API}?kind=nonsense").status_code == 400
    content = client.get("/monitoring/changes/").content.decode()
    assert "<del>ERROR</del> → <ins>SHUTOFF</ins>" in content and "olga" in content


def test_a_platform_admins_token_for_a_cluster_shows_no_others(client, east, platform_admin):
    west = make_cluster("west")
    make_state(west, "compute.server", full_at=timezone.now())
    for cluster in (east, west):
        store(cluster, row(f"of-{cluster}"))
    assert Change.objects.count() == 2
    _row, token = make(platform_admin, actor=SYSTEM, name="script", scope="operate", clusters=[east], days=1)
    told = client.get(API, headers={"Authorization": f"Token {token}"}).json()
    assert [one["name"] for one in told["results"]] == ["of-east"]
    access.limit(platform_admin, access.Limits(access.READ_AND_OPERATE, frozenset({east.pk})))
    assert [one.name for one in Change.objects.visible_to(platform_admin)] == ["of-east"]


def test_on_the_page_of_a_resource(client, east, make_user):
    store(east, row())
    store(east, row(status="ERROR", name="<b>renamed</b>"))
    client.force_login(make_user("vera", {east: [VIEW]}))
    page = client.get("/compute/servers/east/one/panel/changes/").content.decode()
    assert "<del>ACTIVE</del> → <ins>ERROR</ins>" in page and "&lt;b&gt;renamed" in page and "<b>renamed" not in page
    pk = Server.objects.get().pk
    told = client.get(f"/api/v1/compute/servers/{pk}/panels/changes/").json()
    assert [one["kind"] for one in told["changes"]] == ["changed", "appeared"]
    assert json.dumps(told)


def test_as_many_queries_for_a_full_page_as_for_one_line(client, east, make_user):
    client.force_login(make_user("vera", {east: [VIEW]}))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/monitoring/changes/")
        return len(captured)

    note(east, "one")
    store(east, row(project_id="p"))
    queries()
    one = queries()
    for number in range(30):
        note(east, f"id-{number}", operation=uuid.uuid4())
    store(east, *[row(f"id-{number}", project_id=f"p{number}") for number in range(30)])
    assert queries() == one


def test_kept_so_many_days_and_so_many_rows(east, settings):
    settings.CHANGE_KEEP_DAYS, settings.CHANGE_MOST = 30, 5
    store(east, *[row(f"id-{number}") for number in range(9)])
    newest = list(Change.objects.order_by("pk").values_list("pk", flat=True))
    Change.objects.filter(pk=newest[-1]).update(at=timezone.now() - timedelta(days=31))
    assert clear() == 4
    assert list(Change.objects.order_by("pk").values_list("pk", flat=True)) == newest[3:8]


def test_a_project_is_named_only_where_one_of_a_cluster_is_called_so(client, east, make_user):
    seen = {"synced_at": timezone.now(), "digest": ""}
    for cloud_id in ("p1", "p2"):
        store(east, row(f"of-{cloud_id}", project_id=cloud_id))
    Project.objects.create(cluster=east, cloud_id="p1", name="ci", domain="Default", **seen)
    client.force_login(make_user("olga", {east: ["view_cluster"]}))

    def names(query):
        return [one["name"] for one in client.get(f"{API}{query}").json()["results"]]

    assert names("?project=ci") == names("?project=p1") == ["of-p1"]
    Project.objects.create(cluster=east, cloud_id="p2", name="ci", domain="customers", **seen)
    assert names("?project=p2") == ["of-p2"]
    answer = client.get(f"{API}?project=ci")
    assert answer.status_code == 400 and "domain customers, cluster east, ID p2" in answer.content.decode()
    page = client.get("/monitoring/changes/?project=ci").content.decode()
    assert "of-p1" not in page and "ID p2" in page
