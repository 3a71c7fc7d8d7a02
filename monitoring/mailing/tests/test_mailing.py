"""Reports arrive at a real SMTP server, once, with what their owner may see."""

import csv
import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from clusters.access import VIEW
from monitoring.mailing.models import MailedReport
from monitoring.mailing.sending import plan, send_due
from monitoring.mailing.times import month_before, next_due
from tests.factories import make_cluster, make_server

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
FIRST = datetime(2026, 3, 1, 5, tzinfo=UTC)  # six o'clock in Berlin
LAUNCHED = "2026-02-28T14:00:00"


@pytest.mark.parametrize(
    ("every", "after", "zone", "expected"),
    [
        ("day", "2026-03-01T04:59:59+00:00", BERLIN, "2026-03-01T05:00:00+00:00"),
        ("day", "2026-03-01T05:00:00+00:00", BERLIN, "2026-03-02T05:00:00+00:00"),
        ("day", "2026-03-28T12:00:00+00:00", BERLIN, "2026-03-29T04:00:00+00:00"),  # summer time begins
        ("week", "2026-03-03T00:00:00+00:00", SHANGHAI, "2026-03-08T22:00:00+00:00"),
        ("month", "2026-11-30T23:00:00+00:00", SHANGHAI, "2026-12-31T22:00:00+00:00"),
        ("month", "2026-11-30T21:00:00+00:00", SHANGHAI, "2026-11-30T22:00:00+00:00"),
    ],
)
def test_the_next_moment(every, after, zone, expected):
    assert next_due(every, datetime.fromisoformat(after), zone) == datetime.fromisoformat(expected)


def test_a_monthly_report_is_of_the_month_before():
    assert month_before(datetime(2026, 12, 31, 22, tzinfo=UTC), SHANGHAI) == "2026-12"
    assert month_before(FIRST, BERLIN) == "2026-02"


@pytest.fixture
def east(db):
    """Where one server ran for the last ten hours of February, in Berlin's time not UTC's."""
    cluster = make_cluster("east")
    data = {
        "OS-SRV-USG:launched_at": LAUNCHED,
        "OS-SRV-USG:terminated_at": None,
        "flavor": {"vcpus": 2, "ram": 1024, "disk": 1, "ephemeral": 0},
    }
    make_server(cluster, project_id="p1", data=data, created_at=datetime.fromisoformat(f"{LAUNCHED}+00:00"))
    make_server(
        make_cluster("west"), project_id="p2", data=data, created_at=datetime.fromisoformat(f"{LAUNCHED}+00:00")
    )
    return cluster


@pytest.fixture
def mailed(east, make_user):
    with time_machine.travel(FIRST - timedelta(days=3), tick=False):
        owner = make_user("vera", {east: [VIEW]}, time_zone="Europe/Berlin")
        one = MailedReport(report="monitoring.usage", owner=owner, recipients="a@example.com, b@example.com")
        one.format, one.language = "csv", "zh-hans"
        plan(one)
        one.save()
    return one


def attached(mail):
    (part,) = [part for part in mail.walk() if part.get_filename()]
    return list(csv.reader(io.StringIO(part.get_payload(decode=True).decode("utf-8-sig"))))


def test_it_arrives_once_with_what_its_owner_may_see(mailed, mailbox, settings):
    settings.SITE_URL = "https://ops.example.com"
    with time_machine.travel(FIRST - timedelta(seconds=1)):
        assert send_due(timezone.now()) == 0
    with time_machine.travel(FIRST + timedelta(seconds=10)):
        assert send_due(timezone.now()) == 1
        assert send_due(timezone.now()) == 0
    (mail,) = mailbox
    assert mail["X-RcptTo"] == "a@example.com, b@example.com" and mail["Bcc"] is None
    head, *rows = attached(mail)
    assert "vCPU 小时" in " ".join(head) and len(rows) == 1
    assert rows[0][head.index("集群")] == "east" and "2026-02" in rows[0] and "20.0" in rows[0]
    mailed.refresh_from_db()
    assert mailed.due_at == datetime(2026, 4, 1, 4, tzinfo=UTC) and mailed.error == ""
    event = Event.objects.get(action__contains="export")
    assert event.username == "vera" and event.params["query"]["mailed_to"] == ["a@example.com", "b@example.com"]


def test_a_mail_server_that_is_down_for_a_while(mailed, mailbox, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    with time_machine.travel(FIRST, tick=False) as now:
        assert send_due(timezone.now()) == 0
        mailed.refresh_from_db()
        assert mailed.error and mailed.due_at == FIRST
        settings.EMAIL_PORT = port
        now.shift(timedelta(minutes=5))
        assert send_due(timezone.now()) == 0, "it is tried every ten minutes"
        now.shift(timedelta(minutes=6))
        assert send_due(timezone.now()) == 1
    assert len(mailbox) == 1


def test_who_may_not_see_it_any_more_gets_nothing(mailed, mailbox):
    MailedReport.objects.update(query="cluster=west")
    with time_machine.travel(FIRST):
        assert send_due(timezone.now()) == 0
    mailed.refresh_from_db()
    assert mailed.error and mailbox == []


def test_what_fails_for_days_is_left_out(mailed, mailbox):
    mailed.owner.is_active = False
    mailed.owner.save()
    with time_machine.travel(FIRST + timedelta(hours=70)):
        assert send_due(timezone.now()) == 0
    mailed.refresh_from_db()
    assert mailed.due_at == FIRST and "disabled" in mailed.error or "停用" in mailed.error
    with time_machine.travel(FIRST + timedelta(hours=73)):
        assert send_due(timezone.now()) == 0
    mailed.refresh_from_db()
    assert mailed.due_at == mailed.next_at == datetime(2026, 4, 1, 4, tzinfo=UTC)


def test_an_admin_writes_one_and_sends_it_at_once(client, platform_admin, east, mailbox):
    client.force_login(platform_admin)
    wish = {
        "report": "monitoring.usage", "query": "?month=2026-02", "owner": platform_admin.pk, "enabled": "on",
        "recipients": "no address", "every": "week", "format": "xlsx", "language": "en",
    }  # fmt: skip
    page = client.post(reverse("admin:monitoring_mailedreport_add"), wish)
    assert page.context["adminform"].form.errors.keys() == {"recipients"}
    client.post(reverse("admin:monitoring_mailedreport_add"), {**wish, "recipients": "a@example.com"})
    written = MailedReport.objects.get()
    assert written.next_at and written.query == "month=2026-02"
    listing = reverse("admin:monitoring_mailedreport_changelist")
    client.post(listing, {"action": "send_now", "_selected_action": [written.pk]})
    (mail,) = mailbox
    (part,) = [part for part in mail.walk() if part.get_filename()]
    assert part.get_filename().endswith(".xlsx") and part.get_payload(decode=True)[:2] == b"PK"
