"""How old what a page shows is, per cluster, and why a cluster could not be read."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from clusters import not_allowed
from clusters.gateway.errors import retell
from clusters.inventory import SOURCES, InventoryItem, Source, type_name
from clusters.models import Cluster, SyncState
from clusters.readings.last_seen import all_rows_seen_at
from clusters.readings.paces import stale_after
from clusters.readings.positions import Progress, progress

# How often a page without a socket asks whether anything changed: while the cloud works on a row, and else.
RESTLESS_SECONDS, IDLE_SECONDS = 1, 4
SHOWN_UNFOLDED = 4


@dataclass(frozen=True)
class Freshness:
    """`state` is ok, stale (not read for a while), error (with the reason), refused (not allowed with this credential,
    with the role that is missing), never (not read yet) or disabled. `all_seen_at` is when a pass last saw every row.
    `retry_at` is there where the cloud said when it may be asked again, or rests after a refused log-in; `progress`
    while a long reading of all rows is under way, which is nothing wrong."""

    cluster: Cluster
    state: str
    synced_at: datetime | None = None
    reason: str = ""
    retry_at: datetime | None = None
    progress: Progress | None = None
    all_seen_at: datetime | None = None


@dataclass(frozen=True)
class Chips:
    """What is wrong or under way is always shown; what is right folds together when there are many clusters."""

    wrong: list[Freshness]
    right: list[Freshness]

    @property
    def folded(self) -> bool:
        return len(self.wrong) + len(self.right) > SHOWN_UNFOLDED


def chips(states: list[Freshness]) -> Chips:
    right = [s for s in states if s.state == "ok" and s.progress is None]
    return Chips([s for s in states if s not in right], right)


def freshness(model: type[InventoryItem], clusters: list[Cluster]) -> tuple[list[Freshness], str]:
    """The state of each cluster, and a version that changes whenever a row of one of them did. One query."""
    found = SyncState.objects.filter(resource=type_name(model), cluster_id__in=[c.pk for c in clusters])
    columns = ("cluster_id", "synced_at", "changed_at", "error_code", "error", "retry_at", "position")
    paces = ("full_every", "full_took", "full_pages", "index_took", "index_pages", "delta_took")
    moments = ("refused_at", "looked_at", "eager_until", "full_at", "index_at")
    states = {s.cluster_id: s for s in found.only(*columns, *paces, *moments)}
    changed = [state.changed_at for state in states.values() if state.changed_at]
    # The error states belong to the version too: a row of a broken cluster is drawn differently.
    version = f"{max(changed).timestamp() if changed else 0:.6f}-{sum(bool(s.error_code) for s in states.values())}"
    return [_with_rows(cluster, states.get(cluster.pk), SOURCES[model]) for cluster in clusters], version


def _with_rows(cluster: Cluster, state: SyncState | None, source: Source) -> Freshness:
    found = _of(cluster, state, source)
    return replace(found, all_seen_at=all_rows_seen_at(state, source)) if state else found


def _of(cluster: Cluster, state: SyncState | None, source: Source) -> Freshness:
    if not cluster.enabled:
        return Freshness(cluster, "disabled", state.synced_at if state else None)
    if state is None:
        return Freshness(cluster, "never")
    if state.error_code == not_allowed.CODE:
        return Freshness(cluster, "refused", state.synced_at, not_allowed.sentence(cluster, source))
    under_way = progress(state)
    if state.synced_at is None and not state.error_code:
        return Freshness(cluster, "never", progress=under_way)
    if state.error_code:
        reason = retell(state.error_code, cluster.name, state.error)
        kind = "ok" if state.error_code == "no_service" else "error"
        return Freshness(cluster, kind, state.synced_at, reason, _later(state.retry_at))
    if under_way:
        return Freshness(cluster, "ok", state.synced_at, progress=under_way)
    now = timezone.now()
    stale = state.synced_at is None or now - state.synced_at > stale_after(state, source, now)
    return Freshness(cluster, "stale" if stale else "ok", state.synced_at)


def _later(moment: datetime | None) -> datetime | None:
    return moment if moment and moment > timezone.now() else None
