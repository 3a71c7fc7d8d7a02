"""Celery's part: somebody looks at the job. Losing one of these messages loses nothing; the reaper sends another."""

from celery import shared_task
from celery.signals import worker_shutting_down

from jobs import lifecycle, retention, run
from opsys.kit.act.idempotency import clear_keys


@shared_task
def run_job(job_id: int) -> None:
    job = lifecycle.take(job_id)
    if job is not None:
        run.Run(job)()


def reap() -> None:
    """Dispatch again what nobody living has."""
    for job_id in lifecycle.abandoned():
        lifecycle.dispatch(job_id)


@shared_task
def clear() -> None:
    retention.clear()
    clear_keys()


@worker_shutting_down.connect
def _stop(**kwargs) -> None:
    run.stopping.set()
