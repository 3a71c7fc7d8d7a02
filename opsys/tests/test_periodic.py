"""One task a second for all short looks."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from audit import tasks as audit_tasks
from opsys import periodic
from opsys.celery import app


@pytest.fixture
def clock(monkeypatch):
    """Time in a process that has looked for nothing yet."""
    moment = [0.0]
    monkeypatch.setattr(periodic, "_looked", {})
    monkeypatch.setattr(periodic, "time", SimpleNamespace(monotonic=lambda: moment[0]))
    return moment


def test_one_that_fails_keeps_no_other_from_its_turn(settings, monkeypatch, clock):
    seen = []

    def fails():
        seen.append("failed")
        raise ValueError("a fault")

    monkeypatch.setattr("jobs.tasks.reap", fails)
    monkeypatch.setattr("audit.tasks.look", lambda: seen.append("looked"))
    settings.LOOKS = {"jobs.tasks.reap": 1, "audit.tasks.look": 1}
    with pytest.raises(ValueError, match="a fault"):
        periodic.look()
    assert seen == ["failed", "looked"]


def test_each_has_its_pace_though_beat_is_not_exact(settings, monkeypatch, clock):
    seen = []
    monkeypatch.setattr("jobs.tasks.reap", lambda: seen.append(("reap", clock[0])))
    monkeypatch.setattr("audit.tasks.look", lambda: seen.append(("look", clock[0])))
    settings.LOOKS = {"jobs.tasks.reap": 1, "audit.tasks.look": 3}
    for clock[0] in (0.0, 0.9, 2.1, 2.9, 4.0, 6.2):
        periodic.look()
    assert [at for name, at in seen if name == "reap"] == [0.0, 0.9, 2.1, 2.9, 4.0, 6.2]
    assert [at for name, at in seen if name == "look"] == [0.0, 2.9, 6.2]


def test_what_is_looked_for_is_there_and_beat_asks_for_it():
    assert all(callable(import_string(name)) for name in settings.LOOKS)
    app.loader.import_default_modules()
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert periodic.look.name in tasks <= set(app.tasks)


def test_at_rest_a_look_of_the_audit_costs_four_queries_and_sends_nothing(db, monkeypatch, django_assert_num_queries):
    sent = []
    for task in (audit_tasks.prove, audit_tasks.forward):
        monkeypatch.setattr(task, "apply_async", lambda *args, **options: sent.append(options))
    audit_tasks.prove()
    with django_assert_num_queries(4):
        audit_tasks.look()
    assert sent == []
