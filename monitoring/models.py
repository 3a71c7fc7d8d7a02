"""Models of this app live beside what uses them."""

from monitoring.alerts.models import Alert, AlertRule, Channel, Delivery, Ending, Silence  # noqa: F401
