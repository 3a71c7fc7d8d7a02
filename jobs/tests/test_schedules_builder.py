"""A schedule put together from the list's filters and from times to choose."""

from datetime import UTC, datetime

import pytest
import time_machine

from clusters.access import OPERATE, VIEW
from jobs.models import Schedule
from tests.factories import make_server

NEW, MATCHING, PREVIEW = "/jobs/schedules/new/", "/jobs/schedules/matching/", "/jobs/schedules/preview/"
GIVEN = {"name": "evenings", "action": "stop", "query": "q=dev-", "time_zone": "Asia/Shanghai", "grace_minutes": "60"}


@pytest.fixture
def browser(client, make_user, cluster):
    client.force_login(make_user("olga", {cluster: [VIEW, OPERATE]}, time_zone="Europe/Berlin"))
    return client


@pytest.mark.parametrize(
    ("chosen", "line"),
    [
        ({"every": "hour", "minute": "20"}, "20 * * * *"),
        ({"every": "day", "at": "19:30"}, "30 19 * * *"),
        ({"every": "week", "at": "06:00", "weekdays": ["1", "2", "3", "4", "5"]}, "0 6 * * 1-5"),
        ({"every": "month", "at": "00:05", "day": "L"}, "5 0 L * *"),
        ({"every": "cron", "cron": "*/5 * * * *"}, "*/5 * * * *"),
    ],
)
def test_the_times_chosen_are_saved(browser, chosen, line):
    assert browser.post(NEW, {**GIVEN, "cron": "", **chosen}).status_code == 302
    schedule = Schedule.objects.get()
    assert schedule.cron == line
    shown = browser.get(f"/jobs/schedules/{schedule.pk}/").context["when"]
    assert shown["every"].value() == chosen["every"]


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"every": "week", "at": "06:00"}, "weekdays"),
        ({"every": "day"}, "at"),
        ({"every": "day", "at": "25:00"}, "at"),
        ({"every": "hour", "minute": "60"}, "minute"),
        ({"every": "year"}, "every"),
    ],
)
def test_what_is_missing_is_said_beside_it(browser, chosen, field):
    response = browser.post(NEW, {**GIVEN, "cron": "0 0 * * *", **chosen})
    assert response.status_code == 200 and field in response.context["when"].errors
    assert not Schedule.objects.exists()


def test_the_next_five_times_follow_what_is_chosen(browser):
    with time_machine.travel(datetime(2026, 3, 28, 12, 0, tzinfo=UTC)):
        chosen = {"every": "week", "weekdays": ["6", "7"], "at": "19:00", "time_zone": "Asia/Shanghai"}
        text = browser.get(PREVIEW, {**chosen, "cron": "0 0 * * *"}).content.decode()
        assert text.count("<time ") == 5 and "2026-03-29 19:00 +0800" in text and " 00:00 +" not in text
        wrong = browser.get(PREVIEW, {"every": "week", "at": "19:00", "time_zone": "UTC"}).content.decode()
        assert "Choose at least one day." in wrong
        page = browser.get(NEW).content.decode()
        assert page.count("<time ") >= 5


def test_time_zones_are_a_list_with_ones_own_first(browser):
    page = browser.get(NEW).content.decode()
    offered = page.partition('id="id_time_zone"')[2].partition("</select>")[0]
    assert offered.index("Europe/Berlin") < offered.index("UTC (") < offered.index("Africa/Abidjan")
    assert "Asia/Shanghai (UTC+08:00)" in offered and 'label="Asia"' in offered


def test_the_filters_say_what_they_find_and_become_the_text(browser, cluster, other_cluster):
    for name in ("dev-1", "dev-2", "web"):
        make_server(cluster, name=name)
    make_server(other_cluster, name="dev-3")
    page = browser.get(MATCHING, {"type": "compute.server", "q": "dev-", "cluster": "east"}).content.decode()
    assert "2 now match." in page and "dev-1, dev-2" in page and "dev-3" not in page
    assert 'value="q=dev-&amp;cluster=east"' in page
    nothing = browser.get(MATCHING, {"type": "compute.server"}).content.decode()
    assert "Choose at least one filter" in nothing and 'id="which-query" value=""' in nothing
    hidden = browser.get(MATCHING, {"type": "compute.server", "cluster": "west"}).content.decode()
    assert "does not exist, or may not be seen" in hidden


def test_a_text_that_is_typed_fills_the_filters(browser, cluster):
    make_server(cluster, name="dev-1", status="SHUTOFF")
    page = browser.get(MATCHING, {"query": "/compute/servers/?cluster=east&status=SHUTOFF&page=3"}).content.decode()
    assert "1 now matches." in page
    assert 'name="cluster" value="east" checked' in page
    assert page.partition('value="SHUTOFF"')[2].lstrip().startswith("checked")


def test_the_count_of_somebody_elses_is_what_its_owner_sees(browser, client, cluster, other_cluster, platform_admin):
    make_server(cluster, name="dev-1"), make_server(other_cluster, name="dev-2")
    browser.post(NEW, {**GIVEN, "cron": "0 0 * * *"})
    schedule = Schedule.objects.get()
    client.force_login(platform_admin)
    assert "2 now match." in client.get(MATCHING, {"q": "dev-"}).content.decode()
    assert "1 now matches." in client.get(MATCHING, {"q": "dev-", "schedule": schedule.pk}).content.decode()


def test_others_cannot_look_through_it(browser, client, make_user, cluster):
    browser.post(NEW, {**GIVEN, "cron": "0 0 * * *"})
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    assert client.get(MATCHING, {"q": "dev-", "schedule": Schedule.objects.get().pk}).status_code == 404
    assert client.get(MATCHING, {"kind": "audit-retention"}).status_code == 404
