"""Looking at somebody's session: everything is seen, nothing can be done, and nobody waits for who looks."""

import pytest
from django.db import OperationalError

from audit.models import Event
from clusters import access
from terminal.models import Session
from terminal.session.registry import sessions
from terminal.setup import opening
from terminal.setup.tickets import issue_watch
from terminal.tests.conftest import EVERYTHING, Page, do, request_of, run
from terminal.websocket import consumer


async def watching(person, session):
    viewer = Page(person)
    assert (await viewer.connect())[0]
    row = await do(Session.objects.get, pk=session)
    await viewer.say(type="watch", ticket=await do(issue_watch, request_of(person), row))
    viewer.received = (await viewer.hear("watching"))["from"]
    return viewer


@run
async def test_a_viewer_sees_and_can_do_nothing(olga, host, page, make_person, cluster):
    boss = await do(make_person, "boss", {cluster: (*EVERYTHING, access.ADMINISTER)})
    async with page(olga, host) as p:
        await p.type(b"echo be''fore\r")
        await p.shows(b"before")
        viewer = await watching(boss, p.opened["session"])
        await viewer.shows(b"before")
        notice = await p.hear("notice")
        assert notice["code"] == "watched" and "boss" in notice["text"]
        await viewer.type(b"touch /tmp/never; exit\r")
        await viewer.say(type="resize", columns=1, rows=1)
        await viewer.say(type="answer", id=1, accept=True)
        await p.type(b"stty size; echo af''ter\r")
        await viewer.shows(b"after")
        assert b"never" not in p.output and b"24 80" in p.output
        assert sessions.get(p.opened["session"]).input.accepted == len(
            b"echo be''fore\r" + b"stty size; echo af''ter\r"
        )
        await viewer.lose()
    phases = await do(
        lambda: list(Event.objects.filter(action="terminal.session.watch").values_list("username", "phase"))
    )
    assert sorted(phases) == [("boss", "done"), ("boss", "started")]


@run
async def test_a_slow_viewer_slows_nobody(olga, host, page, make_person):
    root = await do(make_person, "root", {}, is_superuser=True)
    async with page(olga, host) as p:
        p.keep = False
        viewer = await watching(root, p.opened["session"])
        viewer.acknowledging = False
        await p.type(b"seq 1 400000; echo e''nd\r")
        p.keep = True
        await p.shows(b"end")
        assert viewer.received < 1_500_000 < p.received
        viewer.acknowledging = True
        await viewer.say(type="ack", received=viewer.received)
        skipped = await viewer.hear("skipped")
        assert skipped["from"] > viewer.received - 600_000
        await viewer.lose()


@pytest.mark.slow
@pytest.mark.timing
@run
async def test_a_viewer_who_loses_the_right_is_sent_away(olga, host, page, make_person, cluster):
    boss = await do(make_person, "boss", {cluster: (*EVERYTHING, access.ADMINISTER)})
    async with page(olga, host) as p:
        viewer = await watching(boss, p.opened["session"])
        await do(access.set_permissions, boss.user, {cluster.pk: EVERYTHING})
        assert await viewer.closed(5) == (4403, "forbidden")
        assert p.code is None


@run
async def test_the_look_at_a_viewer_goes_on_after_the_database_was_away(
    olga, host, page, make_person, cluster, monkeypatch
):
    boss = await do(make_person, "boss", {cluster: (*EVERYTHING, access.ADMINISTER)})
    why_not_watch, asked = opening.why_not_watch, []

    def away_once(*arguments):
        asked.append(arguments)
        if len(asked) == 1:
            raise OperationalError("away")
        return why_not_watch(*arguments)

    monkeypatch.setattr(opening, "why_not_watch", away_once)
    monkeypatch.setattr(consumer, "RECHECK_SECONDS", 0.1)
    async with page(olga, host) as p:
        viewer = await watching(boss, p.opened["session"])
        await do(access.set_permissions, boss.user, {cluster.pk: EVERYTHING})
        assert await viewer.closed() == (4403, "forbidden")
        assert p.code is None


@run
async def test_a_viewer_is_sent_away_when_nobody_can_say_for_long_whether_they_may(
    olga, host, page, make_person, monkeypatch
):
    root = await do(make_person, "root", {}, is_superuser=True)

    def away(*arguments):
        raise OperationalError("away")

    monkeypatch.setattr(opening, "why_not_watch", away)
    monkeypatch.setattr(consumer, "RECHECK_SECONDS", 0.1)
    monkeypatch.setattr(consumer, "BLIND_SECONDS", 0.5)
    async with page(olga, host) as p:
        viewer = await watching(root, p.opened["session"])
        assert await viewer.closed() == (4403, "forbidden")
        assert p.code is None


@run
async def test_a_viewer_hears_the_end(olga, host, page):
    async with page(olga, host) as p:
        viewer = await watching(olga, p.opened["session"])
        await p.type(b"exit\r")
        assert await viewer.closed() == (1000, "exit")
