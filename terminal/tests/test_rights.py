"""What ends a session that is open: each soon, with a code, an event, and the host's connection gone."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from clusters import access
from clusters.models import Cluster
from compute.servers.models import Server
from terminal.errors import Ended, Refused
from terminal.models import Host, Policy, Session
from terminal.session import live, reaping
from terminal.session.registry import SessionRegistry, sessions
from terminal.setup import instances
from terminal.setup.instances import Instance
from terminal.setup.tickets import issue
from terminal.tests.conftest import EVERYTHING, do, request_of, run
from tests.factories import make_server

SOON = 5
"""Two seconds, as the benchmark measures, and what a busy test machine adds."""


def logout(olga, host):
    olga.client.logout()


def disabled_user(olga, host):
    User.objects.filter(pk=olga.user.pk).update(is_active=False)


def lost_grant(olga, host):
    access.set_permissions(olga.user, {host.cluster_id: [access.VIEW]})


def nothing_left(olga, host):
    access.set_permissions(olga.user, {})


def disabled_host(olga, host):
    Host.objects.update(enabled=False)


def disabled_cluster(olga, host):
    Cluster.objects.update(enabled=False)


def policy(olga, host):
    Policy.objects.update(enabled=False)


def terminated(olga, host):
    live.terminate(Session.objects.get(), user=User.objects.get(username="root"), reason="night")


@pytest.mark.parametrize(
    ("what", "code"),
    [
        *((logout, 4401), (disabled_user, 4401), (lost_grant, 4403), (nothing_left, 4403)),
        *((disabled_host, 4410), (disabled_cluster, 4410), (policy, 4410), (terminated, 4410)),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
@pytest.mark.slow
@pytest.mark.timing
@run
async def test_it_ends(olga, host, page, sshd, make_person, what, code):
    await do(make_person, "root", {}, is_superuser=True)
    async with page(olga, host) as p:
        await p.type(b"echo pid:$PPID:\r")
        await p.shows(b":\r\n")
        began = time.monotonic()
        await do(what, olga, host)
        assert (await p.closed(10))[0] == code
        assert time.monotonic() - began < SOON
    row = await do(Session.objects.get)
    assert (row.state, row.close_code) == ("ended", code)
    closed = await do(Event.objects.get, action="terminal.session.close")
    assert closed.reason and closed.params["close_code"] == code
    if what is terminated:
        assert "root" in closed.reason and "night" in closed.reason
        assert await do(Event.objects.filter(action="terminal.session.terminate", username="root").count) == 1


@pytest.fixture
def server(cluster, sshd, monkeypatch):
    """A server of the cloud whose address is the sshd's."""
    Policy.objects.update(allowed_ports=f"{sshd.port}")
    row = make_server(cluster, name="web-1")
    found = Instance(row.cloud_id, "web-1", "", ["127.0.0.1"])
    monkeypatch.setattr(instances, "find", lambda cluster, cloud_id: found)
    monkeypatch.setattr(instances, "fingerprints", lambda cluster, cloud_id: frozenset())
    return row


@run
async def test_a_server_that_is_deleted_ends_it(olga, server, page, sshd):
    login = {"login": {"username": sshd.user, "key": sshd.key}}
    ticket = await do(issue, request_of(olga), server=server)
    async with page(olga, ticket=ticket, answers=login) as p:
        assert p.opened["port"] == sshd.port
        await do(Server.objects.update, gone_at=timezone.now())
        assert await p.closed() == (4410, "deleted")
    assert (await do(Session.objects.get)).cloud_id == server.cloud_id


@run
async def test_only_keystrokes_count_against_idleness(olga, host, page):
    async with page(olga, host) as p:
        shell = sessions.get(p.opened["session"])
        await p.type(b"while sleep 0.1; do echo tick; done\r")
        await p.shows(b"tick\r\ntick")
        shell.typed_at -= shell.policy.idle_minutes * 60 - 30
        assert (await p.hear("notice"))["code"] == "idle_soon"
        await p.say(type="resize", columns=90, rows=30)
        shell.typed_at -= 31
        assert await p.closed() == (4408, "idle")


@run
async def test_no_session_lasts_for_ever(olga, host, page):
    async with page(olga, host) as p:
        shell = sessions.get(p.opened["session"])
        shell.began -= shell.policy.longest_minutes * 60
        await p.type(b"x")
        assert await p.closed() == (4409, "too_long")


def test_who_may_end_other_peoples_sessions(olga, make_person, cluster, host):
    row = Session.objects.create(user=olga.user, username="olga", cluster=cluster, target_name="box", port=22)
    peer = make_person("oscar", {cluster: EVERYTHING})
    boss = make_person("boss", {cluster: (*EVERYTHING, access.ADMINISTER)})
    with pytest.raises(Refused):
        live.terminate(row, user=peer.user, reason="")
    assert list(live.sessions(peer.user)) == [] and list(live.sessions(boss.user)) == [row]
    live.terminate(row, user=boss.user, reason="done")
    row.refresh_from_db()
    assert (row.terminate_by, row.terminate_reason) == ("boss", "done")


def test_one_that_takes_long_to_end_is_not_taken_for_crashed(olga, host):
    silent = timezone.now() - timedelta(hours=1)
    facts = {"user": olga.user, "username": "olga", "target_name": "box", "port": 22, "heartbeat_at": silent}
    ending = Session.objects.create(**facts)
    over = Session.objects.create(**facts, ended_at=silent)
    soon = {"ending": Ended("The terminal was closed."), "ending_at": time.monotonic(), "opened": False}
    held = {"started": True, "recorder": None, "policy": None, "person": SimpleNamespace(language="en")}
    SessionRegistry()._look_after([SimpleNamespace(row=row, **soon, **held) for row in (ending, over)])
    assert reaping.reap()["sessions"] == 0
    over.refresh_from_db()
    assert over.heartbeat_at == silent, "what is written of it stays"
