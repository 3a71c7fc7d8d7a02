"""What can be watched, as values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils import timezone

from clusters.models import Cluster
from monitoring.alerts.models.severity import Severity
from monitoring.home.health import Health, health_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOST = 1000
"""So many conditions of one kind are followed; a cloud where everything is wrong must not drown the platform."""


@dataclass(frozen=True)
class Condition:
    """Something that is wrong now. `said` is a sentence that can be told in another language. `detail` tells apart
    what is wrong with one thing in several ways. `user_id` is whose work it is, where it is about no cluster."""

    said: str
    cluster_id: int | None = None
    resource: str = ""
    cloud_id: str = ""
    name: str = ""
    detail: str = ""
    value: float | None = None
    url: str = ""
    user_id: int | None = None


@dataclass
class Found:
    """`unknown` are clusters of which it cannot be told now: what fired there is neither over nor new. Not `complete`:
    there are more than were looked at, so nothing that is missing here counts as over."""

    conditions: list[Condition]
    unknown: frozenset[int] = frozenset()
    complete: bool = True


@dataclass
class Facts:
    """What several kinds look at, read once for all of them. Of clusters that are enabled."""

    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def clusters(self) -> dict[int, Cluster]:
        return {cluster.pk: cluster for cluster in Cluster.objects.filter(enabled=True).select_related("group")}

    @cached_property
    def health(self) -> Health:
        return health_of(list(self.clusters.values()))


@dataclass(frozen=True)
class Kind:
    """`find(facts, threshold)` gives what is wrong by the loosest threshold of its rules, in a number of queries that
    does not depend on how many clusters or rules there are. `falling`: wrong is what lies below the threshold.
    `happens`: it is told once and is over by itself, without a word. `every` says how many seconds apart it is looked
    at."""

    name: str
    label: "str | StrPromise"
    find: Callable[[Facts, float], Found]
    unit: "str | StrPromise" = ""
    threshold: float | None = None
    falling: bool = False
    severity: str = Severity.WARNING
    hold: int = 0
    clear: int = 30
    happens: bool = False
    every: int = 10

    def reaches(self, value: float | None, threshold: float | None) -> bool:
        threshold = self.threshold if threshold is None else threshold
        if threshold is None or value is None:
            return True
        return value <= threshold if self.falling else value >= threshold

    def loosest(self, thresholds: Iterable[float | None]) -> float:
        given = [self.threshold if one is None else one for one in thresholds]
        some = [one for one in given if one is not None]
        return (max(some) if self.falling else min(some)) if some else 0.0


def bounded(conditions: list[Condition]) -> Found:
    """At most MOST of them; a query that asks for one more tells whether there are more."""
    return Found(conditions[:MOST], complete=len(conditions) <= MOST)
