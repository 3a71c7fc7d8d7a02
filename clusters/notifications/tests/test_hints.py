"""Which rows wait to be read, by a clock of the test's own."""

import threading

from clusters.notifications.hints import MOST_WAITING, Hints
from compute.servers.models import Server
from storage.volumes.models import Volume
from tests.platform import PATIENCE_SECONDS


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def read(hints):
    """Read all that is due; returns what that was."""
    due = hints.due()
    for model, ids in due.items():
        for cloud_id, heard in ids.items():
            hints.done(model, cloud_id, heard)
    return {model: list(ids) for model, ids in due.items()}


def test_the_first_hint_is_due_at_once_and_many_within_a_second_are_two_reads():
    clock = Clock()
    hints = Hints(clock)
    hints.add(Server, "one")
    assert read(hints) == {Server: ["one"]}
    for _ in range(50):
        hints.add(Server, "one")
    assert read(hints) == {}
    clock.now += 1.1
    assert read(hints) == {Server: ["one"]}
    clock.now += 5
    assert read(hints) == {}


def test_what_is_told_of_while_it_is_read_is_read_again():
    clock = Clock()
    hints = Hints(clock)
    hints.add(Server, "one")
    ((model, ids),) = hints.due().items()
    hints.add(Server, "one")  # between the question and its answer
    hints.done(model, "one", ids["one"])
    clock.now += 1.1
    assert read(hints) == {Server: ["one"]}


def test_no_more_wait_than_fit():
    hints = Hints(Clock())
    for number in range(MOST_WAITING + 200):
        hints.add(Server, f"s{number}")
    hints.add(Volume, "v1")
    due = hints.due()
    assert len(due[Server]) == MOST_WAITING
    assert list(due[Volume]) == ["v1"]
    hints.forget()
    assert hints.due() == {}


def test_who_waits_is_woken_by_a_hint():
    hints, woken = Hints(), threading.Event()
    threading.Thread(target=lambda: (hints.wait(30), woken.set()), daemon=True).start()
    hints.add(Server, "one")
    assert woken.wait(PATIENCE_SECONDS)
