"""A forecast is right where the figures say so, and silent where they do not."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitoring.forecast.trend import FEWEST, full, trend

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def noisy(days, start, slope, noise, seed=1):
    draw = random.Random(seed)
    return [start + slope * day + draw.gauss(0, noise) for day in range(days)]


def test_a_line_without_noise_is_told_to_the_day():
    found = full(trend([100 + 10 * day for day in range(30)]), 1000)
    assert (round(found.days), round(found.earliest), round(found.latest)) == (61, 61, 61)


def test_the_bounds_hold_nine_times_in_ten():
    within = 0
    for seed in range(200):
        found = full(trend(noisy(40, 1000, 10, 30, seed)), 2000)
        within += found.earliest <= 61 <= (found.latest or 10_000)
    assert within >= 170


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1, 2, 3],
        [1] * (FEWEST - 1),
        [None] * 50 + [1, 2, 3],
    ],
)
def test_too_few_days_tell_nothing(values):
    assert trend(values) is None


@pytest.mark.parametrize("seed", range(10))
def test_what_only_sways_tells_nothing(seed):
    found = trend(noisy(30, 500, 0, 20, seed))
    assert full(found, 1000) is None or full(found, 1000).latest is None


def test_a_walk_without_aim_is_hardly_ever_told_to_be_full_by_a_day():
    told = 0
    for seed in range(100):
        draw, values = random.Random(seed), [500.0]
        for _day in range(60):
            values.append(values[-1] + draw.gauss(0, 5))
        found = full(trend(values), 1000)
        told += bool(found and found.latest is not None and found.days < 365)
    assert told <= 25


def test_what_falls_or_rests_is_never_full():
    assert full(trend([100 - day for day in range(30)]), 200) is None
    assert full(trend([100] * 30), 200) is None


def test_what_is_full_is_full_now():
    assert full(trend([200] * 10), 100).days == 0


def test_one_odd_day_bends_nothing():
    values = [100.0 + 10 * day for day in range(30)]
    values[12] = 5000
    assert full(trend(values), 1000).days == pytest.approx(61, abs=1)


def test_gaps_are_passed_over():
    values = [100 + 10 * day if day % 3 else None for day in range(30)]
    assert full(trend(values), 1000).days == pytest.approx(61, abs=0.5)


@patient
@given(st.lists(st.one_of(st.none(), st.floats(0, 1e9)), max_size=60), st.floats(0, 1e9))
def test_whatever_the_figures_are_the_bounds_are_in_order(values, total):
    line = trend(values)
    found = full(line, total) if line else None
    if found:
        assert 0 <= found.earliest <= found.days + 1e-6
        assert found.latest is None or found.latest >= found.days - 1e-6
