"""What a schedule keeps: against a plain reading of the rules, and through a simulated year with the real job."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.gateway import CloudError
from jobs.models import MadeCopy
from jobs.schedules.rules import Rules, kept
from jobs.tests.copied import begin, do, make_schedule

BEGIN = datetime(2026, 1, 1, 1, 30, tzinfo=UTC)
PERIODS = {"daily": "%Y-%m-%d", "weekly": "%G-%V", "monthly": "%Y-%m"}
# Often none, so that one rule alone decides.
NUMBER = st.sampled_from([0, 0, 1, 2, 3, 7, 12])
MOSTLY = st.sampled_from([True, True, True, True, False])
RULES = st.builds(
    Rules,
    keep=st.sampled_from([0, 0, 0, 1, 3]),
    days=st.sampled_from([0, 0, 0, 2, 30]),
    daily=NUMBER,
    weekly=NUMBER,
    monthly=NUMBER,
    # The last two change their clocks, one of them by half an hour.
    zone=st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"]),
)
# Hours to the next run, with some long gaps; whether it made a copy, and whether what is old could be deleted.
RUN = st.tuples(st.one_of(st.integers(1, 30), st.integers(100, 1500)), MOSTLY, MOSTLY)


def wanted(moments: set[datetime], rules: Rules, now: datetime) -> set[datetime]:
    """What the rules keep of these, said as one reads them."""
    stays = set(sorted(moments)[-rules.keep :]) if rules.keep else set()
    stays |= {moment for moment in moments if rules.days and now - moment < timedelta(days=rules.days)}
    for name, called in PERIODS.items():
        by_period: dict[str, list[datetime]] = {}
        for moment in moments:
            by_period.setdefault(moment.astimezone(ZoneInfo(rules.zone)).strftime(called), []).append(moment)
        last = sorted(by_period)[-getattr(rules, name) :] if getattr(rules, name) else []
        stays |= {max(by_period[period]) for period in last}
    return stays


def left(copies: set[datetime], rules: Rules, now: datetime) -> set[datetime]:
    moments = sorted(copies)
    return {moments[place] for place in kept(moments, rules, now)}


@given(RULES, st.lists(RUN, min_size=5, max_size=60))
def test_through_gaps_and_failures_there_is_what_the_rules_would_keep_of_all_there_ever_was(rules, runs):
    now, ever, there, all_went = BEGIN, set(), set(), True
    for hours, made, deletes in runs:
        now += timedelta(hours=hours)
        if not made:
            continue  # nothing new, so nothing old goes
        ever.add(now)
        there.add(now)
        all_went &= deletes
        if deletes:
            there = left(there, rules, now) | {now}
        assert wanted(ever, rules, now) <= there
        assert not all_went or there == wanted(ever, rules, now) | {now}


@given(RULES, st.lists(st.integers(-3000, 3000), min_size=1, max_size=40), st.integers(-3000, 3000))
def test_whatever_the_clock_said_nothing_goes_that_a_rule_keeps(rules, hours, now):
    moments = {BEGIN + timedelta(hours=hour) for hour in hours}
    at = BEGIN + timedelta(hours=now)
    assert left(moments, rules, at) == wanted(moments, rules, at)


@pytest.mark.slow
def test_a_year_of_runs(cloud, clock, operator, server):
    """Two schedules and people beside them; runs fail, deletions are refused, nobody is there for weeks, and the
    clock is put back now and then."""
    chance = random.Random(1)
    rules = {"keep": None, "daily": 7, "weekly": 4, "monthly": 12, "time_zone": "Europe/Berlin"}
    ours = make_schedule(operator, name="ours", pattern="ours {date}", **rules)
    other = make_schedule(operator, name="other", pattern="other {date}", keep=3)
    of = {ours.pk: Rules.of({**vars(ours), "zone": ours.time_zone}), other.pk: Rules(keep=3)}
    by_hand, runs, failed, deleted = {cloud.add("by hand", {"instance_uuid": "s1"})}, 0, 0, 0
    clock.move_to(BEGIN)
    moment = BEGIN
    while moment < BEGIN + timedelta(days=365):
        moment += timedelta(days=chance.choice([1] * 6 + [2, 5, 20]), minutes=chance.randint(0, 300))
        clock.move_to(moment - timedelta(hours=chance.choice([0] * 9 + [30])))
        schedule = chance.choice([ours, ours, other])
        before, notes = dict(cloud.images), notes_of(schedule)
        cloud.error = CloudError("timeout", cluster="east") if chance.random() < 0.1 else None
        cloud.becomes = "killed" if chance.random() < 0.1 else "active"
        cloud.kept = {row["name"]: "It is protected." for row in before.values() if chance.random() < 0.05}
        item = begin(schedule)
        outcome = do(item)
        runs += 1
        gone = set(before) - set(cloud.images)
        assert gone <= set(notes), "another schedule's, or somebody's, went"
        if cloud.error or cloud.becomes == "killed":
            failed += 1
            assert outcome.status == "failed" and outcome.reason and not gone
            continue
        made = MadeCopy.objects.get(operation=item.operation)
        assert outcome.status == "done" and made.copy_id in cloud.images
        usable = {pk: at for pk, at in notes.items() if before.get(pk, {}).get("status") == "active"}
        usable[made.copy_id] = made.asked_at
        stays = wanted(set(usable.values()), of[schedule.pk], made.asked_at)
        protected = {pk for pk, row in before.items() if row["name"] in cloud.kept}
        expected = {pk for pk, at in usable.items() if at not in stays and pk != made.copy_id} - protected
        assert gone == expected
        assert all(before[pk]["name"] in outcome.reason for pk in protected & set(usable) if usable[pk] not in stays)
        deleted += len(gone)
    assert by_hand <= set(cloud.images)
    assert runs > 60 and failed > 5 and deleted > 20, (runs, failed, deleted)


def notes_of(schedule) -> dict[str, datetime]:
    return dict(schedule.copies.exclude(copy_id="").values_list("copy_id", "asked_at"))
