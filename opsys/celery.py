"""The Celery application. Which broker it speaks to is decided in the settings."""

from celery import Celery

app = Celery("opsys")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
