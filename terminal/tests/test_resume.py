"""A connection that is lost and found: not a byte is missing, and none comes twice, in either direction."""

import hashlib

from django.test import Client

from terminal.models import Session
from terminal.tests.conftest import EVERYTHING, Page, do, run
from tests.platform import wait_until


async def come_back(person, lost, *, received="counted", secret=None):
    """The page after the cut; it goes on counting where the lost one was."""
    again = Page(person)
    assert (await again.connect())[0]
    again.received = lost.received
    count = lost.received if received == "counted" else received
    again.received = count or 0
    await again.say(
        type="resume",
        session=lost.opened["session"],
        secret=secret or lost.opened["secret"],
        received=count,
        columns=80,
        rows=24,
    )
    return again


@run
async def test_output_that_came_meanwhile_and_was_under_way_arrives_once(olga, host, page, both_ways):
    wanted = hashlib.sha256(b"".join(b"%07d\r\n" % n for n in range(1, 60_001))).hexdigest()
    async with page(olga, host) as p:
        await p.type(b"stty -echo; PS1=; echo re''ady\r")
        await p.shows(b"ready\r\n")
        await p.type(b"for i in 1 2 3 4 5 6; do seq -f %07.0f $((i*10000-9999)) $((i*10000)); sleep 0.1; done\r")
        whole, begun = bytearray(), p.received
        for _cut in range(3):
            most = min(p.received + 60_000, begun + 539_999)  # all of it may be here before the last cut
            await p.until(lambda p=p, most=most: p.received > most, "some output")
            await p.lose()
            whole += p.output
            before, p = p, await come_back(olga, p)
            p.opened = {**before.opened, **await p.hear("resumed")}
            assert p.opened["from"] == before.received
        await p.until(lambda p=p: b"0060000\r\n" in p.output[-99:], "the end")
        whole += p.output
        lines = bytes(whole[whole.index(b"0000001\r\n") :])
        assert hashlib.sha256(lines[:540_000]).hexdigest() == wanted
        await p.lose()


@run
async def test_input_that_was_under_way_is_sent_again_and_arrives_once(olga, host, page, both_ways):
    data = b"".join(b"%07d\n" % n for n in range(20_000))
    async with page(olga, host) as p:
        command = b"stty raw -echo; echo re''ady; head -c %d | sha256sum; stty sane\r" % len(data)
        await p.type(command)
        await p.shows(b"ready")
        sent, p_now = 0, p
        while sent < len(data):
            piece = data[sent : sent + 20_000]
            await p_now.type(piece)
            await p_now.lose()  # whether that arrived, only the server knows
            again = await come_back(olga, p_now)
            resumed = await again.hear("resumed")
            again.opened = {**p_now.opened, **resumed}
            p_now, sent = again, resumed["input_received"] - len(command)
        await p_now.shows(hashlib.sha256(data).hexdigest().encode())
        await p_now.lose()


@run
async def test_a_reloaded_page_gets_what_was_kept(olga, host, page):
    async with page(olga, host) as p:
        p.acknowledging = False
        await p.type(b"echo rem''ember\r")
        await p.shows(b"remember")
        await p.lose()
        again = await come_back(olga, p, received=None)
        await again.shows(b"remember")
        await again.lose()


@run
async def test_who_may_not_come_back(olga, host, page, make_person, cluster):
    other = await do(make_person, "oscar", {cluster: EVERYTHING})

    def login_again():
        client = Client()
        client.force_login(olga.user)
        return type(olga)(user=olga.user, client=client, session_key=client.session.session_key)

    elsewhere = await do(login_again)
    async with page(olga, host) as p:
        for person, secret in ((other, None), (elsewhere, None), (olga, "x" * 43)):
            again = await come_back(person, p, secret=secret)
            assert await again.closed() == (4403, "secret")
        assert p.code is None
        await p.type(b"echo still''here\r")
        await p.shows(b"stillhere")


@run
async def test_a_second_page_takes_the_session_over(olga, host, page):
    async with page(olga, host) as p:
        again = await come_back(olga, p)
        await again.hear("resumed")
        assert await p.closed() == (1001, "moved")
        await again.type(b"echo ta''ken\r")
        await again.shows(b"taken")
        await again.lose()


@run
async def test_nobody_comes_back(olga, host, page, settings):
    settings.TERMINAL_RESUME_SECONDS = 0
    async with page(olga, host) as p:
        await p.lose()
        await do(wait_until, lambda: Session.objects.get().ended_at, "it ended")
        again = await come_back(olga, p)
        assert await again.closed() == (4404, "gone")
    row = await do(Session.objects.get)
    assert (row.close_code, row.close_cause) == (4408, "lost")
