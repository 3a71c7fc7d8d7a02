"""Schedules over REST obey the console's rules, in the same words."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from audit.models import Event
from clusters.access import OPERATE, VIEW
from jobs.models import Job, Schedule
from tests.factories import make_server

URL = "/api/v1/jobs/schedules/"
GOOD = {
    "name": "evenings",
    "action": "stop",
    "query": "cluster=east&q=dev-",
    "cron": "0 19 * * 1-5",
    "time_zone": "Europe/Berlin",
}


@pytest.fixture
def operator(make_user, cluster):
    return make_user("olga", {cluster: [VIEW, OPERATE]})


@pytest.fixture
def api(client, operator):
    client.force_login(operator)
    return client


@pytest.fixture
def evenings(api):
    return Schedule.objects.get(pk=send(api.post, URL, GOOD).json()["id"])


def send(method, address, body=None):
    return method(address, body if body is not None else {}, content_type="application/json")


def of(schedule, door=""):
    return reverse(f"api-schedule{door}", args=[schedule.pk])


def test_it_is_written_down_listed_and_read(api, operator):
    answer = send(api.post, URL, GOOD)
    assert answer.status_code == 201, answer.json()
    said = answer.json()
    assert {**said, **GOOD} == said
    assert (said["owner"], said["kind"], said["resource"], said["enabled"]) == (
        "olga",
        "power",
        "compute.server",
        True,
    )
    assert said["next_due_at"]
    assert api.get(URL).json()["results"] == [said]
    assert api.get(f"{URL}{said['id']}/").json() == said
    event = Event.objects.get(action="jobs.schedule.add")
    assert (event.user, event.via, event.name) == (operator, "api", "evenings")


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({"cron": "x"}, "cron", "Write five fields: minute, hour, day of the month, month, day of the week."),
        ({"query": ""}, "query", "This field is required."),
        ({"query": "statsu=1"}, "query", "The list of servers has no filter “statsu”."),
        ({"query": "cluster=west"}, "query", "A cluster or group named there does not exist, or may not be seen."),
        ({"action": "delete"}, "action", "Select a valid choice. delete is not one of the available choices."),
        ({"owner": 1}, "owner", "There is no such field."),
        ({"days": 3}, "days", "There is no such field."),
        ({"kind": "audit-retention"}, "kind", "There are no such schedules, or you may not use them."),
        ({"kind": ["power"]}, "kind", "There are no such schedules, or you may not use them."),
        ({"resource": "storage.teapot"}, "kind", "There are no such schedules, or you may not use them."),
        ({"resource": None}, "kind", "There are no such schedules, or you may not use them."),
    ],
)
def test_what_cannot_be_is_refused_in_the_consoles_words(api, other_cluster, given, field, reason):
    answer = send(api.post, URL, {**GOOD, **given})
    assert (answer.status_code, answer.json()["detail"]) == (400, {field: [reason]})
    assert not Schedule.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"x"', "{"])
def test_what_is_no_object_is_refused(api, body):
    assert api.post(URL, body, content_type="application/json").status_code == 400


def test_nobody_schedules_what_they_may_not_do(client, make_user, cluster):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    lacking = "You do not have the “operate” permission on cluster east."
    assert send(client.post, URL, GOOD).json()["detail"] == {"query": [lacking]}


def test_a_change_leaves_alone_what_it_does_not_name(api, evenings):
    answer = send(api.patch, of(evenings), {"cron": "0 20 * * *"})
    assert (answer.status_code, answer.json()) == (200, {**api.get(of(evenings)).json(), **GOOD, "cron": "0 20 * * *"})
    assert Event.objects.get(action="jobs.schedule.change").params == {
        "changes": {"cron": ["0 19 * * 1-5", "0 20 * * *"]}
    }
    assert send(api.patch, of(evenings), {"cron": "never"}).status_code == 400
    assert send(api.patch, of(evenings), {"kind": "snapshot"}).json()["detail"].keys() == {"kind"}


@time_machine.travel(datetime(2026, 3, 28, 12, 0, tzinfo=UTC), tick=False)
def test_it_is_switched_run_and_deleted(api, evenings, cluster):
    make_server(cluster, name="dev-1")
    off = send(api.post, of(evenings, "-switch"), {"enabled": False}).json()
    assert (off["enabled"], off["next_due_at"]) == (False, None)
    assert send(api.post, of(evenings, "-switch")).status_code == 400
    run = send(api.post, of(evenings, "-run"))
    assert (run.status_code, run.json()["state"], run.json()["job"]) == (200, "started", Job.objects.get().pk)
    assert send(api.post, of(evenings, "-run")).status_code == 409
    assert api.get(of(evenings, "-runs")).json()["results"] == [run.json()]
    assert api.delete(of(evenings)).status_code == 204
    assert api.get(of(evenings)).status_code == 404
    verbs = Event.objects.filter(resource="jobs.schedule").order_by("pk").values_list("action", "via")
    assert [(action.split(".")[-1], via) for action, via in verbs] == [
        ("add", "api"),
        ("change", "api"),
        ("run", "schedule"),
        ("delete", "api"),
    ]


def test_a_platform_admin_changes_everybodys_and_runs_nobodys(api, evenings, client, platform_admin):
    client.force_login(platform_admin)
    assert client.get(of(evenings)).json()["owner"] == "olga"
    assert len(client.get(URL).json()["results"]) == 1
    assert send(client.post, f"{of(evenings)}run/", {}).status_code == 404
    assert send(client.patch, of(evenings), {"name": "x"}).json()["name"] == "x"
    assert client.delete(of(evenings)).status_code == 204
    answer = send(
        client.post,
        URL,
        {"name": "tidy", "kind": "audit-retention", "days": 90, "cron": "0 4 * * 0", "time_zone": "UTC"},
    )
    assert answer.json()["days"] == 90


def test_the_document_describes_them(api):
    document = api.get("/api/v1/schema/", headers={"accept": "application/json"}).json()
    asked = document["paths"]["/api/v1/jobs/schedules/"]["post"]["requestBody"]["content"]["application/json"]
    fields = document["components"]["schemas"][asked["schema"]["$ref"].split("/")[-1]]["properties"]
    assert {"kind", "resource", "action", "query", "keep", "days", "cron"} <= set(fields)
    for path, method in (("{id}/", "patch"), ("{id}/", "delete"), ("{id}/switch/", "post"), ("{id}/run/", "post")):
        assert method in document["paths"][f"/api/v1/jobs/schedules/{path}"]


@pytest.mark.parametrize(("field", "number"), [("keep", 999_999), ("days", 999_999), ("grace_minutes", 10**13)])
def test_numbers_that_no_calendar_has_are_refused(api, field, number):
    """They would end each run, or that of all schedules, with an overflow."""
    answer = send(api.post, URL, {**GOOD, "kind": "snapshot", "action": "snapshot", "keep": 3, field: number})
    assert answer.status_code == 400 and "or less" in str(answer.json()), answer.json()
