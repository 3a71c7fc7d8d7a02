"""The Celery application. Which broker it speaks to is decided in the settings."""

import os

from celery import Celery

from opsys import broker  # noqa: F401 - registers the transport of the one-machine set-up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsys.settings.production")

app = Celery("opsys")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
