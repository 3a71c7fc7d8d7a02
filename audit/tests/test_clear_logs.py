import io
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import Event, EventQuerySet


@pytest.fixture
def aged(db):
    for age in (1, 50, 100, 200):
        event = Event.objects.create(via="ui", action="a", name=str(age))
        moment = timezone.now() - timedelta(days=age)
        Event._base_manager.filter(pk=event.pk).update(at=moment)
        attempt = AccessAttempt.objects.create(username=str(age), failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=moment)


def run(*arguments) -> str:
    out = io.StringIO()
    call_command("clear_logs", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def names() -> set[str]:
    return {event.name for event in Event.objects.filter(action="a")}


def test_old_events_go_and_that_is_an_event(aged):
    assert "Deleted 2 events and 2 login records" in run("--older-than", "90d", "--yes")
    assert names() == {"1", "50"}
    assert {attempt.username for attempt in AccessAttempt.objects.all()} == {"1", "50"}
    announced, event = Event.objects.filter(action="audit.event.purge").order_by("pk")
    assert announced.params == {"older_than": "90d", "positions": ["2-3"]}
    assert (event.via, event.params) == ("cli", {"older_than": "90d", "deleted": 2})


@pytest.mark.parametrize("age, left", [("36h", {"1"}), ("20w", {"1", "50", "100"}), ("99d", {"1", "50"})])
def test_units(aged, age, left):
    run("--older-than", age, "--yes")
    assert names() == left


def test_a_dry_run_only_counts(aged):
    assert "2 events are older" in run("--older-than", "90d", "--dry-run")
    assert Event.objects.count() == 4
    assert AccessAttempt.objects.count() == 4


@pytest.mark.parametrize("age", ["90", "d", "0d", "-1d", "1.5d", "90 d", "90m", "", "999999d"])
def test_what_is_no_age(aged, age):
    with pytest.raises(CommandError, match="not an age"):
        run(f"--older-than={age}", "--yes")
    assert Event.objects.count() == 4


def test_the_age_must_be_given(aged):
    with pytest.raises(CommandError, match="--older-than"):
        run("--yes")


@pytest.mark.parametrize("answer, left", [("y", 2), ("n", 4), ("", 4)])
def test_it_asks(aged, monkeypatch, answer, left):
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    if left == 2:
        run("--older-than", "90d")
    else:
        with pytest.raises(CommandError, match="Nothing was deleted"):
            run("--older-than", "90d")
        assert not Event.objects.filter(action="audit.event.purge").exists()
    assert len(names()) == left


def test_what_was_deleted_before_an_interruption_is_told(aged, monkeypatch):
    purge, calls = EventQuerySet.purge, []

    def interrupted(self, before, batch=1):
        calls.append(batch)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return purge(self, before, batch=1)

    monkeypatch.setattr(type(Event.objects), "purge", lambda self, before: interrupted(self.get_queryset(), before))
    with pytest.raises(KeyboardInterrupt):
        run("--older-than", "90d", "--yes")
    assert Event.objects.get(action="audit.event.purge", phase="done").params["deleted"] == 1
    assert names() == {"1", "50", "100"}
