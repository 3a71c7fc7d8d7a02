"""What is looked for every second, in one task: each of these looks is quicker than a message of its own would be on
its way through beat, queue and worker."""

import structlog
from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

log = structlog.get_logger()


@shared_task
def look() -> None:
    """Call each function of `EVERY_SECOND`. One that fails keeps no other from its turn, whatever the fault."""
    for name in settings.EVERY_SECOND:
        try:
            import_string(name)()
        except Exception:
            log.exception("periodic_look_failed", look=name)
