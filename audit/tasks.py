"""Celery's part: the proof grows, what is new is forwarded, and once a day everything is verified."""

import time

from celery import shared_task

from audit.forward import sending
from audit.proof import state, tree

# One call adds what it can in this time; the next one comes a few seconds later.
PROVE_SECONDS = 20


def look() -> None:
    """At rest nothing is written, and no task is sent."""
    if tree.is_behind():
        prove.apply_async(expires=5)
    if sending.due():
        forward.apply_async(expires=10)


@shared_task
def prove() -> None:
    until = time.monotonic() + PROVE_SECONDS
    while tree.append_new() == tree.BATCH and time.monotonic() < until:
        pass
    tree.checkpoint_if_due()


@shared_task
def forward() -> None:
    sending.send_all()


@shared_task
def verify() -> None:
    state.verify_and_keep()
