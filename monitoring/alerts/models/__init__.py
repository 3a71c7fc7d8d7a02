"""Rules, what they found, what keeps it quiet, and where word of it goes."""

from monitoring.alerts.models.alert import Alert
from monitoring.alerts.models.channel import Channel
from monitoring.alerts.models.delivery import Delivery
from monitoring.alerts.models.ending import Ending
from monitoring.alerts.models.rule import AlertRule
from monitoring.alerts.models.silence import Silence

__all__ = ["Alert", "AlertRule", "Channel", "Delivery", "Ending", "Silence"]
