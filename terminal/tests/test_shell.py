"""The way from a ticket to a shell and back, on a real sshd."""

import asyncio
import hashlib
import time

import pytest
from django.utils.translation import override

from audit.models import Event
from terminal.models import Session
from terminal.tests.conftest import do, run, threads_named
from tests.platform import wait_until


def events(action):
    return list(Event.objects.filter(action=action).order_by("pk").values_list("phase", "username", "error_code"))


@run
async def test_a_shell_opens_shows_and_ends(olga, host, page, sshd, both_ways):
    async with page(olga, host, columns=101, rows=31) as p:
        assert p.opened["title"] == f"{sshd.user}@box" and p.opened["recorded"] is True
        await p.type(b"stty size; echo one$((1+1))three; exit 3\r")
        await p.shows(b"one2three")
        assert b"31 101" in p.output
        assert await p.closed() == (1000, "exit")
        assert p.messages[-1]["reason"].endswith("status 3.")
    row = await do(Session.objects.get)
    with override("zh-hans"):
        assert row.close_told != row.close_reason and "3" in row.close_told
        (event,) = await do(list, Event.objects.filter(action="terminal.session.close"))
        assert event.told == row.close_told
    assert (row.state, row.close_code, row.bytes_out) == ("ended", 1000, p.received)
    assert await do(events, "terminal.session.open") == [("started", "olga", ""), ("done", "olga", "")]
    assert await do(events, "terminal.session.close") == [("done", "olga", "")]
    assert await do(events, "terminal.host_key.accept") == [("done", "olga", "")]


@run
async def test_a_resize_reaches_the_host(olga, host, page):
    async with page(olga, host) as p:
        await p.say(type="resize", columns=133, rows=43)
        await p.type(b"sleep 0.3; stty size\r")
        await p.shows(b"43 133")


@run
async def test_closing_it_leaves_no_thread(olga, host, page):
    async with page(olga, host) as p:
        await p.say(type="close")
        assert await p.closed() == (1000, "closed")
    wait_until(lambda: not threads_named(f"terminal-{p.opened['session']}"), "the session's thread ended")


@run
async def test_output_stops_at_the_window_and_arrives_whole(olga, host, page, both_ways):
    """A page that does not acknowledge is sent 512 KiB and no more; then all of it, unchanged."""
    wanted = hashlib.sha256(b"".join(b"%07d\r\n" % n for n in range(1, 200_001))).hexdigest()
    async with page(olga, host) as p:
        await p.type(b"stty -echo; PS1=; clear; echo re''ady\r")
        await p.shows(b"ready\r\n")
        p.acknowledging, p.keep, p.hash = False, True, hashlib.sha256()
        del p.output[:]
        start = p.received
        await p.type(b"seq -f %07.0f 1 200000\r")
        await p.until(lambda: p.received - start >= 500_000, "the window is full")
        await p.type(b"")
        await asyncio.sleep(0.5)  # it must not come
        assert p.received <= start + 512 * 1024 + 64 * 1024
        p.acknowledging = True
        await p.say(type="ack", received=p.received)
        await p.until(lambda: b"0200000\r\n" in p.output[-99:], "all of it")
        lines = bytes(p.output[p.output.index(b"0000001\r\n") :])
        assert hashlib.sha256(lines[:1_800_000]).hexdigest() == wanted


@run
async def test_a_paste_arrives_whole(olga, host, page, both_ways):
    data = b"".join(b"%09d\n" % n for n in range(60_000))
    async with page(olga, host) as p:
        await p.type(b"stty raw -echo; echo re''ady; head -c %d | sha256sum; stty sane\r" % len(data))
        await p.shows(b"ready")
        for begin in range(0, len(data), 16_384):
            piece = data[begin : begin + 16_384]
            sent = begin + len(piece)
            await p.type(piece)
            await p.until(lambda sent=sent: sent - _taken(p) < 262_144, "the host takes it")
        await p.shows(hashlib.sha256(data).hexdigest().encode())


def _taken(p):
    return max([m["input"] for m in p.messages if m["type"] == "input_ack"], default=0)


@pytest.mark.slow
@pytest.mark.timing
@run
async def test_ctrl_c_wins_over_a_flood(olga, host, page, both_ways):
    async with page(olga, host) as p:
        p.keep = False
        await p.type(b"yes\r")
        await p.until(lambda: p.received > 3_000_000, "a flood")
        p.keep = True
        began = time.monotonic()
        await p.type(b"\x03")
        await p.shows(b"^C")
        assert time.monotonic() - began < 5
        await p.type(b"echo al''ive\r")
        await p.shows(b"alive")


@run
async def test_more_than_the_host_takes_ends_it(olga, host, page, both_ways):
    async with page(olga, host) as p:
        await p.type(b"stty raw -echo; echo re''ady; sleep 60\r")
        await p.shows(b"ready")
        for _ in range(80):
            await p.type(b"x" * 65_536)
        assert await p.closed() == (4413, "flood")


@run
async def test_what_no_page_sends_ends_the_socket_and_not_the_platform(olga, host, page):
    for text in ("[]", "{", '{"type": "no"}', '{"type": "open"}', '{"type": "resume", "columns": 1, "rows": 1e9}'):
        async with page(olga) as p:
            await p.socket.send_input({"type": "websocket.receive", "text": text})
            await p.until(lambda p=p: p.code is not None, text)
            assert p.code == 4400
    async with page(olga, host) as p:
        await p.say(type="ack", received=10**12)
        await p.until(lambda: p.code is not None, "closed")
        assert p.code == 4400
