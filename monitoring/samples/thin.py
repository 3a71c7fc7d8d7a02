"""Turning frames into blocks once an hour, and deleting what is too old."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from monitoring.samples import packing, take
from monitoring.samples.metrics import metric_of
from monitoring.samples.models import Block, Frame, Series, Thinned
from monitoring.samples.packing import Value

HOUR, DAY = 3600, 86400
FINE, COARSE = 300, HOUR
"""The steps of blocks."""
SPANS = {FINE: DAY, COARSE: 30 * DAY}
"""How long one block of a step is."""
KEPT = {FINE: 30 * DAY, COARSE: 730 * DAY}
FRAMES_KEPT = 2 * DAY
LATE = 120
"""Seconds after an hour's end until which a frame of it may still be written."""
Columns = dict[int, dict[int, list[Value]]]
"""Series → step → the values of one hour."""


def thin(now: int) -> None:
    """All hours that have ended, of all clusters. An hour is thinned once, whoever else does the same."""
    clusters = Frame.objects.order_by().values_list("cluster_id", flat=True).distinct()
    done = dict(Thinned.objects.values_list("cluster_id", "until"))
    for cluster_id in clusters:
        until = done.get(cluster_id)
        if until is None:
            first = Frame.objects.filter(cluster_id=cluster_id).order_by("at").values_list("at", flat=True)[0]
            until = first // HOUR * HOUR
            Thinned.objects.get_or_create(cluster_id=cluster_id, defaults={"until": until})
        while until + HOUR + LATE <= now:
            _thin_hour(cluster_id, until)
            until += HOUR


def _thin_hour(cluster_id: int, begin: int) -> None:
    with transaction.atomic():
        mine = Thinned.objects.filter(cluster_id=cluster_id, until=begin).update(until=begin + HOUR)
        columns = _columns(cluster_id, begin) if mine else {}
        for step in SPANS:
            _append({series: steps[step] for series, steps in columns.items()}, step, begin)


def _columns(cluster_id: int, begin: int) -> Columns:
    frames = Frame.objects.filter(cluster_id=cluster_id, at__gte=begin, at__lt=begin + HOUR).order_by("at")
    raw: dict[int, list[list[int]]] = defaultdict(lambda: [[] for _ in range(HOUR // FINE)])
    for at, data in frames.values_list("at", "data"):
        place = (at - begin) // FINE
        for series, value in packing.unpack_frame(bytes(data)).items():
            raw[series][place].append(value)
    kinds = dict(
        (pk, metric_of(kind, metric).counter)
        for pk, kind, metric in Series.objects.filter(cluster_id=cluster_id).values_list("pk", "kind", "metric")
    )
    columns: Columns = {}
    for series, places in raw.items():
        if series not in kinds:
            continue
        one: Callable[[Sequence[Value]], Value] = packing.latest if kinds[series] else packing.mean
        fine = [one(values) for values in places]
        columns[series] = {FINE: fine, COARSE: [one(fine)]}
    return columns


def _append(columns: dict[int, list[Value]], step: int, begin: int) -> None:
    """Behind what the blocks hold already; what is missing between is not known."""
    start = begin // SPANS[step] * SPANS[step]
    place = (begin - start) // step
    there = {
        series: (count, last, bytes(data))
        for series, count, last, data in Block.objects.filter(
            series_id__in=list(columns), step=step, start=start
        ).values_list("series_id", "count", "last", "data")
    }
    blocks = []
    for series, values in columns.items():
        count, last, data = there.get(series, (0, 0, b""))
        gap: list[Value] = [None] * (place - count)
        data, last = packing.append(data, last, gap + values) if data else packing.pack(gap + values)
        blocks.append(Block(series_id=series, step=step, start=start, count=place + len(values), last=last, data=data))
    named = {"unique_fields": ["series", "step", "start"]} if connection.vendor != "mysql" else {}
    Block.objects.bulk_create(
        blocks, batch_size=500, update_conflicts=True, update_fields=["count", "last", "data"], **named
    )


def forget(now: int) -> None:
    """What is older than it is kept, and series of which nothing is left."""
    Frame.objects.filter(at__lt=now - FRAMES_KEPT).delete()
    for step, seconds in KEPT.items():
        Block.objects.filter(step=step, start__lt=now - seconds - SPANS[step]).delete()
    empty = Series.objects.filter(~Exists(Block.objects.filter(series=OuterRef("pk"))), since__lt=now - FRAMES_KEPT)
    if empty.delete()[0]:
        take.forget_numbers()
