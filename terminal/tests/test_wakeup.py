"""The wakeup is never missed, however close together it rings and is listened for."""

import threading
import time

from terminal.session.wakeup import Wakeup


def test_what_was_done_before_a_ring_is_seen_after_it():
    wakeup, done = Wakeup(), [0]
    rounds = 20_000

    def listen():
        while done[0] < rounds:
            wakeup.clear()
            if done[0] < rounds:
                wakeup.wait(5)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    for number in range(1, rounds + 1):
        done[0] = number
        wakeup.set()
        if number % 97 == 0:
            time.sleep(0)  # the other one's turn
    began = time.monotonic()
    listener.join(10)
    assert not listener.is_alive()
    assert time.monotonic() - began < 4, "it woke by its patience, not by the wakeup"


def test_several_ring_and_one_ring_is_heard():
    wakeup = Wakeup()
    for _number in range(3):
        wakeup.set()
    wakeup.wait(0)
    wakeup.clear()
    began = time.monotonic()
    wakeup.wait(0.05)
    assert time.monotonic() - began >= 0.04, "all that rang before is one ring"


def test_a_ring_before_waiting_is_heard():
    wakeup = Wakeup()
    wakeup.clear()
    wakeup.set()
    began = time.monotonic()
    wakeup.wait(5)
    assert time.monotonic() - began < 4
