from celery import shared_task
from django.utils import timezone

from monitoring.mailing.sending import send_due


@shared_task
def send_reports() -> None:
    send_due(timezone.now())
