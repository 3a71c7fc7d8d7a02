"""What a notification says: which resource changed. All of it is a stranger's text until it was checked."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clusters import inventory
from clusters.coerce import mapping
from clusters.inventory import InventoryItem

MOST_BYTES = 1024 * 1024
MOST_IDS = 100
# They become a part of an address that is asked for with the cluster's credential.
ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?")
# Nothing has changed yet, or somebody takes stock of what there is.
TELL_NOTHING = (".start", ".exists")


@dataclass(frozen=True)
class Event:
    type: str
    payload: Mapping[str, Any]


def parsed(body: bytes | str) -> Event | None:
    """The event in a message, in oslo.messaging's envelope ("messagingv2") or without; None where there is none that
    tells of a change."""
    if len(body) > MOST_BYTES:
        return None
    try:
        message = mapping(json.loads(body))
        if isinstance(inner := message.get("oslo.message"), str):
            message = mapping(json.loads(inner))
    except (ValueError, RecursionError):
        return None
    kind, payload = message.get("event_type"), mapping(message.get("payload"))
    if not isinstance(kind, str) or len(kind) > 255 or kind.endswith(TELL_NOTHING):
        return None
    # Nova's versioned ones.
    return Event(kind, mapping(payload.get("nova_object.data")) or payload)


Table = Mapping[str, Sequence[tuple[type[InventoryItem], Sequence[str]]]]


def table() -> Table:
    """Beginnings of event types → the types they tell of, and where the id stands, as the rooms declare it."""
    found: dict[str, list[tuple[type[InventoryItem], Sequence[str]]]] = {}
    for model, source in inventory.SOURCES.items():
        for beginning, places in source.events.items():
            found.setdefault(beginning, []).append((model, places))
    return found


def told(event: Event, known: Table) -> Iterator[tuple[type[InventoryItem], str]]:
    """The resources that an event tells of, as type and the cloud's id."""
    words = event.type.split(".", 9)
    for count in range(1, len(words) + 1):
        for model, places in known.get(".".join(words[:count]), ()):
            for cloud_id in _ids(event.payload, places):
                yield model, cloud_id


def _ids(payload: Mapping[str, Any], places: Sequence[str]) -> list[str]:
    """From the first of these places that holds some. `networks.id` is the id of each entry of `networks`."""
    for place in places:
        values: list[Any] = [payload]
        for name in place.split("."):
            inner = [value.get(name) for value in values if isinstance(value, dict)]
            values = [one for value in inner for one in (value[:MOST_IDS] if isinstance(value, list) else [value])]
        ids = [value for value in map(_id, values) if value]
        if ids:
            return ids[:MOST_IDS]
    return []


def _id(value: Any) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else value
    return text if isinstance(text, str) and ID.fullmatch(text) else ""
