"""Programs: a webhook of one's own, and Prometheus' Alertmanager."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from monitoring.alerts.channels.http import post
from monitoring.alerts.models.alert import Alert
from monitoring.alerts.wording import Message

OPEN_END = timedelta(days=365)
"""Alertmanager forgets what bears no end after a few minutes; we tell it when it is over."""


def webhook(message: Message, endpoint: str, secret: str, *, alerts: list[dict[str, Any]], number: str) -> None:
    """`number` is the same when a message is sent again. With a secret, `X-Signature` is its HMAC-SHA256 over the
    header `X-Delivery`, a dot, and the alerts as compact JSON with sorted keys."""
    told = [{name: value for name, value in alert.items() if name != "said"} for alert in alerts]
    body = {"number": number, "firing": message.firing, "title": message.title, "text": message.text, "alerts": told}
    headers = {"X-Delivery": number}
    if secret:
        headers["X-Signature"] = f"sha256={signature(secret, number, told)}"
    post(endpoint, body, headers)


def signature(secret: str, number: str, alerts: list[dict[str, Any]]) -> str:
    text = json.dumps(alerts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(secret.encode(), f"{number}.{text}".encode(), hashlib.sha256).hexdigest()


def alertmanager(message: Message, endpoint: str, secret: str, *, alerts: list[dict[str, Any]]) -> None:
    """To `/api/v2/alerts` below the address. With a secret it is the bearer token."""
    url = f"{endpoint.rstrip('/')}/api/v2/alerts"
    post(url, [_alert(alert, message) for alert in alerts], {"Authorization": f"Bearer {secret}"} if secret else None)


def _alert(alert: dict[str, Any], message: Message) -> dict[str, Any]:
    labels = {
        "alertname": alert["kind"],
        "alert": str(alert["id"]),
        **{name: str(alert[name]) for name in ("rule", "severity", "cluster", "type", "cloud_id", "name")},
    }
    over = alert["state"] == Alert.State.RESOLVED
    ended_at = alert["ended_at"] if over else (datetime.now(UTC) + OPEN_END).isoformat()
    return {
        "labels": {name: value for name, value in labels.items() if value},
        "annotations": {"summary": alert["text"]},
        "startsAt": alert["began_at"],
        "endsAt": ended_at or datetime.now(UTC).isoformat(),
        **({"generatorURL": message.url} if message.url else {}),
    }
