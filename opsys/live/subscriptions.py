"""What a page asks to be told about."""

import json
from dataclasses import dataclass, field
from typing import Any

from opsys.kit.declare import register
from opsys.live.session_user import Person

MOST_CHARACTERS = 32_768
MOST_TYPES, MOST_CLUSTERS, MOST_JOBS = 20, 500, 50
LONGEST_NAME = 63


class InvalidSubscription(ValueError):
    """Not what our pages send."""


@dataclass(frozen=True)
class Subscription:
    """`types`: resource type → names of clusters, None for all one may see. `jobs`: ids, or all one may see, or none
    of them."""

    types: dict[str, frozenset[str] | None] = field(default_factory=dict)
    jobs: frozenset[int] | bool = False

    def clusters(self, resource: str, person: Person) -> set[int]:
        """The ids of the clusters whose rows of this type the page shows, of those the person may see."""
        if resource not in self.types:
            return set()
        names = self.types[resource]
        return {pk for name, pk in person.clusters.items() if names is None or name in names}

    def wants_job(self, pk: int) -> bool:
        return self.jobs if isinstance(self.jobs, bool) else pk in self.jobs


def parse_subscription(text: str | None) -> Subscription:
    """From `{"watch": [{"type": "compute.server", "clusters": ["east"] or null}], "jobs": true, false or [ids]}`.
    Types and clusters that do not exist are as good as those one may not see: nothing ever happens to them."""
    if not text or len(text) > MOST_CHARACTERS:
        raise InvalidSubscription
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidSubscription from None
    if not isinstance(said, dict) or said.keys() - {"watch", "jobs"}:
        raise InvalidSubscription
    known = {resource.name for resource in register.resources()}
    types = dict(map(_entry, _list(said.get("watch", []), MOST_TYPES)))
    return Subscription(
        {name: names for name, names in types.items() if name in known}, _jobs(said.get("jobs", False))
    )


def _entry(entry: Any) -> tuple[str, frozenset[str] | None]:
    if not isinstance(entry, dict) or entry.keys() != {"type", "clusters"} or not isinstance(entry["type"], str):
        raise InvalidSubscription
    if entry["clusters"] is None:
        return entry["type"], None
    names = _list(entry["clusters"], MOST_CLUSTERS)
    if not all(isinstance(name, str) and len(name) <= LONGEST_NAME for name in names):
        raise InvalidSubscription
    return entry["type"], frozenset(names)


def _jobs(value: Any) -> frozenset[int] | bool:
    if isinstance(value, bool):
        return value
    ids = _list(value, MOST_JOBS)
    if not all(type(pk) is int for pk in ids):
        raise InvalidSubscription
    return frozenset(ids)


def _list(value: Any, most: int) -> list:
    if not isinstance(value, list) or len(value) > most:
        raise InvalidSubscription
    return value
