"""Hosts that do not write UTF-8: right on the screen, in what is typed, in the recording and in the derived lines."""

import pytest

from audit.models import Event
from terminal.encodings import CODECS
from terminal.models import Command, Host, Policy, Recording
from terminal.recording import reading
from terminal.session.encoded import EncodedChannel
from terminal.tests.conftest import do, run
from tests.platform import wait_until

WORDS = {
    "gb18030": "测试 終わり €",
    "big5": "繁體測試",
    "euc-jp": "日本語かな",
    "shift-jis": "日本語ソ表",  # the second byte of ソ and 表 is a backslash
    "latin-1": "Ärger über ñ",
    "utf-8": "测试 日本 ñ",
}


class Host_:
    """What is read and sent, `room` bytes at a time."""

    wake_with = resize = end_reason = None

    def __init__(self, pieces=(), room=1000):
        self.pieces, self.room, self.heard = list(pieces), room, bytearray()

    def recv(self, size):
        return self.pieces.pop(0) if self.pieces else b""

    def send(self, data):
        self.heard += data[: self.room]
        return min(len(data), self.room)


@pytest.mark.parametrize("encoding", WORDS)
def test_what_comes_is_utf_8_however_it_is_cut(encoding):
    raw = WORDS[encoding].encode(CODECS[encoding])
    channel = EncodedChannel(Host_([raw[at : at + 1] for at in range(len(raw))]), encoding)
    got = bytearray()
    for _piece in raw:
        try:
            got += channel.recv(100)
        except TimeoutError:
            continue
    assert got.decode() == WORDS[encoding] and channel.recv(100) == b""


@pytest.mark.parametrize("room", [1, 2, 3, 1000])
@pytest.mark.parametrize("encoding", WORDS)
def test_what_is_typed_arrives_once_and_whole_however_little_is_taken(encoding, room):
    host = Host_(room=room)
    channel, waiting = EncodedChannel(host, encoding), WORDS[encoding].encode()
    for _try in range(200):
        try:
            waiting = waiting[channel.send(waiting) :]
        except TimeoutError:
            continue
        if not waiting:
            break
    assert bytes(host.heard) == WORDS[encoding].encode(CODECS[encoding])


def test_what_is_no_text_passes_and_what_the_host_lacks_is_a_question_mark():
    host = Host_()
    channel = EncodedChannel(host, "big5")
    assert channel.send(b"\xff\x80a") == 3
    assert channel.send("🙂".encode()) == 4
    with pytest.raises(TimeoutError):
        channel.send("中".encode()[:2])
    assert bytes(host.heard) == b"\xff\x80a?"


def test_a_broken_character_does_not_eat_the_escape_after_it():
    channel = EncodedChannel(Host_([b"\xb2\x1b[0m"]), "gb18030")
    assert channel.recv(100).endswith(b"\x1b[0m")


@pytest.mark.parametrize("encoding", [name for name in WORDS if name != "utf-8"])
@run
async def test_a_host_of_another_encoding_is_right_everywhere(olga, host, page, encoding):
    word = WORDS[encoding].split()[0]
    await do(lambda: Host.objects.update(encoding=encoding))
    async with page(olga, host) as p:
        assert p.opened["encoding"] == encoding
        raw = "".join(f"\\x{byte:02x}" for byte in word.encode(CODECS[encoding]))
        await p.type(f"printf '<{raw}>\\n'\r".encode())
        await p.shows(f"<{word}>".encode())
        # What is typed is what the host hears, byte for byte.
        # Past the prompt, whose own locale is UTF-8.
        await p.type(b"sh -c 'echo rea\"\"dy; exec od -An -tx1'\r")
        await p.shows(b"ready")
        await p.type(f"{word}\r".encode())
        await p.shows(f"{word}\r\n".encode())
        await p.type(b"\x04")
        await p.shows(word.encode(CODECS[encoding]).hex(" ").encode())
        await p.type(b"exit\r")
        await p.closed()

    def played():
        return "".join(
            text for _at, kind, text in reading.play(Recording.objects.get(), user=olga.user) if kind == "o"
        )

    assert f"<{word}>" in await do(played)
    derived = await do(lambda: [command.text for command in Command.objects.all()])
    assert any("sh -c" in text for text in derived)  # typed before the prompt stood there, it has that in front


@run
async def test_it_is_switched_while_the_terminal_is_open(olga, host, page, cluster):
    await do(lambda: Policy.objects.filter(cluster=cluster).update(encoding="latin-1"))
    async with page(olga, host) as p:
        assert p.opened["encoding"] == "latin-1"
        await p.say(type="encoding", encoding="gb18030")
        await do(wait_until, lambda: Event.objects.filter(action="terminal.session.encoding").exists(), "noted")
        await p.type(b"printf '<\\xb2\\xe2>\\n'\r")
        await p.shows("<测>".encode())
        await p.say(type="encoding", encoding="klingon")
        assert (await p.closed())[0] == 4400
