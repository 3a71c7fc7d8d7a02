"""How long each cluster's APIs took to answer in the last hour, minute by minute, kept ready for lists: to work it out
from frames would be 3,000 of them for fifty clusters."""

from monitoring.samples.figures import Figures
from monitoring.samples.metrics import CLUSTER
from monitoring.samples.models import RecentLatency

EVERY, KEPT = 60, 60


def note(at: int, found: Figures) -> None:
    """Two queries for all clusters. A minute that was missed is a gap."""
    known = {recent.cluster_id: recent for recent in RecentLatency.objects.filter(cluster_id__in=list(found))}
    new, changed = [], []
    for cluster_id, values in found.items():
        requests, waited = (_sum(values, f"api.{name}/") for name in ("requests", "ms"))
        recent = known.get(cluster_id)
        if recent is None:
            new.append(RecentLatency(cluster_id=cluster_id, at=at, requests=requests, waited=waited, minutes=[]))
            continue
        missed = (at - recent.at) // EVERY - 1
        if missed < 0:
            continue
        asked = requests - recent.requests
        took = round((waited - recent.waited) / asked) if asked > 0 and waited >= recent.waited else None
        recent.minutes = [*recent.minutes, *[None] * min(missed, KEPT), took][-KEPT:]
        recent.at, recent.requests, recent.waited = at, requests, waited
        changed.append(recent)
    RecentLatency.objects.bulk_create(new, ignore_conflicts=True)
    RecentLatency.objects.bulk_update(changed, ["at", "requests", "waited", "minutes"])


def _sum(values: dict, prefix: str) -> int:
    found = (value for (kind, _subject, name), value in values.items() if kind == CLUSTER and name.startswith(prefix))
    return int(sum(found))
