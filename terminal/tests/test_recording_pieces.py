"""A long recording is played in pieces, none of them large, and none without a look that was noted."""

import base64
import json

import pytest

from audit.models import Event
from clusters import access
from terminal.models import Policy, Recording, Session
from terminal.recording import pieces, reading
from terminal.recording.writing import FLUSH_BYTES, Recorder
from terminal.tests.conftest import EVERYTHING

OUTPUT = "画面 zwölf\r\n".encode() * 250_000
"""Four megabytes whose characters are cut by the bites below."""
BITE = 60_001


@pytest.fixture
def recording(olga, cluster, settings, tmp_path):
    settings.TERMINAL_RECORDINGS = str(tmp_path)

    def made(kind="ssh"):
        row = Session.objects.create(
            user=olga.user,
            username="olga",
            cluster=cluster,
            kind=kind,
            port=22,
            target_name="box",
            columns=80,
            rows=24,
        )
        recorder = Recorder.begin(row, keep_days=1)
        for at in range(0, len(OUTPUT), BITE):
            recorder.output(OUTPUT[at : at + BITE])
        recorder.end(Recording.State.COMPLETE)
        return Recording.objects.get()

    return made


def played(person, recording):
    """Every piece as the page gets it: its events and its bytes."""
    address = f"/terminal/recordings/{recording.pk}/events/"
    while address:
        answer = person.client.get(address)
        assert answer.status_code == 200, answer.content
        yield [json.loads(line) for line in answer.content.splitlines()], len(answer.content)
        address = answer.headers.get("X-Following", "")


@pytest.mark.parametrize("kind", ["ssh", "vnc"])
def test_the_pieces_are_the_whole_and_each_is_small(olga, recording, kind):
    row = recording(kind)
    got = list(played(olga, row))
    assert len(got) >= 3
    # Output as base64 is a third more.
    assert max(size for _events, size in got) < 2 * (pieces.PIECE_BYTES + FLUSH_BYTES + BITE)
    events = [event for piece, _size in got for event in piece]
    assert events[0][1] == "h" and [at for at, *_rest in events] == sorted(at for at, *_rest in events)
    texts = [text for _at, kind, text in events if kind == "o"]
    shown = b"".join(base64.b64decode(text) for text in texts) if kind == "vnc" else "".join(texts).encode()
    assert shown == OUTPUT
    assert reading.verify(row).ok
    assert Event.objects.filter(action="terminal.recording.play").count() == 1, "one look"


def test_a_later_piece_is_for_who_was_given_the_first(olga, recording, make_person, cluster):
    row = recording()
    address = f"/terminal/recordings/{row.pk}/events/"
    following = olga.client.get(address).headers["X-Following"]
    boss = make_person("boss", {cluster: (*EVERYTHING, access.ADMINISTER)})
    assert boss.client.get(following).status_code == 400
    assert not Event.objects.filter(username="boss", action="terminal.recording.play").exists()
    for made_up in ("1", "x:y:z", following.partition("=")[2][:-1]):
        assert olga.client.get(address, {"following": made_up}).status_code == 400
    Policy.objects.update(owners_may_play=False)
    assert olga.client.get(following).status_code == 404
