"""A message, by the way of its channel."""

from typing import Any

from django.utils import translation

from monitoring.alerts.channels import chat, mail, programs
from monitoring.alerts.models.channel import Channel
from monitoring.alerts.wording import message_of

Kind = Channel.Kind
CHATS = {Kind.DINGTALK: chat.dingtalk, Kind.WECOM: chat.wecom, Kind.FEISHU: chat.feishu, Kind.SLACK: chat.slack}


def send(channel: Channel, alerts: list[dict[str, Any]], *, number: str, more: int = 0) -> None:
    """Raises `NotDelivered`. `number` is the message's own, the same at every attempt."""
    with translation.override(channel.language):
        message = message_of(alerts, more)
        if channel.kind == Kind.MAIL:
            mail.send(message, channel.endpoint, number=number)
        elif channel.kind == Kind.WEBHOOK:
            programs.webhook(message, channel.endpoint, channel.secret, alerts=alerts, number=number)
        elif channel.kind == Kind.ALERTMANAGER:
            programs.alertmanager(message, channel.endpoint, channel.secret, alerts=alerts)
        else:
            CHATS[Kind(channel.kind)](message, channel.endpoint, channel.secret)
