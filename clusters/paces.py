"""When which pass is due, and how old the last good one may be."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from clusters.inventory import Source
from clusters.models import SyncState

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
LEAST_STALE_SECONDS = 120
# A slow cloud is read for a quarter of the time, and for half of it right after somebody acted.
REST, EAGER_REST = 4, 2


def due(state: SyncState, source: Source, now: datetime, *, stretch: float = 1) -> str:
    """Which pass is due: "full" (also one that is to be gone on with), "delta", "rows" or "". All paces are `stretch`
    times as long."""
    if state.retry_at and state.retry_at > now:
        return ""
    if state.failures and not _older(state.failed_at, now, _pause_after_failure(state)):
        return ""
    if state.position or _older(state.full_at, now, stretch * _full_pace(state, source)):
        return "full"
    if source.changes is None and not is_eager(state, now):
        return ""
    if source.changes is None:
        # What a job touched is known from a complete pass after it.
        seen = state.full_at >= state.eager_until - timedelta(seconds=EAGER_SECONDS)
        if _older(state.full_at, now, max(EAGER_FULL_SECONDS if seen else 2, EAGER_REST * (state.full_took or 0))):
            return "full"
    return head_due(state, source, now, stretch=stretch)


def head_due(state: SyncState, source: Source, now: datetime, *, stretch: float = 1) -> str:
    """What is to be read before anything else, and between the pages of a long pass: "delta", "rows" or ""."""
    eager = is_eager(state, now)
    if source.changes is None:
        pace = max(1, EAGER_REST * (state.delta_took or 0))
        return "rows" if eager and _older(state.changes_since, now, pace - SLACK_SECONDS) else ""
    pace = stretch * _delta_pace(state, now, eager=eager)
    last = max(filter(None, (state.delta_at, state.synced_at)), default=None)
    return "delta" if _older(last, now, pace - SLACK_SECONDS) else ""


def is_eager(state: SyncState, now: datetime) -> bool:
    return state.eager_until is not None and state.eager_until > now


def stretch(states: Iterable[tuple[SyncState, Source]], now: datetime) -> float:
    """By how much all paces of one cluster are to be longer, so that its types together take no more of its time than
    one slow type may."""
    share, eager = 0.0, False
    for state, source in states:
        eager = eager or is_eager(state, now)
        share += (state.full_took or 0) / _full_pace(state, source)
        if source.changes is not None:
            share += (state.delta_took or 0) / _delta_pace(state, now, eager=is_eager(state, now))
    return max(1.0, share * (EAGER_REST if eager else REST))


def stale_after(state: SyncState, source: Source) -> timedelta:
    """How old the last good pass may be before something must be wrong: by the pace of the type itself, twice over."""
    if source.changes is None:
        expected = _full_pace(state, source) + (state.full_took or 0)
    else:
        expected = max(settings.SYNC_IDLE_SECONDS, REST * (state.delta_took or 0)) + (state.delta_took or 0)
    return timedelta(seconds=max(LEAST_STALE_SECONDS, 2 * expected))


def usual(before: float | None, took: float) -> float:
    """How long a pass usually takes, after one that took so long: a single one that hung must not blind us."""
    return round(took if before is None else min(took, max(2 * before, 1)), 3)


def _older(moment: datetime | None, now: datetime, seconds: float) -> bool:
    return moment is None or (now - moment).total_seconds() >= seconds


def _pause_after_failure(state: SyncState) -> float:
    return settings.SYNC_RETRY_SECONDS * min(state.failures, 6)


def _full_pace(state: SyncState, source: Source) -> float:
    pace = state.full_every or source.full_seconds or settings.SYNC_FULL_SECONDS
    return max(pace, REST * (state.full_took or 0))


def _delta_pace(state: SyncState, now: datetime, *, eager: bool) -> float:
    took = state.delta_took or 0
    if eager:
        return max(1, EAGER_REST * took)
    active = state.looked_at is not None and (now - state.looked_at).total_seconds() < ACTIVE_SECONDS
    return max(settings.SYNC_DELTA_SECONDS if active else settings.SYNC_IDLE_SECONDS, REST * took)
