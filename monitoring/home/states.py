"""How many resources of a type there are, by state."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count

from monitoring.home.links import list_url
from opsys.kit.declare import register
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.scope import Scope

WITH_STATES = ("compute.server", "storage.volume", "networking.network")
COUNTED = ("compute.image", "networking.router", "networking.floatingip", "identity.project")
RED = "red"


@dataclass(frozen=True)
class StateCount:
    """`start` and `percent` are its place in the bar of its type, in percent of it. `url` leads to the list."""

    status: str
    count: int
    colour: str
    url: str
    start: float = 0
    percent: float = 0


@dataclass
class TypeCounts:
    """What there is of one type: in all, by state (the most first), and by cluster id."""

    resource: Resource
    url: str
    total: int = 0
    states: list[StateCount] = field(default_factory=list)
    by_cluster: Counter[int] = field(default_factory=Counter)
    wrong_by_cluster: Counter[int] = field(default_factory=Counter)

    @property
    def wrong(self) -> int:
        return sum(state.count for state in self.states if state.colour == RED)

    @property
    def wrong_statuses(self) -> list[str]:
        return [state.status for state in self.states if state.colour == RED]


def counts_by_state(scope: Scope) -> list[TypeCounts]:
    """The types whose states matter; one query each."""
    return [_by_state(register.get(name), scope) for name in WITH_STATES]


def counts(scope: Scope) -> list[TypeCounts]:
    """Those that are only counted; one query each."""
    found = []
    for name in COUNTED:
        resource = register.get(name)
        rows = scope.rows(resource.model).filter(gone_at=None)
        found.append(TypeCounts(resource, list_url(resource, scope), rows.order_by().count()))
    return found


def _by_state(resource: Resource, scope: Scope) -> TypeCounts:
    rows = scope.rows(resource.model).filter(gone_at=None).order_by()
    counts = TypeCounts(resource, list_url(resource, scope))
    statuses: Counter[str] = Counter()
    colours: dict[str, str] = {}
    for cluster_id, status, count in rows.values_list("cluster_id", "status").annotate(Count("pk")):
        if status not in colours:
            colours[status] = resource.status_colour(resource.model(status=status))
        statuses[status] += count
        counts.by_cluster[cluster_id] += count
        if colours[status] == RED:
            counts.wrong_by_cluster[cluster_id] += count
    counts.total = statuses.total()
    offered = {value for spec in resource.filters if spec.name == "status" for value, _label in spec.choices}
    start = 0.0
    for status, count in statuses.most_common():
        percent = 100 * count / counts.total
        url = list_url(resource, scope, status=status) if status in offered else ""
        counts.states.append(StateCount(status, count, colours[status], url, round(start, 3), round(percent, 3)))
        start += percent
    return counts
