"""A message that says only that messages arrive."""

import uuid

from django.urls import reverse
from django.utils import timezone, translation

from clusters.sentences import as_data, gettext
from monitoring.alerts.channels.sending import send
from monitoring.alerts.models.alert import Alert
from monitoring.alerts.models.channel import Channel
from monitoring.alerts.models.severity import Severity


def send_test(channel: Channel) -> None:
    """Raises `NotDelivered`."""
    with translation.override(channel.language):
        text = gettext("This is a test: messages of %(name)s arrive.") % {"name": channel.name}
        rule = translation.gettext("Test")
    now = timezone.now().isoformat()
    alert = {
        **dict.fromkeys(("cluster", "type", "cloud_id", "name"), ""),
        **dict.fromkeys(("cluster_id", "user_id", "value"), None),
        "id": 0,
        "rule": rule,
        "kind": "test",
        "severity": Severity.INFO.value,
        "state": Alert.State.RESOLVED.value,
        "escalation": False,
        "text": text,
        "said": as_data(text),
        "began_at": now,
        "ended_at": now,
        "path": reverse("monitoring:alerts"),
    }
    send(channel, [alert], number=str(uuid.uuid4()))
