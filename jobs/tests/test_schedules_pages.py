"""The doors to schedules: one's own, checked before it is saved, and everything in the audit."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from clusters.access import OPERATE, VIEW
from jobs.models import Job, Schedule, ScheduleRun
from jobs.schedules import work
from opsys.kit.declare import register
from opsys.kit.declare.action import Action
from tests.factories import make_server

NEW = "/jobs/schedules/new/"
GOOD = {
    "name": "evenings",
    "action": "stop",
    "query": "cluster=east&q=dev-",
    "cron": "0 19 * * 1-5",
    "time_zone": "Europe/Berlin",
    "grace_minutes": "60",
    "enabled": "on",
}


@pytest.fixture
def operator(make_user, cluster):
    return make_user("olga", {cluster: [VIEW, OPERATE]})


@pytest.fixture
def browser(client, operator):
    client.force_login(operator)
    return client


@pytest.fixture
def evenings(browser, operator):
    browser.post(NEW, GOOD)
    return Schedule.objects.get()


def complaints(response):
    assert response.status_code == 200
    return {name: errors[0] for name, errors in response.context["form"].errors.items()}


@time_machine.travel(datetime(2026, 3, 27, 12, 0, tzinfo=UTC))
def test_an_operator_writes_one_down(browser, operator):
    assert browser.post(NEW, GOOD).url == reverse("jobs:schedules")
    schedule = Schedule.objects.get()
    assert (schedule.owner, schedule.kind, schedule.query) == (operator, "power", "cluster=east&q=dev-")
    assert schedule.next_due_at == datetime(2026, 3, 27, 18, 0, tzinfo=UTC)
    event = Event.objects.get(action="jobs.schedule.add")
    assert (event.user, event.via, event.name) == (operator, "ui", "evenings")
    page = browser.get(reverse("jobs:schedules")).content.decode()
    assert "evenings" in page and "2026-03-27T18:00:00+00:00" in page


def test_the_address_of_a_list_may_be_pasted(browser):
    address = "https://ops.example.com/compute/servers/?cluster=east&q=&status=ACTIVE&status=ERROR&page=2&sort=-name"
    browser.post(NEW, {**GOOD, "query": address})
    assert Schedule.objects.get().query == "cluster=east&status=ACTIVE&status=ERROR"


def test_what_a_list_shows_is_filled_in(browser, cluster):
    """As the button of the list sends it."""
    page = browser.get(
        NEW, {"type": "compute.server", "query": "/compute/servers/?cluster=east&q=dev-&page=2&view=mine&columns=name"}
    )
    assert page.context["form"]["query"].value() == "cluster=east&q=dev-"
    assert browser.get(NEW, {"type": "compute.teapot"}).status_code == 404
    assert browser.get(NEW, {"query": "/compute/servers/"}).context["form"]["query"].value() == ""


def test_other_types_have_schedules_as_soon_as_something_can_be_done_with_them(browser, cluster, monkeypatch):
    volumes = register.get("storage.volume")
    monkeypatch.setitem(register._resources, "storage.volume", replace(volumes, actions=()))
    assert (
        work.type_named("storage.volume") is None and browser.get(NEW, {"type": "storage.volume"}).status_code == 404
    )
    poke = Action("poke", "Poke", lambda conn, cloud_id: None)
    monkeypatch.setitem(register._resources, "storage.volume", replace(volumes, actions=(poke,)))
    form = {**GOOD, "action": "poke"}
    assert browser.post(f"{NEW}?type=storage.volume", {**form, "action": "stop"}).status_code == 200
    assert browser.post(f"{NEW}?type=storage.volume", form).status_code == 302
    schedule = Schedule.objects.get()
    assert "Poke: volumes" in browser.get(reverse("jobs:schedules")).content.decode()
    values = {"cloud_id": "v1", "name": "dev-v", "synced_at": timezone.now()}
    volumes.model.objects.create(cluster=cluster, **values)
    browser.post(reverse("jobs:schedule-run", args=[schedule.pk]))
    job = Job.objects.get()
    assert (job.params["resource"], [item.name for item in job.items.all()]) == ("storage.volume", ["dev-v"])


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("cron", "every day", "Write five fields: minute, hour, day of the month, month, day of the week."),
        ("cron", "0 25 * * *", "This field cannot be read: hour."),
        ("cron", "0 0 31 2 *", "This field cannot be read: day of the month."),
        ("time_zone", "Mars/Olympus", "“Mars/Olympus” is not a time zone. For example: Asia/Shanghai"),
        ("query", "q=&page=3", "Say which servers, for example: cluster=east&amp;q=dev-"),
        ("query", "statsu=ACTIVE", "The list of servers has no filter “statsu”."),
        ("query", "cluster=west", "A cluster or group named there does not exist, or may not be seen."),
        ("query", "status=SLEEPY", "status: Select a valid choice. SLEEPY is not one of the available choices."),
        ("action", "delete", "Select a valid choice. delete is not one of the available choices."),
        ("action", "", "This field is required."),
        ("grace_minutes", "-1", "Ensure this value is greater than or equal to 0."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(browser, other_cluster, field, value, reason):
    response = browser.post(NEW, {**GOOD, field: value})
    assert complaints(response)[field] == reason.replace("&amp;", "&")
    assert reason.replace("“", "“") in response.content.decode()
    assert not Schedule.objects.exists()


def test_nobody_schedules_what_they_may_not_do(client, make_user, cluster, other_cluster):
    client.force_login(make_user("vera", {cluster: [VIEW], other_cluster: [VIEW, OPERATE]}))
    lacking = "You do not have the “operate” permission on cluster east."
    assert complaints(client.post(NEW, GOOD)) == {"query": lacking}
    assert complaints(client.post(NEW, {**GOOD, "query": "q=dev-"})) == {"query": lacking}
    assert client.post(NEW, {**GOOD, "query": "cluster=west"}).status_code == 302


def test_the_next_times_are_shown_while_one_types(browser):
    with time_machine.travel(datetime(2026, 3, 28, 12, 0, tzinfo=UTC)):
        page = browser.get("/jobs/schedules/preview/", {"cron": "30 2 * * *", "time_zone": "Europe/Berlin"})
    text = page.content.decode()
    assert "2026-03-29 03:00 +0200" in text and "2026-03-30 02:30 +0200" in text
    assert text.count("<time ") == 5
    wrong = browser.get("/jobs/schedules/preview/", {"cron": "x", "time_zone": "Europe/Berlin"}).content.decode()
    assert "Write five fields" in wrong
    nowhere = browser.get("/jobs/schedules/preview/", {"cron": "0 0 * * *", "time_zone": "<b>"}).content.decode()
    assert "“&lt;b&gt;” is not a time zone" in nowhere


def test_it_is_changed_switched_off_and_deleted_and_the_audit_knows(browser, evenings, operator):
    address = reverse("jobs:schedule", args=[evenings.pk])
    browser.post(address, {**GOOD, "cron": "0 20 * * *"})
    browser.post(reverse("jobs:schedule-switch", args=[evenings.pk]), {"enabled": "0"})
    evenings.refresh_from_db()
    assert (evenings.cron, evenings.enabled, evenings.next_due_at) == ("0 20 * * *", False, None)
    browser.post(reverse("jobs:schedule-switch", args=[evenings.pk]), {"enabled": "1"})
    evenings.refresh_from_db()
    assert evenings.enabled and evenings.next_due_at
    asked = browser.get(reverse("jobs:schedule-delete", args=[evenings.pk]))
    assert "Delete “evenings”?" in asked.content.decode() and Schedule.objects.exists()
    browser.post(reverse("jobs:schedule-delete", args=[evenings.pk]))
    assert not Schedule.objects.exists()
    events = Event.objects.filter(resource="jobs.schedule").order_by("pk")
    assert [(event.action.split(".")[-1], event.user) for event in events] == [
        ("add", operator),
        ("change", operator),
        ("change", operator),
        ("change", operator),
        ("delete", operator),
    ]
    assert events[1].params == {"changes": {"cron": ["0 19 * * 1-5", "0 20 * * *"]}}


def test_run_now_leads_to_its_job(browser, evenings, cluster):
    make_server(cluster, name="dev-1")
    response = browser.post(reverse("jobs:schedule-run", args=[evenings.pk]))
    assert response.url == Job.objects.get().get_absolute_url()
    page = browser.get(reverse("jobs:schedules")).content.decode()
    assert response.url in page and "Started by hand." in page


def test_run_now_without_anything_to_do_says_so(browser, evenings):
    page = browser.post(reverse("jobs:schedule-run", args=[evenings.pk]), follow=True).content.decode()
    assert "No server was found." in page
    assert ScheduleRun.objects.get().state == "done"


def test_others_do_not_see_it_and_a_platform_admin_changes_it_without_acting_as_its_owner(
    client, evenings, make_user, cluster
):
    client.force_login(make_user("otto", {cluster: [VIEW, OPERATE]}))
    assert client.get(reverse("jobs:schedules")).context["rows"] == []
    client.force_login(make_user("root", is_superuser=True))
    assert len(client.get(reverse("jobs:schedules")).context["rows"]) == 1
    assert client.post(reverse("jobs:schedule-run", args=[evenings.pk])).status_code == 404
    owner = evenings.owner
    assert client.post(reverse("jobs:schedule", args=[evenings.pk]), {**GOOD, "name": "changed"}).status_code == 302
    client.post(reverse("jobs:schedule-switch", args=[evenings.pk]), {"enabled": "0"})
    evenings.refresh_from_db()
    assert (evenings.name, evenings.owner, evenings.enabled) == ("changed", owner, False)
    client.post(reverse("jobs:schedule-delete", args=[evenings.pk]))
    event = Event.objects.get(action="jobs.schedule.delete")
    assert (event.username, Schedule.objects.count()) == ("root", 0)


def test_only_a_platform_admin_schedules_the_audit(client, browser, platform_admin):
    form = {"name": "tidy", "days": "365", "cron": "0 4 * * 0", "time_zone": "UTC", "grace_minutes": "60"}
    assert browser.post(f"{NEW}?kind=audit-retention", form).status_code == 404
    client.force_login(platform_admin)
    assert complaints(client.post(f"{NEW}?kind=audit-retention", {**form, "days": "0"})).keys() == {"days"}
    assert client.post(f"{NEW}?kind=audit-retention", form).status_code == 302
    assert Schedule.objects.get().days == 365
    assert client.get(f"{NEW}?kind=nonsense").status_code == 404


def test_the_administration_asks_what_the_owner_may(client, platform_admin, operator, other_cluster):
    client.force_login(platform_admin)
    add = reverse("admin:jobs_schedule_add")
    inline = {"runs-TOTAL_FORMS": "0", "runs-INITIAL_FORMS": "0"}
    form = {**GOOD, **inline, "kind": "power", "resource": "compute.server", "owner": operator.pk}
    assert client.get(add).status_code == 200
    refused = client.post(add, {**form, "query": "cluster=west"}).content.decode()
    assert "A cluster or group named there does not exist, or may not be seen." in refused
    audit = client.post(add, {**form, "kind": "audit-retention", "days": "9"}).content.decode()
    assert "Only a platform admin may clear audit events." in audit
    assert client.post(add, form).status_code == 302
    schedule = Schedule.objects.get()
    assert (schedule.owner, Event.objects.get(action="jobs.schedule.add").user) == (operator, platform_admin)
    assert client.get(reverse("admin:jobs_schedule_change", args=[schedule.pk])).status_code == 200
