"""Writing what the figures are now: one frame for each cluster, and every few minutes a wide one."""

from collections.abc import Mapping

import structlog
from django.utils import timezone

from clusters.models import Cluster
from monitoring.samples import figures, packing
from monitoring.samples.figures import Figures, Key
from monitoring.samples.metrics import metric_of
from monitoring.samples.models import Frame, Series

EVERY, WIDE_EVERY = 60, 300
"""Seconds between two frames of a cluster, and of what is in it."""
MOST_SERIES = 20_000
"""Of one cluster. What comes beyond is not sampled."""

log = structlog.get_logger()


def take(moment: int | None = None) -> int:
    """The figures of all enabled clusters at this moment, which counts as the full minute before it. Returns how many
    were written."""
    now = timezone.now()
    at = int(moment or now.timestamp()) // EVERY * EVERY
    readings = figures.Readings(list(Cluster.objects.filter(enabled=True).values_list("pk", flat=True)), now)
    written = write(at, figures.of_clusters(readings), wide=False)
    if at % WIDE_EVERY == 0:
        written += write(at, figures.of_what_is_in_them(readings), wide=True)
    return written


def write(at: int, found: Figures, *, wide: bool) -> int:
    """A second frame of the same moment is not written: two beats, or one that came twice."""
    there = set(Frame.objects.filter(at=at, wide=wide).values_list("cluster_id", flat=True))
    frames = []
    for cluster_id, values in found.items():
        if cluster_id in there or not values:
            continue
        numbers = _numbers_of(cluster_id, values, at)
        packed = {
            numbers[key]: round(value * metric_of(key[0], key[2]).scale)
            for key, value in values.items()
            if key in numbers
        }
        frames.append(Frame(cluster_id=cluster_id, wide=wide, at=at, data=packing.pack_frame(packed)))
    Frame.objects.bulk_create(frames)
    return sum(len(values) for values in found.values())


_known: dict[int, dict[Key, int]] = {}
"""The numbers of the series by cluster, as this process last read them."""


def _numbers_of(cluster_id: int, values: Mapping[Key, float], at: int) -> dict[Key, int]:
    """Of each key the number of its series; new ones are made."""
    known = _known.get(cluster_id)
    if known is None or not values.keys() <= known.keys():
        known = _known[cluster_id] = _read(cluster_id)
        missing = [key for key in values if key not in known]
        room = max(0, MOST_SERIES - len(known))
        if missing[room:]:
            log.warning("too_many_series", cluster=cluster_id, left_out=len(missing) - room)
        if missing[:room]:
            made = [
                Series(cluster_id=cluster_id, kind=kind, subject=subject, metric=metric, since=at)
                for kind, subject, metric in missing[:room]
            ]
            Series.objects.bulk_create(made, ignore_conflicts=True)
            known = _known[cluster_id] = _read(cluster_id)
    return known


def _read(cluster_id: int) -> dict[Key, int]:
    rows = Series.objects.filter(cluster_id=cluster_id).values_list("kind", "subject", "metric", "pk")
    return {(kind, subject, metric): pk for kind, subject, metric, pk in rows}


def forget_numbers() -> None:
    """Series were deleted."""
    _known.clear()
