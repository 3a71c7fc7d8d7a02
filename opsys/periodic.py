"""What is looked for every second, in one task: each of these looks is quicker than a message of its own would be on
its way through beat, queue and worker."""

from contextlib import ExitStack

from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string


@shared_task
def look() -> None:
    """Call each function of `EVERY_SECOND`. One that fails keeps no other from its turn, and is raised in the end, so
    that the worker's log has its trace."""
    with ExitStack() as stack:
        for name in reversed(settings.EVERY_SECOND):
            stack.callback(import_string(name))
