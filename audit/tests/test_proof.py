"""The log as it should be: what enters the tree and when, what is signed, what stays intact."""

import json
import re
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from audit import tasks
from audit.acting import Actor
from audit.models import Checkpoint, Event, Leaf, TreeState
from audit.proof import checkpoints, keys, state, tree
from audit.proof.facts import as_bytes
from audit.proof.verify import verify
from audit.retention import clear
from clusters.sentences import gettext as sentence


def write(count: int = 1, **facts) -> list[Event]:
    return [
        Event.objects.create(**{"via": "ui", "action": "a.b.c", "name": f"event {n}"} | facts) for n in range(count)
    ]


@pytest.mark.django_db
def test_an_empty_log_is_intact():
    assert verify().intact


def test_whatever_an_event_says_is_the_same_when_it_is_read_again(platform_admin, cluster):
    write(
        1,
        user=platform_admin,
        username="root",
        cluster=cluster,
        cluster_name="east",
        name="数据库 \U0001f600 'quoted\" \\ \u2028 \x7f",
        reason=sentence("%(name)s is locked") % {"name": "web-1"},
        params={"sizes": [1, 2.5, 1e21, None, True], "Ä": {"深": "层"}, "text": "x" * 700},
        seconds=0.1 + 0.2,
    )
    write(1, seconds=3, error_code="conflict", request_id="req-1", reason="plain")
    tree.append_all()
    result = verify()
    assert (result.events, result.findings) == (Event.objects.count(), [])


def test_the_bytes_are_canonical_json(db):
    facts = write(1, name='层 "\\\n\x7f\u2028', params={"b": [1, {"z": 1, "a": None}], "a": 1e21}, seconds=2)[
        0
    ].facts()
    whole = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert as_bytes(facts).decode() == whole
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", facts["at"])


def test_events_wait_until_the_proof_takes_them(db):
    write(3)
    assert verify().waiting == 3 and tree.is_behind()
    tasks.prove()
    assert not tree.is_behind()
    assert (verify().waiting, verify().events, Checkpoint.objects.get().size) == (0, 3, 3)


def test_events_stay_proved_when_their_user_and_cluster_are_deleted(platform_admin, make_user, cluster):
    ada = make_user("ada")
    write(1, user=ada, username="ada", cluster=cluster, cluster_name="east")
    tree.append_all()
    ada.delete()
    cluster.delete()
    event = Event.objects.get(action="a.b.c")
    assert (event.user_id, event.cluster_id) == (None, None)
    tree.append_all()
    assert verify().intact


def test_clearing_old_events_keeps_the_proof(db):
    for age in (100, 1, 100, 1):
        write(1, at=timezone.now() - timedelta(days=age))
    tree.append_all()
    tree.checkpoint_now()
    clear(timezone.now() - timedelta(days=50), older_than="50d", actor=Actor.of_command())
    write(2)
    tree.append_all()
    result = verify()
    assert (result.findings, result.purged) == ([], 2)
    # What explains the gaps is itself never cleared.
    clear(timezone.now() + timedelta(days=1), older_than="now", actor=Actor.of_command())
    tree.append_all()
    assert verify().findings == []
    assert Event.objects.exclude(action="audit.event.purge").count() == 0


def test_a_clearing_that_died_half_way_leaves_no_false_alarm(db, monkeypatch):
    write(3, at=timezone.now() - timedelta(days=9))
    with monkeypatch.context() as broken:
        broken.setattr("audit.models.event.EventQuerySet.purge", lambda self, before: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            clear(timezone.now(), older_than="1d", actor=Actor.of_command())
    tree.append_all()
    assert verify().intact
    clear(timezone.now(), older_than="1d", actor=Actor.of_command())
    tree.append_all()
    assert verify().intact


def test_events_from_before_the_proof_enter_it_too(db):
    write(2)
    Event._base_manager.update(authentication=None, user_number=None)
    TreeState.objects.update_or_create(pk=1, defaults={"unauthenticated_to": Event.objects.latest("pk").pk})
    write(1)
    tree.append_all()
    assert verify().events == 3 and verify().intact


def test_a_proof_that_comes_late_says_so(db):
    write(2, at=timezone.now() - timedelta(minutes=10))
    tasks.prove()
    tasks.prove()
    assert Event.objects.get(action="audit.proof.late").params == {"events": 2}
    assert Leaf.objects.count() == 3
    assert verify().intact


def test_what_died_while_it_added_leaves_nothing_half(db, monkeypatch):
    write(3)
    with monkeypatch.context() as killed:
        killed.setattr(TreeState, "save", lambda self, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tree.append_new()
    assert (Leaf.objects.count(), verify().waiting) == (0, 3)
    tree.append_all()
    assert verify().events == 3 and verify().intact


def test_a_checkpoint_is_a_signed_note(db, settings):
    settings.AUDIT_ORIGIN = "ops.example.com/audit"
    write(1)
    tree.append_all()
    note = tree.checkpoint_now().note
    statement = checkpoints.read(note)
    assert note.startswith("ops.example.com/audit\n1\n")
    assert keys.is_signed_by(keys.public_keys()[0], statement.text, statement.signature)
    assert not keys.is_signed_by(keys.public_keys()[0], statement.text + b"x", statement.signature)
    assert checkpoints.notes_in(f"{note}\n{note}\n") == [note, note]


def test_no_new_checkpoint_while_nothing_happens(db):
    write(1)
    tree.append_all()
    assert tree.checkpoint_if_due() is not None
    Checkpoint.objects.update(at=timezone.now() - timedelta(hours=1))
    assert tree.checkpoint_if_due() is None
    write(1)
    tree.append_all()
    assert tree.checkpoint_if_due().size == 2


def test_a_new_key_verifies_what_the_old_one_wrote(db, settings):
    write(1)
    tree.append_all()
    tree.checkpoint_now()
    settings.AUDIT_KEYS = ["a new key of at least 32 characters…", *settings.AUDIT_KEYS]
    write(1)
    tree.append_all()
    tree.checkpoint_now()
    assert verify().intact
    settings.AUDIT_KEYS = settings.AUDIT_KEYS[:1]
    assert not verify().intact


def test_the_command_says_what_it_verified(db, capsys):
    write(2)
    call_command("audit_verify")
    assert "The audit is intact: 2 events" in capsys.readouterr().out
    assert TreeState.objects.get().verified_at is not None
    Event._base_manager.filter(name="event 1").update(username="mallory")
    with pytest.raises(CommandError, match="not intact: 1 findings"):
        call_command("audit_verify")
    assert f"event {Event.objects.get(name='event 1').pk}: edited." in capsys.readouterr().out
    assert Event.objects.get(action="audit.proof.broken").params["count"] == 1
    state.verify_and_keep()
    assert Event.objects.filter(action="audit.proof.broken").count() == 1  # told once


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("mysql" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite has one writer at a time")
def test_writers_side_by_side_leave_one_unbroken_proof():
    writers, each = 200, 5
    errors, done = [], threading.Event()

    def running(work):
        def run():
            try:
                work()
            except Exception as error:  # noqa: BLE001 - told below
                errors.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=run)

    def prove():
        while not done.is_set():
            tree.append_new()
            tree.checkpoint_now()

    provers = [running(prove) for _ in range(2)]
    crowd = [running(lambda: write(each)) for _ in range(writers)]
    for thread in (*provers, *crowd):
        thread.start()
    for thread in crowd:
        thread.join()
    done.set()
    for thread in provers:
        thread.join()
    tree.append_all()
    result = verify()
    assert (errors, result.findings, result.events) == ([], [], writers * each)
