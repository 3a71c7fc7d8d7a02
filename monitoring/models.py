"""Models of this app live beside what uses them."""

from monitoring.alerts.models import Alert, AlertRule, Channel, Delivery, Ending, Silence  # noqa: F401
from monitoring.changes.models import Change  # noqa: F401
from monitoring.loads.models import PrometheusSource, WatchedServer  # noqa: F401
from monitoring.mailing.models import MailedReport  # noqa: F401
from monitoring.samples.models import Block, Frame, RecentLatency, Series, Thinned  # noqa: F401
from monitoring.usage.models import Price  # noqa: F401
