"""The Celery application. Which broker it speaks to is decided in the settings."""

import os
from datetime import UTC, datetime

from celery import Celery
from celery.signals import task_postrun, task_prerun
from django.db import connections

from opsys import broker  # noqa: F401 - registers the transport of the one-machine set-up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsys.settings.production")


class UtcCelery(Celery):
    def now(self) -> datetime:
        """What Celery's own returns where the time zone is UTC, but without looking whether that is ambiguous: beat
        asks ten times a second."""
        return datetime.now(UTC)


app = UtcCelery("opsys")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
@task_postrun.connect
def keep_connections(sender, **kwargs) -> None:
    """A worker's thread keeps its connection to the database as `CONN_MAX_AGE` says, and one to SQLite for good.
    Celery's own would close it after each task (see `CELERY_DB_REUSE_MAX`)."""
    if sender.request.is_eager:
        return
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "sqlite" or connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()
