"""Messages arrive at real receivers, once, also after a while in which nobody answered."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.utils import timezone

from monitoring.alerts import delivery
from monitoring.alerts.channels import NotDelivered, send
from monitoring.alerts.channels.http import check_address
from monitoring.alerts.channels.programs import signature
from monitoring.alerts.channels.trying import send_test
from monitoring.alerts.delivery import deliver
from monitoring.alerts.evaluation import evaluate
from monitoring.alerts.models import Channel, Delivery
from monitoring.alerts.telling import tell
from monitoring.alerts.tests.conftest import Receiver
from tests.factories import make_server


@pytest.fixture
def message(cluster, make_rule):
    """A server in error; what is to be said of it."""

    def write(channel: Channel) -> Delivery:
        make_rule("server-error")
        make_server(cluster, name="web <1>", status="ERROR")
        evaluate()
        tell()
        return Delivery.objects.get(channel=channel)

    return write


def test_mail(message, make_channel, mailbox):
    channel = make_channel("night@example.com, day@example.com", kind="mail", language="zh-hans")
    written = message(channel)
    assert deliver(channel.pk) == 1
    (mail,) = mailbox
    body = mail.get_payload(decode=True).decode()
    assert "east" in body and "https://ops.example.com/monitoring/alerts/" in body and "处于错误状态" in body
    assert mail["X-RcptTo"] == "night@example.com, day@example.com"
    assert mail["To"] in (None, "") and mail["Bcc"] is None, "nobody reads who else is told"
    assert str(written.number) in mail["Message-ID"]


def test_webhook_with_a_signature(message, make_channel, receiver):
    channel = make_channel(receiver.url, secret="shared")
    written = message(channel)
    deliver(channel.pk)
    ((_path, headers, body),) = receiver.got
    assert (body["number"], body["firing"]) == (str(written.number), True)
    (alert,) = body["alerts"]
    assert (alert["cluster"], alert["name"], alert["severity"]) == ("east", "web <1>", "critical")
    assert headers["X-Signature"] == f"sha256={signature('shared', body['number'], body['alerts'])}"


@pytest.mark.parametrize("kind", ["dingtalk", "wecom", "feishu", "slack"])
def test_chats(message, make_channel, receiver, kind):
    channel = make_channel(f"{receiver.url}?access_token=t0ken", kind=kind, secret="shared")
    message(channel)
    assert deliver(channel.pk) == 1
    ((path, _headers, body),) = receiver.got
    text = json.dumps(body, ensure_ascii=False)
    assert "web &lt;1&gt;" in text if kind == "slack" else "web <1>" in text
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    assert query["access_token"] == "t0ken"
    if kind == "dingtalk":
        expected = hmac.new(b"shared", f"{query['timestamp']}\nshared".encode(), hashlib.sha256).digest()
        assert query["sign"] == base64.b64encode(expected).decode()
    if kind == "feishu":
        expected = hmac.new(f"{body['timestamp']}\nshared".encode(), b"", hashlib.sha256).digest()
        assert body["sign"] == base64.b64encode(expected).decode()


@pytest.mark.parametrize("kind", ["dingtalk", "wecom", "feishu"])
def test_a_chat_that_says_no_with_status_200(message, make_channel, receiver, kind):
    receiver.answer = {"errcode": 310000, "code": 19021}
    channel = make_channel(receiver.url, kind=kind)
    written = message(channel)
    assert deliver(channel.pk) == 0
    written.refresh_from_db()
    assert written.state == "waiting"
    assert "310000" in written.error or "19021" in written.error


def test_alertmanager_is_told_the_end_by_the_same_labels(cluster, message, make_channel, receiver):
    channel = make_channel(receiver.url.removesuffix("/hook"), kind="alertmanager")
    message(channel)
    deliver(channel.pk)
    type(make_server(cluster)).objects.update(status="ACTIVE")
    for seconds in (100, 200):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
            evaluate()
            tell()
            deliver(channel.pk)
    ((path, _headers, (fired,)), (_path, _more, (over,))) = receiver.got
    assert path == "/api/v2/alerts"
    assert fired["labels"] == over["labels"] and fired["startsAt"] == over["startsAt"]
    assert fired["endsAt"] > timezone.now().isoformat() and over["endsAt"] < fired["endsAt"]


def test_a_receiver_that_is_down_for_a_minute_gets_it_once(message, make_channel):
    gone = Receiver()
    gone.stop()
    channel = make_channel(gone.url)
    written = message(channel)
    back, began = None, timezone.now()
    try:
        for second in range(0, 180, 5):
            with time_machine.travel(began + timedelta(seconds=second), tick=False):
                if second == 60:
                    back = Receiver(gone.port)
                for pk in delivery.due():
                    deliver(pk)
        written.refresh_from_db()
        assert [body["number"] for body in back.bodies] == [str(written.number)]
        assert written.state == "sent" and 4 <= written.attempts <= 8
        assert written.sent_at - began <= timedelta(seconds=120)
    finally:
        if back:
            back.stop()


def test_in_order_and_not_while_another_worker_sends(message, make_channel, receiver):
    channel = make_channel(receiver.url)
    first = message(channel)
    second = Delivery.objects.create(
        channel=channel,
        alerts=[{**first.alerts[0], "state": "resolved"}],
        created_at=timezone.now(),
        next_at=timezone.now(),
    )
    Channel.objects.update(lease_until=timezone.now() + timedelta(seconds=30))
    assert deliver(channel.pk) == 0 and receiver.got == []
    Channel.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    receiver.status = 503
    assert deliver(channel.pk) == 0 and len(receiver.got) == 1
    receiver.status = 200
    Delivery.objects.update(next_at=timezone.now())
    assert deliver(channel.pk) == 2
    assert [body["number"] for body in receiver.bodies][1:] == [str(first.number), str(second.number)]


def test_what_is_refused_for_good_makes_room_for_the_next(message, make_channel, receiver):
    channel = make_channel(receiver.url)
    written = message(channel)
    receiver.status = 404
    for _attempt in range(delivery.MOST_REFUSALS):
        Delivery.objects.update(next_at=timezone.now())
        deliver(channel.pk)
    written.refresh_from_db()
    assert (written.state, len(receiver.got)) == ("failed", delivery.MOST_REFUSALS)
    assert delivery.due() == []


def test_a_redirect_is_not_followed(make_channel, receiver):
    elsewhere = Receiver()
    try:
        receiver.status, receiver.headers = 302, {"Location": elsewhere.url}
        with pytest.raises(NotDelivered, match="302"):
            send_test(make_channel(receiver.url))
        assert elsewhere.got == []
    finally:
        elsewhere.stop()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://localhost:6379/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://2130706433/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "http://[::1",
    ],
)
def test_where_messages_may_not_go(settings, url):
    settings.ALERT_NETWORKS = []
    with pytest.raises(NotDelivered):
        check_address(url)


def test_the_address_that_was_judged_is_the_one_connected_to(make_channel, receiver, monkeypatch):
    """A name that leads elsewhere the second time it is asked for."""
    asked: list[str] = []
    monkeypatch.setattr("terminal.rules.addresses.socket.getaddrinfo", rebinding(asked))
    send_test(make_channel(f"http://rebinding.example:{receiver.port}/"))
    assert asked == ["rebinding.example"]
    assert receiver.got[0][1]["Host"] == f"rebinding.example:{receiver.port}"


def rebinding(asked: list[str]):
    """The first answer is the receiver's address, every other one the metadata service's."""

    def resolve(host, port, *args, **kwargs):
        if host[0].isdigit():  # what is connected to is an address already
            return [(2, 1, 6, "", (host, port))]
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1" if len(asked) == 1 else "169.254.169.254", port or 0))]

    return resolve


def test_a_long_list_is_cut_where_chats_cut_it(make_channel, receiver, message):
    channel = make_channel(receiver.url, kind="wecom")
    alert = message(channel).alerts[0]
    many = [{**alert, "text": "长" * 500, "said": None} for _number in range(50)]
    send(channel, many, number="n", more=7)
    assert len(receiver.bodies[0]["markdown"]["content"].encode()) <= 4096


def test_a_receiver_that_asks_for_a_pause_gets_it(message, make_channel, receiver):
    channel = make_channel(receiver.url)
    written = message(channel)
    receiver.status, receiver.headers = 429, {"Retry-After": "1800"}
    assert deliver(channel.pk) == 0
    written.refresh_from_db()
    assert timedelta(minutes=29) < written.next_at - timezone.now() <= timedelta(minutes=30)
    assert written.state == "waiting"
