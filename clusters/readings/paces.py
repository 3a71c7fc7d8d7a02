"""When which pass is due, and how old the last good one may be."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings

from clusters.inventory import Source
from clusters.models import SyncState
from clusters.readings.positions import MOST_ROWS

EAGER_SECONDS = 90
# A type whose service tells no changes is read as a whole this often while people act on it, and in between row by row
# as far as the cloud is working on them.
EAGER_FULL_SECONDS = 10
# Somebody who looks counts for as long as this.
ACTIVE_SECONDS = 30
# What is due is looked for once a second, a moment after the last pass's lease began: what is missing less than this
# counts as due, or every pace would be a second slower.
SLACK_SECONDS = 0.5
# Passes wait for each other and for the worker, so less than this says nothing.
LEAST_STALE_SECONDS, LEAST_STALE_AT_REST = 120, 600
# A slow cloud is read for a quarter of the time, and for half of it right after somebody acted.
REST, EAGER_REST = 4, 2
LONGEST_PAUSE = 75
# Lists of more pages than this are compared by their index, and read completely only so often.
SHORT_PAGES, SELDOM_SECONDS = 2, 3600
# Where a service counts, what is gone of a long list that somebody looks at is looked for this often.
COUNT_SECONDS = 15
# For each page of an index so long a pause, where somebody is looking and where nobody is.
PAGE_PAUSE, IDLE_PAGE_PAUSE = 10, 30
# Requests a minute to each service, while nobody looks at what it has. To the last two a little less than the 6 and 4
# that are promised: in some hours one pass of each type more falls due than in others.
AT_REST = {"compute": 6, "image": 1.5, "identity": 1, "network": 5.7, "block-storage": 3.8}
# Of these every type has to be asked for, so that they are seldom read then.
SELDOM_AT_REST = {"block-storage", "network"}
# A cloud that did not understand is not asked again for so long.
REFUSED_SECONDS = 3600


def due(state: SyncState, source: Source, now: datetime, *, stretch: float = 1) -> str:
    """Which pass is due: "full", "index" (either also to be gone on with), "delta", "rows" or "". All paces are
    `stretch` times as long."""
    if state.retry_at and state.retry_at > now:
        return ""
    if state.failures and not _older(state.failed_at, now, _pause_after_failure(state)):
        return ""
    if state.position or _older(state.full_at, now, stretch * _full_pace(state, source, now)):
        return "full"
    indexed, seen_at = _indexed(state, source, now), max(filter(None, (state.full_at, state.index_at)))
    if indexed and _older(seen_at, now, stretch * _index_pace(state, source, now)):
        return "index"
    if not tells_changes(state, source, now) and is_eager(state, now):
        # What a job touched is known from a complete pass after it.
        seen = seen_at >= state.eager_until - timedelta(seconds=EAGER_SECONDS)
        took = (state.index_took if indexed else state.full_took) or 0
        if _older(seen_at, now, max(EAGER_FULL_SECONDS if seen else 2, EAGER_REST * took)):
            return "index" if indexed else "full"
    return head_due(state, source, now, stretch=stretch)


def head_due(state: SyncState, source: Source, now: datetime, *, stretch: float = 1) -> str:
    """What is to be read before anything else, and between the pages of a long pass: "delta", "rows" or ""."""
    if not tells_changes(state, source, now):
        pace = max(1, EAGER_REST * (state.delta_took or 0))
        return "rows" if is_eager(state, now) and _older(state.changes_since, now, pace - SLACK_SECONDS) else ""
    last = max(filter(None, (state.delta_at, state.synced_at)), default=None)
    return "delta" if _older(last, now, stretch * _delta_pace(state, now) - SLACK_SECONDS) else ""


def is_eager(state: SyncState, now: datetime) -> bool:
    return state.eager_until is not None and state.eager_until > now


def is_active(state: SyncState, now: datetime) -> bool:
    looked_at = state.looked_at
    return is_eager(state, now) or (looked_at is not None and (now - looked_at).total_seconds() < ACTIVE_SECONDS)


def counts(state: SyncState, source: Source, now: datetime) -> bool:
    """Whether what is gone is worth counting for in between, since nothing else tells of it for long."""
    return _indexed(state, source, now) and source.index.made is not None and is_active(state, now)


def understood(state: SyncState, now: datetime) -> bool:
    """Whether this cloud may be asked for less than everything."""
    return _older(state.refused_at, now, REFUSED_SECONDS)


def tells_changes(state: SyncState, source: Source, now: datetime) -> bool:
    return source.changes is not None and understood(state, now)


def stretch(states: Sequence[tuple[SyncState, Source]], now: datetime) -> Callable[[SyncState, Source], float]:
    """By how much the paces of a type of one cluster, of which these are all, are to be longer: so that all types
    together take no more of its time than one slow type may, and that where nobody looks few requests are made."""
    seconds, requests, eager = 0.0, defaultdict[str, float](float), False
    for state, source in states:
        eager = eager or is_eager(state, now)
        at_rest = not is_active(state, now)
        passes = [(_full_pace(state, source, now), state.full_took, state.full_pages)]
        if _indexed(state, source, now):
            passes.append((_index_pace(state, source, now), state.index_took, _index_pages(state, source)))
        if tells_changes(state, source, now):
            passes.append((_delta_pace(state, now), state.delta_took, 1))
        for pace, took, pages in passes:
            seconds += (took or 0) / pace
            requests[source.service] += 60 * (pages or 1) / pace if at_rest else 0
    busy = max(1.0, seconds * (EAGER_REST if eager else REST))

    def of(state: SyncState, source: Source) -> float:
        if is_active(state, now) or source.service not in AT_REST:
            return busy
        return max(busy, requests[source.service] / AT_REST[source.service])

    return of


def held_back(states: Sequence[tuple[SyncState, Source]], now: datetime) -> set[int]:
    """Of a service that answers for none of its types, only one at a time is asked, the one that was not for longest.
    Else a service that hangs would be asked by all of them all the time. Returns the keys of the others."""
    services = defaultdict[str, list[SyncState]](list)
    for state, source in states:
        services[source.service].append(state)
    held: set[int] = set()
    for group in services.values():
        if len(group) < 2 or not all(state.failures and state.failed_at for state in group):
            continue
        first = min(group, key=lambda state: state.failed_at)
        last = max(state.failed_at for state in group)
        asking = any(state.running_until and state.running_until > now for state in group)
        if asking or not _older(last, now, _pause_after_failure(first)):
            held |= {state.pk for state in group}
        else:
            held |= {state.pk for state in group if state is not first}
    return held


def stale_after(state: SyncState, source: Source, now: datetime) -> timedelta:
    """How old the last good pass may be before something must be wrong: by the pace of the type itself, twice over."""
    if tells_changes(state, source, now):
        expected = max(settings.SYNC_IDLE_SECONDS, REST * (state.delta_took or 0)) + (state.delta_took or 0)
    elif _indexed(state, source, now):
        expected = _index_pace(state, source, now) + (state.index_took or 0)
    else:
        expected = _full_pace(state, source, now) + (state.full_took or 0)
    least = LEAST_STALE_AT_REST if source.service in SELDOM_AT_REST else LEAST_STALE_SECONDS
    return timedelta(seconds=max(least, 2 * expected))


def usual(before: float | None, took: float) -> float:
    """How long a delta usually takes, after one that took so long. A single one, the first too, must not blind us,
    whether the service hung or very much had changed. Where each is so slow that is known after a few."""
    return round(min(took, max(2 * (before or 0), 1)), 3)


def _older(moment: datetime | None, now: datetime, seconds: float) -> bool:
    return moment is None or (now - moment).total_seconds() >= seconds


def _pause_after_failure(state: SyncState) -> float:
    """The cloud rests for three times as long as it was busy with us, so that it is a quarter of its time; but people
    want to see soon that it is well again."""
    busy = min((REST - 1) * (state.seconds or 0), LONGEST_PAUSE)
    return max(settings.SYNC_RETRY_SECONDS * min(state.failures, 6), busy)


def _indexed(state: SyncState, source: Source, now: datetime) -> bool:
    return source.index is not None and (state.full_pages or 0) > SHORT_PAGES and understood(state, now)


def _full_pace(state: SyncState, source: Source, now: datetime) -> float:
    pace = source.full_seconds or settings.SYNC_FULL_SECONDS
    if _indexed(state, source, now):
        pace = max(pace, SELDOM_SECONDS)
    return max(state.full_every or pace, REST * (state.full_took or 0))


def _index_pace(state: SyncState, source: Source, now: datetime) -> float:
    """Short lists as often as they are read completely, others by their length."""
    pause = PAGE_PAUSE if is_active(state, now) else IDLE_PAGE_PAUSE
    pace = source.full_seconds or settings.SYNC_FULL_SECONDS
    return max(pace, pause * _index_pages(state, source), REST * (state.index_took or 0))


def _index_pages(state: SyncState, source: Source) -> int:
    """Before the first time by the length of the list, of which more ids may come at once than rows."""
    if state.index_pages or source.index is None:
        return state.index_pages or 1
    at_once = source.index.ids.lists()[0].query.get("limit", MOST_ROWS)
    return ceil((state.full_pages or 1) * MOST_ROWS / at_once)


def _delta_pace(state: SyncState, now: datetime) -> float:
    took = state.delta_took or 0
    if is_eager(state, now):
        return max(1, EAGER_REST * took)
    return max(settings.SYNC_DELTA_SECONDS if is_active(state, now) else settings.SYNC_IDLE_SECONDS, REST * took)
