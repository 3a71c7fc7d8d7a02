"""How a message gets to people, one file a way."""

from monitoring.alerts.channels.errors import NotDelivered
from monitoring.alerts.channels.sending import send

__all__ = ["NotDelivered", "send"]
