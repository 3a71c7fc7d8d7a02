"""Reading series for charts: few points, however long the time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitoring.samples import packing
from monitoring.samples.metrics import metric_of
from monitoring.samples.models import Block, Frame, Series, Thinned
from monitoring.samples.packing import Value
from monitoring.samples.take import EVERY, WIDE_EVERY
from monitoring.samples.thin import COARSE, DAY, FINE, FRAMES_KEPT, HOUR, SPANS

MOST_POINTS = 800
RAW_FOR, FINE_FOR = 3 * HOUR, 3 * DAY
"""The longest time that is told from frames, and from fine blocks."""


@dataclass(frozen=True)
class History:
    """`values` of one series, in the figure's own unit, one for each of the `times` of the answer; None where it was
    not known. Of a counter they are its growth in a second."""

    series: Series
    values: list[float | None]


@dataclass(frozen=True)
class Times:
    """From `begin` on, `count` points that are `step` seconds apart. Each tells of the step that begins with it."""

    begin: int
    step: int
    count: int

    def __iter__(self):
        return iter(range(self.begin, self.begin + self.step * self.count, self.step))


def times_of(begin: int, end: int, now: int, *, wide: bool) -> Times:
    """As fine as there is something and as a chart can show."""
    length = max(end - begin, EVERY)
    if length <= RAW_FOR and begin >= now - FRAMES_KEPT:
        step = WIDE_EVERY if wide else EVERY
    elif length <= FINE_FOR:
        step = FINE
    else:
        step = COARSE
    points = -(-length // step)
    step *= -(-points // MOST_POINTS)
    begin = begin // step * step
    return Times(begin, step, -(-(end - begin) // step))


def histories(series: Iterable[Series], times: Times) -> list[History]:
    """Three queries, or four, for series of one cluster."""
    wanted = list(series)
    columns = _columns(wanted, times)
    return [History(one, _in_unit(one, columns[one.pk], times)) for one in wanted]


def _columns(wanted: Sequence[Series], times: Times) -> dict[int, list[Value]]:
    """Of each series a value a step, None where there is none."""
    buckets: dict[int, list[list[int]]] = {one.pk: [[] for _ in range(times.count)] for one in wanted}

    def put(series: int, at: int, value: Value) -> None:
        place = (at - times.begin) // times.step
        if value is not None and 0 <= place < times.count:
            buckets[series][place].append(value)

    end = times.begin + times.step * times.count
    tail = times.begin
    if times.step >= FINE and not (times.step == WIDE_EVERY and times.count * times.step <= RAW_FOR):
        step = COARSE if times.step >= COARSE else FINE
        _from_blocks(wanted, step, times.begin, end, put)
        done = Thinned.objects.filter(cluster_id__in={one.cluster_id for one in wanted}).values_list(
            "until", flat=True
        )
        tail = max([times.begin, *done])
    _from_frames(wanted, tail, end, put)
    counters = {one.pk: metric_of(one.kind, one.metric).counter for one in wanted}
    return {
        pk: [(packing.latest if counters[pk] else packing.mean)(values) for values in places]
        for pk, places in buckets.items()
    }


def _from_blocks(wanted: Sequence[Series], step: int, begin: int, end: int, put) -> None:
    first = begin // SPANS[step] * SPANS[step]
    blocks = Block.objects.filter(series__in=[one.pk for one in wanted], step=step, start__gte=first, start__lt=end)
    for series, start, data in blocks.order_by("start").values_list("series_id", "start", "data"):
        for place, value in enumerate(packing.unpack(bytes(data))):
            put(series, start + place * step, value)


def _from_frames(wanted: Sequence[Series], begin: int, end: int, put) -> None:
    """What no block holds yet."""
    largest, ids = max((one.pk for one in wanted), default=0), {one.pk for one in wanted}
    frames = Frame.objects.filter(
        cluster_id__in={one.cluster_id for one in wanted},
        wide__in={bool(one.kind) for one in wanted},
        at__gte=begin,
        at__lt=end,
    )
    for at, data in frames.order_by("at").values_list("at", "data"):
        for series, value in packing.unpack_frame(bytes(data), largest).items():
            if series in ids:
                put(series, at, value)


def _in_unit(series: Series, values: list[Value], times: Times) -> list[float | None]:
    metric = metric_of(series.kind, series.metric)
    if not metric.counter:
        return [None if value is None else value / metric.scale for value in values]
    grown: list[float | None] = []
    before: tuple[int, int] | None = None
    for place, value in enumerate(values):
        if value is None:
            grown.append(None)
            continue
        # A counter that fell began anew.
        known = before is not None and value >= before[1]
        grown.append((value - before[1]) / ((place - before[0]) * times.step) if known and before else None)
        before = (place, value)
    return grown
