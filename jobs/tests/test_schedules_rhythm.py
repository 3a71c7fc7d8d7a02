"""Times chosen from lists are lines of crontab, and lines that say nothing more are shown as lists."""

from datetime import UTC, datetime
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedules import times
from jobs.schedules.rhythm import DAY, HOUR, LAST, MONTH, WEEK, Rhythm, line_of, rhythm_of

HOURS, MINUTES = st.integers(0, 23), st.integers(0, 59)
RHYTHMS = st.one_of(
    st.builds(Rhythm, st.just(HOUR), minute=MINUTES),
    st.builds(Rhythm, st.just(DAY), hour=HOURS, minute=MINUTES),
    st.builds(
        Rhythm,
        st.just(WEEK),
        hour=HOURS,
        minute=MINUTES,
        weekdays=st.sets(st.integers(1, 7), min_size=1, max_size=6).map(lambda days: tuple(sorted(days))),
    ),
    st.builds(
        Rhythm,
        st.just(MONTH),
        hour=HOURS,
        minute=MINUTES,
        day=st.one_of(st.integers(1, 31).map(str), st.just(LAST)),
    ),
)


@given(RHYTHMS)
def test_there_and_back_and_due_as_it_says(rhythm):
    assert rhythm_of(line_of(rhythm)) == rhythm
    for moment in islice(times.following(line_of(rhythm), "UTC", datetime(2026, 1, 1, tzinfo=UTC)), 4):
        assert moment.minute == rhythm.minute
        assert rhythm.every == HOUR or moment.hour == rhythm.hour
        assert rhythm.every != WEEK or moment.isoweekday() in rhythm.weekdays
        assert rhythm.every != MONTH or rhythm.day in (LAST, str(moment.day))


@pytest.mark.parametrize(
    ("line", "rhythm"),
    [
        ("0 19 * * 1-5", Rhythm(WEEK, 19, 0, (1, 2, 3, 4, 5))),
        ("0 19 * * 6,0", Rhythm(WEEK, 19, 0, (6, 7))),
        ("5 4 * * 5-7", Rhythm(WEEK, 4, 5, (5, 6, 7))),
        ("05 04 01 * *", Rhythm(MONTH, 4, 5, day="1")),
        *((line, None) for line in ("*/5 * * * *", "0 9 * 3 *", "0 9 1 * 1", "0 9 * * mon", "0 8-18 * * *", "x", "")),
        *((line, None) for line in ("0 9 * * 5-1", "0 9 * * 8", "60 9 * * *", "0 24 * * *", "0 9 32 * *")),
    ],
)
def test_what_a_line_says(line, rhythm):
    assert rhythm_of(line) == rhythm
