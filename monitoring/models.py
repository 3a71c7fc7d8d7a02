"""Models of this app live beside what uses them."""

from monitoring.alerts.models import Alert, AlertRule, Channel, Delivery, Ending, Silence  # noqa: F401
from monitoring.changes.models import Change  # noqa: F401
from monitoring.samples.models import Block, Frame, Series, Thinned  # noqa: F401
