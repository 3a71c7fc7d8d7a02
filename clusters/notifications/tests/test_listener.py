"""The listener against a real RabbitMQ; the rows are read from a list of a cloud in this process."""

import json
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from clusters import inventory, sync
from clusters.models import Cluster
from clusters.notifications import listener, status
from clusters.notifications.models import NotificationBroker
from compute.servers.models import Server
from tests.platform import PATIENCE_SECONDS, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def running(broker, services, listed_cloud, monkeypatch):
    """The listener in a thread, with the servers of east read."""
    monkeypatch.setattr(listener, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(listener, "BIND_SECONDS", 0.5)
    monkeypatch.setattr(status, "NOTE_SECONDS", 0.2)
    monkeypatch.setitem(inventory.SOURCES, Server, _source(listed_cloud))
    sync.sync(broker.cluster, Server)
    Server.objects.update(synced_at=timezone.now() - timedelta(seconds=5))
    over = threading.Event()
    thread = threading.Thread(target=listener.listen, args=[over])
    thread.start()
    yield thread
    over.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


def _source(cloud):
    source = cloud.source(changes=True)
    cloud.asked_for = []

    def fetch_one(conn, cloud_id):
        cloud.asked_for.append(cloud_id)
        return source.fetch_one(conn, cloud_id)

    events = {"compute.instance": ["instance_id"]}
    return inventory.Source("compute", source.fetch, fetch_one, changes=source.changes, events=events)


def stored():
    return NotificationBroker.objects.defer("secret").select_related("cluster").get()


def told():
    return status.told(stored())


def event(cloud_id, kind="compute.instance.update"):
    inner = {"event_type": kind, "payload": {"instance_id": cloud_id}, "priority": "INFO"}
    return json.dumps({"oslo.version": "2.0", "oslo.message": json.dumps(inner)})


def until(condition, what):
    return wait_until(condition, what, on_failure=told, pause=0.02)


def name_of(cloud_id):
    return Server.objects.filter(cloud_id=cloud_id, gone_at=None).values_list("name", flat=True).first()


def test_a_rename_outside_is_known_by_its_notification(running, services, listed_cloud):
    until(lambda: told() == "Connected; no notification has come yet.", "it is connected")
    listed_cloud.rename("s011", "renamed")
    services.notify("nova", event("s011"))
    took = until(lambda: name_of("s011") == "renamed", "the new name is known")
    listed_cloud.add("new")
    services.notify("nova", event("new", "compute.instance.create.end"))
    until(lambda: name_of("new"), "the new server is there")
    del listed_cloud.rows["s012"]
    services.notify("nova", event("s012", "compute.instance.delete.end"))
    until(lambda: name_of("s012") is None, "the deleted server is gone")
    until(lambda: stored().heard == 3 and stored().rows_read == 3, "what came is counted")
    assert told().startswith("Connected; the last notification came at 20")
    # Usually a tenth of a second; nothing else here reads the row at all.
    assert took < 5, took


def test_nothing_that_comes_stops_it(running, services, listed_cloud):
    until(lambda: stored().connected_at, "it is connected")
    for body in HOSTILE:
        services.notify("nova", body)
    listed_cloud.rename("s001", "renamed")
    services.notify("nova", event("s001"))
    until(lambda: name_of("s001") == "renamed", "it hears on")
    assert listed_cloud.asked_for == ["s001"]


HOSTILE = [
    b"",
    b"\x00\xff\xfe",
    "null",
    "[]",
    "[" * 100_000,
    '{"oslo.message": 5}',
    '{"oslo.message": "{"}',
    json.dumps({"oslo.message": "[" * 100_000}),
    json.dumps({"event_type": ["compute.instance.update"], "payload": {"instance_id": "s001"}}),
    json.dumps({"event_type": "compute.instance." + "x" * 1000, "payload": {"instance_id": "s001"}}),
    json.dumps({"event_type": "compute.instance.update", "payload": "s001"}),
    *[event(cloud_id) for cloud_id in ("../../os-hypervisors", "s001?force=1", "s001/action", "", "a" * 300)],
    *[event(cloud_id) for cloud_id in ("x\r\nHost: y", "é", " ", None, True, 1.5, {"a": 1}, [["s001"]])],
]


def test_it_comes_back_after_the_broker_does(running, rabbit, services, listed_cloud):
    until(lambda: stored().connected_at, "it is connected")
    services.close()
    rabbit.stop()
    until(lambda: "cannot be reached" in told() or "closed the connection" in told(), "the broker's end is told")
    assert running.is_alive()
    rabbit.start()
    services.__init__(rabbit.port)
    services.exchange("nova")
    services.exchange("neutron")
    until(lambda: stored().connected_at and not stored().error_code, "it is connected again")

    def heard():
        services.notify("nova", event("s020"))
        return name_of("s020") == "back"

    listed_cloud.rename("s020", "back")
    until(heard, "it hears again")


def test_what_an_admin_changes_holds_at_once(running, services, listed_cloud):
    until(lambda: stored().connected_at, "it is connected")
    broker = stored()
    broker.secret = "wrong"
    broker.save()
    until(
        lambda: told() == "The message broker of cluster east refuses the user or the password.", "the refusal is told"
    )
    Cluster.objects.update(enabled=False)
    until(lambda: told() == "Not listened to: the cluster is disabled.", "it is off")
    NotificationBroker.objects.all().delete()
    until(lambda: not _threads("east"), "its threads have ended")


@pytest.mark.parametrize("field", ["auth_url", "region", "interface"])
def test_a_cluster_that_is_reached_otherwise_is_listened_to_anew(cluster, monkeypatch, field):
    pk = NotificationBroker.objects.create(cluster=cluster, address="amqp://x/", secret="x").pk
    before, running, stopped = getattr(cluster, field), {}, []

    class Listening:
        alive = True

        def __init__(self, broker):
            self.value = getattr(broker.cluster, field)

        def stop(self):
            stopped.append(self.value)

        def join(self, seconds):
            pass

    monkeypatch.setattr(listener, "Listening", Listening)
    for _time in range(2):
        listener._fit(running, {pk: stored()})
    assert not stopped
    Cluster.objects.update(**{field: "another"})
    listener._fit(running, {pk: stored()})
    assert stopped == [before] and running[pk][1].value == "another"


def _threads(name):
    return [thread for thread in threading.enumerate() if thread.name in (f"hear {name}", f"read {name}")]
