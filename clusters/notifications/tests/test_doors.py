"""Who sets a broker at which door, and what is told of it where. No broker is asked here."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from audit.models import Event
from clusters.access import VIEW
from clusters.notifications import broker as brokers
from clusters.notifications import forms, status
from clusters.notifications.errors import BrokerError
from clusters.notifications.models import NotificationBroker

ADDRESS = "amqps://opsys@rabbit.example.com/"
GIVEN = {"address": ADDRESS, "new_secret": "s3cret-word", "exchanges": "nova,cinder", "topics": "notifications"}


@pytest.fixture
def tried(monkeypatch):
    """The passwords that were tried; raises what stands in `tried.error`."""

    class Tried(list):
        error = None

        def __call__(self, broker, password=None):
            self.append((broker.address, broker.secret))
            if self.error:
                raise self.error
            return []

    found = Tried()
    for module in (brokers, forms):
        monkeypatch.setattr(module, "try_out", found)
    monkeypatch.setattr("clusters.management.commands.set_notifications.try_out", found)
    monkeypatch.setattr("clusters.management.commands.test_cluster.try_out", found)
    return found


@pytest.fixture
def broker(cluster):
    return NotificationBroker.objects.create(cluster=cluster, address=ADDRESS, secret="s3cret-word")


def alive(broker, **facts):
    NotificationBroker.objects.filter(pk=broker.pk).update(seen_at=timezone.now(), **facts)


def said(*arguments, **options):
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def test_an_admin_sets_it_and_the_password_is_never_seen_again(client, platform_admin, cluster, tried):
    client.force_login(platform_admin)
    page = reverse("admin:clusters_notificationbroker_add")
    answer = client.post(page, {**GIVEN, "cluster": cluster.pk, "test": "on"})
    assert answer.status_code == 302, answer.content
    assert tried == [(ADDRESS, "s3cret-word")]
    stored = NotificationBroker.objects.get()
    assert stored.secret == "s3cret-word"
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM clusters_notificationbroker")
        assert "s3cret-word" not in cursor.fetchone()[0]
    event = Event.objects.get(action="clusters.notificationbroker.add")
    assert (event.user, event.cluster) == (platform_admin, cluster)
    assert "s3cret-word" not in json.dumps(event.params)
    for address in (
        reverse("admin:clusters_notificationbroker_change", args=[stored.pk]),
        reverse("admin:clusters_notificationbroker_changelist"),
        reverse("admin:clusters_cluster_change", args=[cluster.pk]),
    ):
        text = client.get(address).content.decode()
        assert "rabbit.example.com" in text and "s3cret-word" not in text


def test_what_the_broker_refuses_is_not_stored(client, platform_admin, cluster, tried):
    client.force_login(platform_admin)
    tried.error = BrokerError("refused")
    page = reverse("admin:clusters_notificationbroker_add")
    answer = client.post(page, {**GIVEN, "cluster": cluster.pk, "test": "on"})
    assert "The message broker of cluster east refuses the user or the password." in answer.content.decode()
    assert not NotificationBroker.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"address": "http://x/"}, {"new_secret": ""}, {"exchanges": "no va"}, {"topics": "#"}, {"cluster": "0"}]
)
def test_what_makes_no_sense_is_refused_untried(client, platform_admin, cluster, tried, wrong):
    client.force_login(platform_admin)
    page = reverse("admin:clusters_notificationbroker_add")
    answer = client.post(page, {**GIVEN, "cluster": cluster.pk, "test": "on", **wrong})
    assert answer.status_code == 200
    assert (tried, NotificationBroker.objects.count()) == ([], 0)


def test_an_empty_password_keeps_the_present_one(client, platform_admin, cluster, broker, tried):
    client.force_login(platform_admin)
    page = reverse("admin:clusters_notificationbroker_change", args=[broker.pk])
    other = "amqps://opsys@rabbit-2.example.com/"
    client.post(page, {**GIVEN, "cluster": cluster.pk, "address": other, "new_secret": "", "test": "on"})
    broker.refresh_from_db()
    assert (broker.address, broker.secret) == (other, "s3cret-word")
    assert tried == [(other, "s3cret-word")]
    change = Event.objects.get(action="clusters.notificationbroker.change").params["changes"]
    assert change["address"] == [ADDRESS, other] and "secret" not in change


def test_with_no_key_for_the_password_the_page_opens_and_takes_a_new_one(
    client, platform_admin, cluster, broker, settings
):
    settings.FERNET_KEYS = ["another key than the one that encrypted it"]
    client.force_login(platform_admin)
    page = reverse("admin:clusters_notificationbroker_change", args=[broker.pk])
    assert client.get(page).status_code == 200
    client.post(page, {**GIVEN, "cluster": cluster.pk, "new_secret": "another"})
    assert NotificationBroker.objects.get().secret == "another"


def test_nobody_else_gets_at_it(client, make_user, cluster, broker):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for name, args in (("changelist", []), ("add", []), ("change", [broker.pk]), ("delete", [broker.pk])):
        answer = client.get(reverse(f"admin:clusters_notificationbroker_{name}", args=args))
        assert answer.status_code in (302, 403, 404)
        assert b"rabbit.example.com" not in answer.content


def test_the_command_sets_tells_and_forgets(cluster, tried, monkeypatch):
    assert said("set_notifications", "east").startswith("Off.")
    monkeypatch.setattr("sys.stdin", StringIO("s3cret-word\n"))
    assert "Stored." in said("set_notifications", "east", address=ADDRESS, secret_stdin=True)
    assert tried == [(ADDRESS, "s3cret-word")]
    assert "Nobody listens" in said("set_notifications", "east")
    assert said("set_notifications", "east", topics="notifications", no_test=True)
    assert NotificationBroker.objects.get().topics == "notifications"
    tried.error = BrokerError("unreachable", "Connection refused")
    with pytest.raises(CommandError, match="cannot be reached.*Connection refused"):
        said("set_notifications", "east", address="amqp://other@192.0.2.1/")
    assert NotificationBroker.objects.get().address == ADDRESS
    with pytest.raises(CommandError, match="The password has a field of its own"):
        said("set_notifications", "east", address="amqp://opsys:word@192.0.2.1/")
    said("set_notifications", "east", off=True)
    assert not NotificationBroker.objects.exists()
    kinds = (
        Event.objects.filter(resource="clusters.notificationbroker").order_by("pk").values_list("action", flat=True)
    )
    assert [kind.rpartition(".")[2] for kind in kinds] == ["add", "change", "delete"]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "Connecting."),
        ({"connected_at": timezone.now()}, "Connected; no notification has come yet."),
        ({"error_code": "refused"}, "The message broker of cluster east refuses the user or the password."),
        ({"error_code": "standby"}, "Another listener hears the notifications of cluster east."),
    ],
)
def test_how_it_stands_is_said_at_every_door(client, platform_admin, broker, facts, sentence):
    alive(broker, **facts)
    assert sentence in said("list_clusters")
    assert json.loads(said("list_clusters", as_json=True))[0]["notifications"] == sentence
    client.force_login(platform_admin)
    for address in (
        reverse("admin:clusters_cluster_change", args=[broker.cluster_id]),
        reverse("admin:clusters_notificationbroker_changelist"),
    ):
        assert sentence in client.get(address).content.decode()


def test_a_silent_listener_does_not_run(broker):
    assert status.told(broker).startswith("Nobody listens")
    alive(broker, connected_at=timezone.now(), heard_at=timezone.now())
    broker.refresh_from_db()
    assert status.is_heard(broker)
    broker.seen_at = timezone.now() - timedelta(seconds=61)
    assert not status.is_heard(broker)
    assert status.told(broker).startswith("Nobody listens")


def test_what_the_broker_said_is_told_in_the_readers_language(broker):
    alive(broker, error_code="unreachable", error_detail="Connection refused")
    broker.refresh_from_db()
    with translation.override("zh-hans"):
        assert status.told(broker) == (
            "无法连接集群 east 的消息代理。请检查主机、端口以及它是否使用 TLS。它返回：Connection refused"
        )


def test_many_clusters_are_listed_with_as_many_queries(cluster, other_cluster, broker, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert said("list_clusters").count("notifications:") == 1


def test_up_listens_only_where_there_is_something_to_hear(cluster, monkeypatch):
    started = []

    class Manager:
        returncode = 0

        def add_process(self, name, command, env):
            started.append((name, command.split()[-1]))

        def loop(self):
            """All of them end at once."""

    monkeypatch.setattr("opsys.kit.management.commands.up.Manager", Manager)
    monkeypatch.setattr(connection, "close", lambda: None)  # it is the test's own

    def up(*names):
        started.clear()
        with pytest.raises(SystemExit) as ended:
            call_command("up", *names)
        return [name for name, _last in started] or ended.value.code

    assert up() == ["web", "worker", "beat"]
    NotificationBroker.objects.create(cluster=cluster, address=ADDRESS, secret="word")
    assert up() == ["web", "worker", "beat", "listen"]
    assert started[-1] == ("listen", "listen")
    assert up("worker") == ["worker"]
    assert up("listen") == ["listen"]
    assert up("sleep") == 2
