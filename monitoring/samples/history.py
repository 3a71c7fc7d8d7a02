"""Reading series for charts: few points, however long the time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitoring.samples import packing
from monitoring.samples.metrics import metric_of
from monitoring.samples.models import Block, Frame, Series, Thinned
from monitoring.samples.packing import Value
from monitoring.samples.take import EVERY, WIDE_EVERY
from monitoring.samples.thin import COARSE, DAILY, DAY, FINE, FRAMES_KEPT, HOUR, SPANS

MOST_POINTS = 800
RAW_FOR, FINE_FOR, COARSE_FOR = 3 * HOUR, 3 * DAY, 90 * DAY
"""The longest time that is told from frames, from fine blocks, and from coarse ones."""
Reducers = Mapping[int, Callable[[Sequence[Value]], Value]]
"""What makes one value of several, by series."""


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

    @property
    def end(self) -> int:
        return self.begin + self.step * self.count

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
        step = COARSE if length <= COARSE_FOR else DAILY
    points = -(-length // step)
    step *= -(-points // MOST_POINTS)
    begin = begin // step * step
    return Times(begin, step, -(-(end - begin) // step))


def histories(series: Iterable[Series], times: Times) -> list[History]:
    """At most five queries."""
    wanted = list(series)
    columns = _columns(wanted, times)
    return [History(one, _in_unit(one, columns[one.pk], times)) for one in wanted]


def _columns(wanted: Sequence[Series], times: Times) -> dict[int, list[Value]]:
    """Of each series a value a step, None where there is none."""
    reducers = {one.pk: packing.latest if metric_of(one.kind, one.metric).counter else packing.mean for one in wanted}
    columns: dict[int, list[Value]] = {one.pk: [None] * times.count for one in wanted}
    tail = times.begin
    if step := _step_of_blocks(times):
        done = Thinned.objects.filter(cluster_id__in={one.cluster_id for one in wanted})
        tail = max(tail, min(done.values_list("until", flat=True), default=0))
        _from_blocks(columns, reducers, step, times)
    _from_frames(wanted, columns, reducers, tail, times)
    return columns


def _step_of_blocks(times: Times) -> int | None:
    """The largest step that is told from blocks; what is younger than they are is told from frames. So today is, in a
    chart of days, its last hour."""
    if times.step % FINE or times.step * times.count <= RAW_FOR:
        return None
    return next(step for step in (DAILY, COARSE, FINE) if times.step % step == 0)


def _from_blocks(columns: dict[int, list[Value]], reducers: Reducers, step: int, times: Times) -> None:
    each = times.step // step
    first = times.begin // SPANS[step] * SPANS[step]
    blocks = Block.objects.filter(series__in=list(columns), step=step, start__gte=first, start__lt=times.end)
    for series, start, data in blocks.order_by("start").values_list("series_id", "start", "data"):
        values = packing.unpack(bytes(data))[max(0, times.begin - start) // step :]
        place = max(0, start - times.begin) // times.step
        if each > 1:
            reduce = reducers[series]
            values = [reduce(values[at : at + each]) for at in range(0, len(values), each)]
        values = values[: times.count - place]
        columns[series][place : place + len(values)] = values


def _from_frames(
    wanted: Sequence[Series], columns: dict[int, list[Value]], reducers: Reducers, begin: int, times: Times
) -> None:
    """What no block holds yet."""
    largest, ids = max((one.pk for one in wanted), default=0), {one.pk for one in wanted}
    frames = Frame.objects.filter(
        cluster_id__in={one.cluster_id for one in wanted},
        wide__in={bool(one.kind) for one in wanted},
        at__gte=begin,
        at__lt=times.end,
    )
    found: dict[tuple[int, int], list[Value]] = defaultdict(list)
    for at, data in frames.order_by("at").values_list("at", "data"):
        place = (at - times.begin) // times.step
        for series, value in packing.unpack_frame(bytes(data), largest).items():
            if series in ids:
                found[series, place].append(value)
    for (series, place), values in found.items():
        columns[series][place] = reducers[series](values)


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
