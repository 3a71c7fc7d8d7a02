"""What beat has the samples do. A moment that is missed is a gap in the charts and nothing worse."""

import time

from celery import shared_task

from monitoring.samples import take, thin


@shared_task
def take_samples() -> None:
    take.take()


@shared_task
def thin_samples() -> None:
    now = int(time.time())
    thin.thin(now)
    thin.forget(now)
