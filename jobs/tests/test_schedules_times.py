"""When a line of crontab is due: through changes of the clocks, leap days, and nonsense."""

import time
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedules.times import BadTimes, due, following, next_time

BERLIN, NEW_YORK, SHANGHAI = "Europe/Berlin", "America/New_York", "Asia/Shanghai"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def first(cron: str, zone: str, after: str, number: int) -> list[str]:
    return [f"{moment:%m-%d %H:%M}" for moment in islice(following(cron, zone, at(after)), number)]


@pytest.mark.parametrize(
    ("zone", "cron", "after", "expected"),
    [
        # The hour that does not exist: once, at the first moment after the gap.
        (BERLIN, "30 2 * * *", "2026-03-28T00:00", ["03-28 01:30", "03-29 01:00", "03-30 00:30"]),
        (NEW_YORK, "30 2 * * *", "2026-03-07T00:00", ["03-07 07:30", "03-08 07:00", "03-09 06:30"]),
        # … and not a second time for whoever is due at that moment anyway.
        (BERLIN, "0 2,3 * * *", "2026-03-28T12:00", ["03-29 01:00", "03-30 00:00", "03-30 01:00"]),
        # The hour that comes twice: the first time only.
        (BERLIN, "30 2 * * *", "2026-10-24T00:00", ["10-24 00:30", "10-25 00:30", "10-26 01:30"]),
        (NEW_YORK, "30 1 * * *", "2026-10-31T00:00", ["10-31 05:30", "11-01 05:30", "11-02 06:30"]),
        (BERLIN, "30 2 * * *", "2026-10-25T01:10", ["10-26 01:30"]),  # saved in the second of them
        (NEW_YORK, "30 1 * * *", "2026-11-01T06:10", ["11-02 06:30"]),
        # What repeats keeps its rhythm.
        (BERLIN, "*/30 * * * *", "2026-10-25T00:00", ["10-25 00:30", "10-25 01:00", "10-25 01:30", "10-25 02:00"]),
        (BERLIN, "0 * * * *", "2026-03-29T00:00", ["03-29 01:00", "03-29 02:00"]),
        # A working day's evening moves with the people.
        (BERLIN, "0 19 * * 1-5", "2026-03-27T12:00", ["03-27 18:00", "03-30 17:00"]),
        (SHANGHAI, "0 9 * * *", "2026-03-28T12:00", ["03-29 01:00", "03-30 01:00"]),
        (SHANGHAI, "30 2 * * *", "2026-10-24T00:00", ["10-24 18:30", "10-25 18:30"]),
    ],
)
def test_the_clocks_change(zone, cron, after, expected):
    assert first(cron, zone, after, len(expected)) == expected


def test_what_was_due_at_a_changed_hour_is_not_due_again_after_it():
    for day, zone in (("2026-03-29", BERLIN), ("2026-10-25", BERLIN), ("2026-11-01", NEW_YORK)):
        minute, seen = at(f"{day}T00:00"), set()
        cron = "30 2 * * *" if zone == BERLIN else "30 1 * * *"
        while minute < at(f"{day}T00:00") + timedelta(hours=10):
            seen.add(next_time(cron, zone, minute))
            minute += timedelta(minutes=1)
        assert len(seen) == 2, (day, zone, seen)  # that day's, and the next day's


def test_leap_days_and_long_months():
    leap = [moment.date().isoformat() for moment in islice(following("0 0 29 2 *", "UTC", at("2026-01-01T00:00")), 2)]
    assert leap == ["2028-02-29", "2032-02-29"]
    assert first("0 0 29 2 *", "UTC", "2096-03-01T00:00", 1) == ["02-29 00:00"]  # 2100 is none: 2104
    assert next_time("0 0 29 2 *", "UTC", at("2096-03-01T00:00")).year == 2104
    assert first("0 12 31 * *", "UTC", "2026-01-01T00:00", 4) == [
        "01-31 12:00",
        "03-31 12:00",
        "05-31 12:00",
        "07-31 12:00",
    ]
    assert first("0 12 28-31 2 *", "UTC", "2028-02-01T00:00", 2) == ["02-28 12:00", "02-29 12:00"]


@pytest.mark.parametrize(
    "cron",
    ["", "x", "@daily", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8"]
    + ["*/0 * * * *", "5-1 * * * *", "0 0 31 2 *", "², * * * *", "a b c d e", "0 0 L/x * *", "1,,2 * * * *"],
)
def test_what_says_no_time_is_refused_with_a_sentence(cron):
    with pytest.raises(BadTimes, match=r"\.$"):
        following(cron, "UTC", at("2026-01-01T00:00"))


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "\0", "x" * 500])
def test_time_zone_nonsense(zone):
    with pytest.raises(BadTimes, match="is not a time zone"):
        following("0 0 * * *", zone, at("2026-01-01T00:00"))


@given(st.text("0123456789*/,-LW# abcSUN", max_size=40))
def test_any_text_is_times_or_a_sentence(text):
    try:
        next_time(text, BERLIN, at("2026-03-28T12:00"))
    except BadTimes as reason:
        assert str(reason)


# --- what was missed


def test_on_time_nothing_was_missed():
    found = due("0 * * * *", "UTC", at("2026-01-01T05:00"), at("2026-01-01T05:00:10"))
    assert (found.latest, found.missed) == (at("2026-01-01T05:00"), 0)


def test_after_an_outage_the_latest_is_due_and_the_others_are_counted():
    found = due("0 * * * *", "UTC", at("2026-01-01T05:00"), at("2026-01-01T09:20"))
    assert (found.latest, found.missed, found.since) == (at("2026-01-01T09:00"), 4, at("2026-01-01T05:00"))


def test_an_outage_over_a_change_of_the_clocks_counts_each_day_once():
    found = due("30 2 * * *", BERLIN, at("2026-10-24T00:30"), at("2026-10-27T12:00"))
    assert (found.latest, found.missed) == (at("2026-10-27T01:30"), 3)


def test_a_very_long_outage_of_a_frequent_schedule_takes_no_long_time():
    began = time.perf_counter()
    found = due("* * * * *", "UTC", at("2020-01-01T00:00"), at("2026-01-01T00:00:30"))
    assert time.perf_counter() - began < 2
    assert (found.latest, found.counted) == (at("2026-01-01T00:00"), False)
