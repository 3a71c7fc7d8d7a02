"""Celery's part: the reaper, told by beat."""

from celery import shared_task

from terminal.session import reaping


@shared_task
def reap() -> None:
    reaping.reap()
