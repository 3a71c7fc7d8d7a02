"""What is kept of a session: whole, sealed, and never without the session or the session without it."""

import errno
import json
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from audit.models import Event
from clusters import access
from terminal.errors import Refused
from terminal.models import Policy, Recording, Session
from terminal.recording import format, reading, writing
from terminal.recording.writing import Recorder
from terminal.session.reaping import reap
from terminal.session.registry import sessions
from terminal.tests.conftest import EVERYTHING, do, run
from terminal.websocket import codes
from tests.platform import PATIENCE_SECONDS, wait_until


async def recorded(olga, host, page):
    async with page(olga, host) as p:
        await p.type("echo zwölf$((6*2)); sleep 0.7\r".encode())
        await p.shows("zwölf12".encode())
        await p.say(type="resize", columns=99, rows=33)
        await p.type(b"exit\r")
        await p.closed()
    return await do(Recording.objects.select_related("session__cluster").get)


@run
async def test_it_holds_what_was_shown_with_sizes_and_is_whole(olga, host, page):
    recording = await recorded(olga, host, page)
    shown = await do(lambda: list(reading.play(recording, user=olga.user)))
    assert json.loads(shown[0][2])["width"] == 80 and shown[0][1] == "h"
    assert "zwölf12" in "".join(text for _at, kind, text in shown if kind == "o")
    assert ("r", "99x33") in [(kind, text) for _at, kind, text in shown]
    assert [at for at, _kind, _text in shown] == sorted(at for at, _kind, _text in shown)
    assert await do(reading.verify, recording) == reading.Verdict("", recording.chunks)
    assert recording.state == "complete" and recording.seconds > 0.5
    raw = await do(lambda: reading.path_of(recording).read_bytes())
    assert b"echo" not in raw and b"zw" not in raw[:40]
    assert reading.path_of(recording).stat().st_mode & 0o077 == 0


@run
async def test_asciinema_reads_the_export(olga, host, page):
    recording = await recorded(olga, host, page)
    lines = await do(lambda: b"".join(reading.asciicast(recording, user=olga.user)).decode().splitlines())
    head, *events = map(json.loads, lines)
    assert (head["version"], head["width"], head["height"]) == (2, 80, 24)
    assert {event[1] for event in events} == {"o", "r"}
    assert await do(Event.objects.filter(action="terminal.recording.download", username="olga").count) == 1


@pytest.mark.parametrize("how", ["changed", "cut", "lengthened", "swapped"])
@run
async def test_whatever_is_done_to_the_file_is_found_out(olga, host, page, how):
    recording = await recorded(olga, host, page)

    def tamper():
        path = reading.path_of(recording)
        data = bytearray(path.read_bytes())
        with path.open("rb") as file:
            sizes = [36 + len(chunk.sealed) for chunk in format.chunks(file)]
        if how == "changed":
            data[-5] ^= 1
        elif how == "cut":
            del data[-sizes[-1] :]
        elif how == "lengthened":
            sealer = format.Sealer(recording.session_id, b"x" * 32, len(sizes), bytes.fromhex(recording.head))
            data += sealer.seal([(9.0, "o", b"never happened")])
        else:
            begin = len(format.MAGIC)
            middle = begin + sizes[0]
            data[begin:] = data[middle : middle + sizes[1]] + data[begin:middle] + data[middle + sizes[1] :]
        path.write_bytes(data)
        return reading.verify(recording)

    assert not (await do(tamper)).ok


@run
async def test_who_may_play_it(olga, host, page, make_person, cluster):
    recording = await recorded(olga, host, page)
    peer = await do(make_person, "oscar", {cluster: EVERYTHING})
    boss = await do(make_person, "boss", {cluster: (*EVERYTHING, access.ADMINISTER)})

    def look():
        with pytest.raises(Refused):
            reading.play(recording, user=peer.user)
        assert next(reading.play(recording, user=boss.user))
        assert next(reading.play(recording, user=olga.user))
        Policy.objects.update(owners_may_play=False)
        with pytest.raises(Refused):
            reading.play(recording, user=olga.user)
        return list(Event.objects.filter(action="terminal.recording.play").values_list("username", "phase"))

    seen = await do(look)
    assert sorted(seen) == [("boss", "noted"), ("olga", "noted"), ("olga", "refused"), ("oscar", "refused")]


@run
async def test_what_cannot_be_recorded_is_not_opened(olga, host, page, settings, tmp_path):
    (tmp_path / "a file").write_text("")
    settings.TERMINAL_RECORDINGS = str(tmp_path / "a file")
    async with page(olga, host, wait=False) as p:
        assert await p.closed() == (4503, "recording")
    row = await do(Session.objects.get)
    assert row.opened_at is None and row.bytes_out == 0


@run
async def test_a_full_disk_ends_the_session(olga, host, page, monkeypatch):
    full = False
    write = os.write

    def limited(descriptor, data):
        if full and b"" != data and os.fstat(descriptor).st_size and _is_recording(descriptor):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(writing.os, "write", limited)
    async with page(olga, host) as p:
        await p.type(b"echo be''fore\r")
        await p.shows(b"before")
        full = True
        await p.type(b"while sleep 0.1; do echo more; done\r")
        assert await p.closed() == (4503, "recording")
    recording = await do(Recording.objects.get)
    assert recording.state == "failed"
    assert (await do(Session.objects.get)).close_code == 4503


@run
async def test_a_disk_that_hangs_ends_its_session_and_keeps_no_other_from_being_looked_after(
    olga, host, page, monkeypatch
):
    hangs, go_on, write = None, threading.Event(), Recorder._write

    def hanging(recorder, data):
        if recorder is hangs:
            go_on.wait(PATIENCE_SECONDS)
        write(recorder, data)

    monkeypatch.setattr(writing, "STALLED_SECONDS", 1)
    monkeypatch.setattr(Recorder, "_write", hanging)
    async with page(olga, host) as p:
        shell = sessions.get(p.opened["session"])
        hangs = shell.recorder
        try:
            await p.type(b"echo some''thing\r")
            await do(wait_until, lambda: shell.ending is not None, "its disk hangs")
            assert shell.ending.code == codes.RECORDING
            # Who notes how far it is does not wait for the disk.
            await do(shell.recorder.note)
        finally:
            go_on.set()
        assert (await p.closed())[0] == codes.RECORDING


def _is_recording(descriptor):
    return Path(f"/proc/self/fd/{descriptor}").resolve().suffix == ".rec"


@run
async def test_a_policy_may_do_without(olga, host, page):
    await do(Policy.objects.update, record=False)
    async with page(olga, host) as p:
        assert p.opened["recorded"] is False
    assert await do(Recording.objects.count) == 0


@run
async def test_when_its_time_is_over_it_is_deleted(olga, host, page):
    recording = await recorded(olga, host, page)
    assert (await do(reap))["recordings"] == 0
    await do(Recording.objects.update, keep_until=timezone.now() - timedelta(seconds=1))
    assert (await do(reap))["recordings"] == 1
    assert not reading.path_of(recording).exists()
    fresh = await do(Recording.objects.select_related("session").get)
    assert (fresh.state, fresh.key) == ("deleted", "")
    with pytest.raises(Refused):
        await do(reading.play, fresh, user=olga.user)
    assert await do(Event.objects.filter(action="terminal.recording.delete", via="system").count) == 1


def test_what_a_killed_process_left_half_written_is_left_out(shared, tmp_path):
    session = Session(target_name="x", port=22, username="u")
    sealer = format.Sealer(session.pk, b"k" * 32)
    whole = format.MAGIC + sealer.seal([(0.0, "o", b"one")]) + sealer.seal([(1.0, "o", b"two" * 1000)])
    for cut in (1, 20, 60):
        (tmp_path / "r").write_bytes(whole[:-cut])
        with (tmp_path / "r").open("rb") as file:
            assert len(list(format.chunks(file))) == 1
