"""Connections of a worker's threads, and beat's clock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from celery.app.base import Celery
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_postrun, task_prerun
from django.db import connection

from opsys import periodic
from opsys.celery import app


def run_task(fixup: DjangoWorkerFixup) -> None:
    """What surrounds a task in a worker."""
    sender = periodic.look
    for moment, own in ((task_prerun, fixup.on_task_prerun), (task_postrun, fixup.on_task_postrun)):
        own(sender)
        moment.send(sender=sender)
        connection.ensure_connection()


def in_a_thread(work):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


@pytest.mark.parametrize("failed", [False, True])
def test_a_worker_keeps_its_connection_until_it_fails(transactional_db, failed):
    fixup = DjangoWorkerFixup(app)

    def work() -> bool:
        connection.settings_dict["CONN_MAX_AGE"] = 60
        connection.ensure_connection()
        before = connection.connection
        connection.errors_occurred = failed
        connection.is_usable = lambda: not failed
        try:
            run_task(fixup)
            return connection.connection is before
        finally:
            del connection.is_usable
            connection.close()

    assert in_a_thread(work) is not failed


def test_the_time_is_celery_s_own():
    own, ours = Celery.now(app), app.now()
    assert ours.utcoffset() == own.utcoffset() == timedelta(0) and abs(ours - own) < timedelta(seconds=5)
    assert ours.tzinfo is UTC and isinstance(ours, datetime)
