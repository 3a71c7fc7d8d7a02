"""What the screen tells of commands, and what it must not."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from audit.models import Event
from terminal.models import AlertRule, Command
from terminal.session.typed_lines import MOST_CHARACTERS, Deriver
from terminal.setup.instances import printed_in
from terminal.tests.conftest import do, run
from tests.platform import wait_until


def lines(*steps):
    """Steps of ("in", bytes) and ("out", bytes) → the command lines."""
    deriver, found = Deriver(), []
    for direction, data in steps:
        if direction == "in":
            deriver.typed(data)
        else:
            found += deriver.output(data)
    return found


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([">$ ", "<l", ">l", "<s", ">s", "<\r", ">\r\na  b\r\n$ "], ["ls"]),
        ([">$ ", "<ls\r", ">ls\r\na\r\n$ "], ["ls"]),
        ([">$ ", "<lx", ">lx", "<\x7f", ">\b\x1b[K", "<s\r", ">s\r\n"], ["ls"]),
        ([">\x1b[1mroot#\x1b[0m ", "<id\r", ">id\r\n"], ["id"]),
        ([">Password: ", "<hunter2", "<\r", ">\r\n$ "], []),
        ([">$ ", "<\r", ">\r\n$ "], []),
        ([">$ ", "<echo 你好\r", ">echo 你好\r\n"], ["echo 你好"]),
        ([">$ ", "<\x1b[A", ">make all", "<\r", ">\r\n"], ["make all"]),
    ],
)
def test_lines(steps, wanted):
    ways = {"<": "in", ">": "out"}
    assert lines(*((ways[step[0]], step[1:].encode()) for step in steps)) == wanted


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.lists(some.tuples(some.sampled_from(["in", "out"]), some.binary(max_size=60)), max_size=8))
def test_nothing_a_host_sends_breaks_it(steps):
    assert all(len(line) <= MOST_CHARACTERS for line in lines(*steps))


@run
async def test_they_are_kept_and_alerts_are_told_but_nothing_is_held_up(olga, host, page):
    await do(AlertRule.objects.create, name="deletes everything", pattern=r"rm\s+-rf\s+/no")
    async with page(olga, host) as p:
        await p.until(lambda: p.output.endswith((b"# ", b"$ ")), "the prompt")
        await p.type(b"read -s -p 'Sec''ret? ' x\r")
        await p.shows(b"Secret? ")
        await p.type(b"hunter2\r")
        await p.until(lambda: p.output.endswith((b"# ", b"$ ")), "the prompt")
        await p.type(b"rm -rf /no/such/folder; echo d''one\r")
        await p.shows(b"done")
        await p.say(type="close")
        await p.closed()
    alerts = Event.objects.filter(action="terminal.session.alert")
    await do(wait_until, lambda: Command.objects.count() >= 2 and alerts.exists(), "they are written")
    texts = await do(lambda: [command.text for command in Command.objects.all()])
    assert "rm -rf /no/such/folder; echo d''one" in texts and not [text for text in texts if "hunter2" in text]
    alert = await do(Event.objects.get, action="terminal.session.alert")
    assert alert.params["rule"] == "deletes everything" and alert.username == "olga"


def test_fingerprints_on_a_console():
    one, two = "SHA256:" + "a" * 43, "SHA256:" + "b" * 43
    block = "ci-info: x\n-----BEGIN SSH HOST KEY FINGERPRINTS-----\n256 {} root@web (ED25519)\n"
    end = "-----END SSH HOST KEY FINGERPRINTS-----\n"
    assert printed_in(block.format(one) + end) == {one}
    assert printed_in(block.format(one) + end + block.format(two) + end) == {two}  # the last start counts
    assert printed_in(block.format(one) + end + block.format(two)) == {one}  # one that is cut off does not
    assert printed_in(f"login: {one}") == printed_in("") == frozenset()
