"""What is looked for every few seconds, in one task: each of these looks is quicker than a message of its own would be
on its way through beat, queue and worker."""

import time
from contextlib import ExitStack

from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

# Beat's messages come a little early or late.
SLACK_SECONDS = 0.5

_looked: dict[str, float] = {}


@shared_task
def look() -> None:
    """Call each function of `LOOKS` that is due in this process. One that fails keeps no other from its turn, and is
    raised in the end, so that the worker's log has its trace."""
    now = time.monotonic()
    with ExitStack() as stack:
        for name, seconds in reversed(settings.LOOKS.items()):
            if now - _looked.get(name, -seconds) >= seconds - SLACK_SECONDS:
                _looked[name] = now
                stack.callback(import_string(name))
