"""Screens that are recorded, that are only looked at, and that stand side by side."""

import base64
import math
import struct

import pytest

from audit.models import Event
from clusters import access
from terminal.console import address
from terminal.console import connecting as console_connecting
from terminal.console.looking import LookingChannel
from terminal.console.rfb import Attention, ClientMessages, NotRfb
from terminal.errors import Refused, SshError
from terminal.models import Policy, Recording, Session
from terminal.recording import reading
from terminal.session import registry
from terminal.session.registry import sessions
from terminal.setup import tickets
from terminal.tests.conftest import do, request_of, run
from terminal.tests.proxy import Proxy
from terminal.websocket import codes
from tests.factories import make_server

VERSION, NO_PASSWORD, SHARED, ALONE = b"RFB 003.008\n", b"\x01", b"\x01", b"\x00"
BEGUN = VERSION + NO_PASSWORD + SHARED
KEY = b"\x04\x01\x00\x00" + struct.pack(">I", 0xFF0D)
POINTER = b"\x05\x01\x00\x10\x00\x10"
POINTER_MORE = b"\x05\x81\x00\x10\x00\x10\x01"
CUT = b"\x06\x00\x00\x00" + struct.pack(">i", 3) + b"abc"
CUT_MORE = b"\x06\x00\x00\x00" + struct.pack(">i", -4) + b"abcd"
QEMU_KEY = b"\xff\x00" + bytes(10)
RESIZE = b"\xfb\x00\x04\x00\x03\x00\x01\x00" + bytes(16)
POWER = b"\xfa\x00\x01\x02"
CONTINUOUS = b"\x96\x01" + bytes(8)
FORMAT = b"\x00" + bytes(19)
ENCODINGS = b"\x02\x00" + struct.pack(">Hii", 2, 7, -239)
FENCE = b"\xf8\x00\x00\x00" + bytes(4) + b"\x02ab"
ASK, ASK_WHOLE = b"\x03\x01" + bytes(8), b"\x03\x00" + bytes(8)
DOING = (KEY, POINTER, POINTER_MORE, CUT, CUT_MORE, QEMU_KEY, RESIZE, POWER)
LOOKING = (FORMAT, ENCODINGS, FENCE, ASK, CONTINUOUS)


@pytest.fixture
def server(cluster):
    Policy.objects.filter(cluster=cluster).update(console_proxies="127.0.0.0/8", record_screens=True, wall_screens=1)
    return make_server(cluster, name="screen-1")


@pytest.fixture
def proxy(monkeypatch):
    with Proxy(greeting=VERSION) as one:
        monkeypatch.setattr(address, "ask", lambda *_what: one.url)
        yield one


def console(person, server, kind="vnc"):
    return tickets.issue(request_of(person), server=server, kind=kind)


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_messages_are_told_apart_however_they_are_cut(size):
    whole = BEGUN + b"".join(DOING + LOOKING)
    messages, found = ClientMessages(), []
    for at in range(0, len(whole), size):
        found += messages.feed(whole[at : at + size])
    assert [one.data for one in found] == [VERSION, NO_PASSWORD, SHARED, *DOING, *LOOKING]


@pytest.mark.parametrize(
    "said", [b"RFB 009.000\n", VERSION + b"\x02", BEGUN + b"\x63", BEGUN + CUT[:4] + b"\x7f\xff\xff\xff"]
)
def test_what_is_no_message_is_refused(said):
    with pytest.raises(NotRfb):
        list(ClientMessages().feed(said))


def test_only_what_a_person_does_counts_as_typing():
    attention = Attention()
    assert not attention.feed(BEGUN)
    assert not any(attention.feed(one) for one in LOOKING)
    assert all(attention.feed(one) for one in (KEY, POINTER, CUT, QEMU_KEY))
    assert attention.feed(b"\x63") and attention.feed(ASK), "not understood: all counts"


class Screen:
    """What passes."""

    recv = resize = end_reason = None

    def __init__(self):
        self.heard = bytearray()

    def send(self, data):
        self.heard += data
        return len(data)


def test_who_only_looks_does_nothing_whatever_the_page_sends():
    screen = Screen()
    looking = LookingChannel(screen)
    looking.send(VERSION + NO_PASSWORD + ALONE)
    looking.send(b"".join(DOING))
    looking.send(b"".join(LOOKING))
    # Shared, whatever the page says: it would take the screen away from whoever has it.
    assert bytes(screen.heard) == BEGUN + b"".join(LOOKING)
    with pytest.raises(SshError):
        looking.send(b"\x63")
    with pytest.raises(SshError, match="password"):
        LookingChannel(Screen()).send(VERSION + b"\x02")


def test_a_small_screen_asks_slowly_and_once():
    screen = Screen()
    looking = LookingChannel(screen, pause=3600)
    looking.send(BEGUN + ASK_WHOLE + ASK + ASK_WHOLE + ASK)
    assert bytes(screen.heard) == BEGUN + ASK_WHOLE
    looking._timer.cancel()
    looking._release()  # the pause is over
    assert bytes(screen.heard) == BEGUN + ASK_WHOLE + ASK_WHOLE, "one for all that waited"
    looking.send(ASK)
    # Updates without being asked are not wished for, or nothing would be slow.
    looking.send(b"\x02\x00" + struct.pack(">Hiii", 3, 7, -313, -239))
    assert bytes(screen.heard).endswith(ENCODINGS)
    looking.close()
    assert looking._held == ASK and bytes(screen.heard).count(b"\x03\x00") == 2


@run
async def test_a_screen_is_recorded_byte_for_byte(olga, server, proxy, page):
    async with page(olga, ticket=await do(console, olga, server)) as p:
        assert p.opened["recorded"] is True
        await p.shows(VERSION)
        await p.type(b"\x00abc\xff")
        await p.shows(b"\x00ABC\xff")
        shown = bytes(p.output)
        await p.say(type="close")
        await p.closed()
    recording = await do(Recording.objects.get)
    assert recording.state == "complete"

    def played():
        events = list(reading.play(recording, user=olga.user))
        assert reading.verify(recording).ok
        times = [at for at, _kind, _text in events]
        assert times == sorted(times)
        return b"".join(base64.b64decode(text) for _at, kind, text in events if kind == "o")

    assert await do(played) == shown

    def taken_along():
        answer = olga.client.get(f"/terminal/recordings/{recording.pk}/asciicast/")
        assert answer["Content-Disposition"].endswith('.fbs"')
        return b"".join(answer.streaming_content)

    file = await do(taken_along)
    assert file.startswith(b"FBS 001.001\n" + struct.pack(">I", len(VERSION)) + VERSION)
    assert (await do(Event.objects.get, action="terminal.recording.download")).username == "olga"
    shown_page = await do(lambda: olga.client.get(f"/terminal/recordings/{recording.pk}/").text)
    assert "screen_player" in shown_page and "derived" not in shown_page


@run
async def test_no_recording_no_screen(olga, server, proxy, page, settings, tmp_path):
    (tmp_path / "file").write_text("no folder")
    settings.TERMINAL_RECORDINGS = str(tmp_path / "file")
    async with page(olga, ticket=await do(console, olga, server), wait=False) as p:
        assert await p.closed() == (codes.RECORDING, "recording")
        assert p.received == 0
    assert not await do(Recording.objects.exists)


@run
async def test_a_screen_that_cannot_be_recorded_any_more_is_closed(olga, server, proxy, page):
    async with page(olga, ticket=await do(console, olga, server)) as p:
        await p.shows(VERSION)
        sessions.all()[0].recorder.problem = OSError(28, "full")
        await p.type(b"more")
        assert await p.closed() == (codes.RECORDING, "recording")


@pytest.fixture
def ada(make_person, cluster):
    return make_person("ada", {cluster: [access.VIEW, access.ADMINISTER]})


def watching(person, session):
    return tickets.issue_watch(request_of(person), session)


@run
async def test_who_administers_looks_at_a_screen_and_only_looks(olga, ada, server, proxy, page):
    async with page(olga, ticket=await do(console, olga, server)) as owner:
        row = await do(Session.objects.get)
        async with page(ada, ticket=await do(watching, ada, row)) as p:
            await p.shows(VERSION)
            assert p.opened["kind"] == "watch" and p.opened["recorded"] is False
            await p.type(VERSION + NO_PASSWORD + ALONE + KEY + POINTER + ASK)
            await p.shows(ASK)
            await owner.until(lambda: any(m.get("code") == "watched" for m in owner.messages), "the owner hears of it")
            # What ends the one ends the other.
            await owner.say(type="close")
            await owner.closed()
            assert (await p.closed())[1] == "closed"
    assert bytes(proxy.heard) == VERSION + NO_PASSWORD + SHARED + ASK
    noted = await do(
        lambda: list(
            Event.objects.filter(action="terminal.session.watch").order_by("pk").values_list("username", "phase")
        )
    )
    assert noted == [("ada", "started"), ("ada", "done")]


@pytest.mark.slow
@pytest.mark.timing
@run
async def test_a_look_ends_with_the_right_to_it(olga, ada, server, proxy, page, cluster):
    async with page(olga, ticket=await do(console, olga, server)):
        row = await do(Session.objects.get)
        async with page(ada, ticket=await do(watching, ada, row)) as p:
            await p.shows(VERSION)
            await do(access.set_permissions, ada.user, {cluster.pk: [access.VIEW]})
            assert (await p.closed(5))[0] == 4403


def test_who_does_not_administer_looks_at_nothing(olga, make_person, server, cluster):
    bob = make_person("bob", {cluster: [access.VIEW, access.CONSOLE]})
    row = Session.objects.create(user=olga.user, username="olga", cluster=cluster, kind="vnc", port=1, target_name="x")
    with pytest.raises(Refused):
        watching(bob, row)
    assert bob.client.get(f"/terminal/sessions/{row.pk}/watch/").status_code == 404


@run
async def test_small_screens_are_limited_by_cluster_and_end_with_the_policy(
    olga, server, proxy, page, cluster, monkeypatch
):
    monkeypatch.setattr(console_connecting, "WALL_SECONDS", 3600.0)
    async with page(olga, ticket=await do(console, olga, server, "wall")) as p:
        await p.shows(VERSION)
        await p.type(BEGUN + ASK_WHOLE + ASK + KEY)
        await p.shows(ASK_WHOLE)
        async with page(olga, ticket=await do(console, olga, server, "wall"), wait=False) as second:
            assert await second.closed() == (codes.LIMIT, "limit")
        await do(lambda: Policy.objects.filter(cluster=cluster).update(wall_screens=0))
        assert (await p.closed())[0] == codes.TERMINATED
    assert bytes(proxy.heard) == BEGUN + ASK_WHOLE, "the next one waits"
    with pytest.raises(Refused, match="no screens on a wall"):
        await do(console, olga, server, "wall")


def test_the_page_of_small_screens_says_where_they_are_allowed(olga, server, cluster):
    assert "at most 1" in olga.client.get("/terminal/screens/").text
    Policy.objects.filter(cluster=cluster).update(wall_screens=0)
    assert "switched off" in olga.client.get("/terminal/screens/").text


@run
async def test_who_only_looks_is_not_idle_and_the_rest_is(olga, server, proxy, page, monkeypatch):
    # The proxy may owe a sign of life at this very moment, and hours later it would be dead.
    monkeypatch.setattr(registry, "DEAD_SECONDS", math.inf)
    async with page(olga, ticket=await do(console, olga, server)) as p:
        await p.shows(VERSION)
        shell = sessions.all()[0]
        await p.type(BEGUN)
        began = shell.typed_at
        await p.type(ASK)
        await p.shows(ASK)
        assert shell.typed_at == began, "an update request is not typing"
        assert registry._over_time(shell, began + 10_000).cause == "idle"
        shell.row.kind = "watch"
        assert registry._over_time(shell, began + 10_000) is None
