"""One POST of JSON."""

import json
from typing import Any

from monitoring import outgoing
from monitoring.alerts.channels.errors import NotDelivered


def check_address(url: str) -> None:
    """Raises `NotDelivered` for an address that nothing can be sent to, or may be."""
    try:
        outgoing.check_address(url)
    except outgoing.OutgoingError as error:
        raise NotDelivered(str(error), final=error.final, wait=error.wait) from None


def post(url: str, body: Any, headers: dict[str, str] | None = None) -> Any:
    """The answer's JSON, or its text. Raises `NotDelivered` for everything but a 2xx."""
    data = json.dumps(body, ensure_ascii=False).encode()
    given = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    try:
        return outgoing.request("POST", url, body=data, headers=given)
    except outgoing.OutgoingError as error:
        raise NotDelivered(str(error), final=error.final, wait=error.wait) from None
