"""What people hear of an alert: once, together, not too often, and only of what they may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters import access
from clusters.access import VIEW
from monitoring.alerts.delivery import deliver
from monitoring.alerts.evaluation import evaluate
from monitoring.alerts.kind import Facts
from monitoring.alerts.models import Alert, Delivery, Silence
from monitoring.alerts.telling import tell
from tests.factories import make_cluster, make_server

NOW = timezone.now()


def step(seconds: float) -> list[Delivery]:
    """Beat's work at this second: what was written down then."""
    moment = NOW + timedelta(seconds=seconds)
    before = set(Delivery.objects.values_list("pk", flat=True))
    evaluate(Facts(now=moment))
    tell(moment)
    return list(Delivery.objects.exclude(pk__in=before).order_by("pk"))


def states(deliveries: list[Delivery]) -> list[str]:
    return [alert["state"] for delivery in deliveries for alert in delivery.alerts]


def set_status(server, status: str) -> None:
    type(server).objects.filter(pk=server.pk).update(status=status)


@pytest.fixture
def channel(make_channel):
    return make_channel("https://receiver.invalid/")


def test_once_when_it_fires_and_once_when_it_is_over(cluster, make_rule, channel):
    make_rule("server-error")
    server = make_server(cluster, status="ERROR")
    assert states(step(0)) == ["firing"]
    assert step(10) == step(600) == []
    set_status(server, "ACTIVE")
    assert step(610) == []
    assert states(step(640)) == ["resolved"]
    assert step(650) == step(2000) == []


@pytest.mark.any_database
@pytest.mark.parametrize(
    "period", [pytest.param(20, marks=pytest.mark.slow), 100, pytest.param(250, marks=pytest.mark.slow)]
)
def test_a_flapping_one_is_told_at_most_twice_in_ten_minutes(cluster, make_rule, channel, period):
    make_rule("server-error")
    server = make_server(cluster)
    told: list[int] = []
    for second in range(0, 1500, 10):
        set_status(server, "ERROR" if second // period % 2 == 0 else "ACTIVE")
        told += [second] * len(step(second))
    assert told
    assert all(sum(first <= second < first + 600 for second in told) <= 2 for first in told), told
    set_status(server, "ACTIVE")
    told_last = [state for second in range(1500, 2200, 20) for state in states(step(second))]
    assert Alert.objects.latest("pk").told == "resolved", told_last


def test_what_belongs_together_is_one_message(cluster, make_rule, channel):
    make_rule("server-error")
    for number in range(70):
        make_server(cluster, name=f"web-{number}", status="ERROR")
    west = make_cluster("west")
    make_server(west, status="ERROR")
    of_west, of_east = sorted(step(0), key=lambda delivery: len(delivery.alerts))
    assert (of_west.cluster, len(of_west.alerts), of_west.more) == (west, 1, 0)
    assert (of_east.cluster, len(of_east.alerts), of_east.more) == (cluster, 50, 20)


def test_those_that_follow_wait_for_the_next_message(cluster, make_rule, channel):
    make_rule("server-error")
    make_server(cluster, name="one", status="ERROR")
    assert len(step(0)) == 1
    for number in range(2):
        make_server(cluster, name=f"later {number}", status="ERROR")
        assert step(10 * (number + 1)) == []
    (message,) = step(40)
    assert [alert["name"] for alert in message.alerts] == ["later 0", "later 1"]


def test_a_silence_holds_back_until_its_end(cluster, make_rule, channel):
    make_rule("server-error")
    server = make_server(cluster, name="web-1", status="ERROR")
    Silence.objects.create(
        cluster=cluster, text="WEB", starts_at=NOW, ends_at=NOW + timedelta(seconds=100), reason="planned"
    )
    make_server(cluster, name="db-1", status="ERROR")
    assert [alert["name"] for alert in step(0)[0].alerts] == ["db-1"]
    assert step(90) == []
    assert [alert["name"] for alert in step(100)[0].alerts] == ["web-1"]
    set_status(server, "ACTIVE")
    Silence.objects.update(ends_at=NOW + timedelta(seconds=1000))
    assert step(200) == step(240) == []
    assert states(step(1000)) == ["resolved"]


@pytest.mark.parametrize(
    ("fields", "covered"),
    [
        ({}, True),
        ({"cluster": "west"}, False),
        ({"cluster": "east"}, True),
        ({"rule": True}, True),
        ({"resource": "compute.server", "cloud_id": "other"}, False),
        ({"text": "other"}, False),
    ],
)
def test_a_silence_covers_what_all_of_it_fits(cluster, make_rule, channel, fields, covered):
    rule = make_rule("server-error")
    west = make_cluster("west")
    if "cluster" in fields:
        fields["cluster"] = {"east": cluster, "west": west}[fields["cluster"]]
    if "rule" in fields:
        fields["rule"] = rule
    Silence.objects.create(starts_at=NOW, ends_at=NOW + timedelta(hours=1), reason="x", **fields)
    make_server(cluster, name="web-1", status="ERROR")
    assert (step(0) == []) is covered


def test_nobody_takes_it_up(cluster, make_rule, channel, make_channel):
    boss = make_channel("https://boss.invalid/", name="boss", takes_all=False, least="critical")
    make_rule("server-error", severity="warning", escalate_minutes=5, escalate_to=boss, repeat_minutes=60)
    server = make_server(cluster, status="ERROR")
    assert [message.channel for message in step(0)] == [channel]
    assert step(290) == []
    (message,) = step(300)
    assert (message.channel, message.alerts[0]["escalation"]) == (boss, True)
    assert step(310) == step(3500) == []
    assert [one.channel for one in step(3600)] == [channel], "said again after an hour"
    set_status(server, "ACTIVE")
    step(4000)
    assert {one.channel for one in step(4030)} == {channel, boss}, "whoever was called hears that it is over"


def test_what_was_taken_up_is_neither_repeated_nor_escalated(cluster, make_rule, channel, make_channel):
    boss = make_channel("https://boss.invalid/", name="boss", takes_all=False)
    make_rule("server-error", escalate_minutes=5, escalate_to=boss, repeat_minutes=60)
    make_server(cluster, status="ERROR")
    step(0)
    Alert.objects.update(acknowledged_at=NOW)
    assert step(300) == step(3600) == []


def test_channels_take_what_is_loud_enough_and_theirs(cluster, make_rule, make_channel):
    loud = make_channel("https://x.invalid/", name="loud", least="critical")
    named = make_channel("https://x.invalid/", name="named", takes_all=False)
    make_channel("https://x.invalid/", name="off", enabled=False)
    quiet = make_channel("https://x.invalid/", name="quiet", least="info")
    make_rule("server-error", severity="warning")
    make_rule("volume-error", severity="critical")
    make_rule("server-error", name="own", severity="warning", channel=named)
    make_server(cluster, status="ERROR")
    assert {(one.rule.name, one.channel) for one in step(0)} == {("", quiet), ("own", named)}
    assert loud not in {one.channel for one in Delivery.objects.all()}


def test_a_person_hears_only_of_clusters_they_may_see(cluster, make_rule, make_channel, make_user):
    west = make_cluster("west")
    vera = make_user("vera", {west: [VIEW]})
    make_channel("https://x.invalid/", owner=vera)
    make_rule("server-error")
    make_rule("locked-out")
    for place in (cluster, west):
        make_server(place, name=f"web of {place}", status="ERROR")
    assert [alert["cluster"] for message in step(0) for alert in message.alerts] == ["west"]


def test_rights_that_ended_before_it_was_sent(cluster, make_rule, make_channel, make_user, receiver):
    vera = make_user("vera", {cluster: [VIEW]})
    channel = make_channel(receiver.url, owner=vera)
    make_rule("server-error")
    make_server(cluster, status="ERROR")
    (message,) = step(0)
    access.set_permissions(vera, {})
    assert deliver(channel.pk) == 0
    message.refresh_from_db()
    assert (message.state, receiver.got) == ("dropped", [])


def test_what_no_channel_takes_is_told_once_there_is_one(cluster, make_rule, make_channel):
    make_rule("server-error")
    make_server(cluster, status="ERROR")
    assert step(0) == []
    make_channel("https://x.invalid/")
    assert states(step(10)) == ["firing"]
