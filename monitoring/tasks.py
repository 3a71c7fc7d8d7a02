"""What the clock starts."""

from monitoring.alerts.tasks import alerts, deliver, deliver_due, endings, look_up_endings  # noqa: F401
