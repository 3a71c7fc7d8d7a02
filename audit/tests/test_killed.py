"""A process that is killed between an event and its proof, and the one that comes after it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

BASE = Path(__file__).resolve().parents[2]
BEGIN = """
import django; django.setup()
import json, os, signal
from datetime import timedelta
from django.utils import timezone
from audit import tasks
from audit.models import Event, Leaf, TreeState
from audit.proof.verify import verify
def told(): print(json.dumps({"leaves": Leaf.objects.count(), "waiting": (found := verify()).waiting,
    "findings": len(found.findings), "late": Event.objects.filter(action="audit.proof.late").count()}))
for number in range(3 * WRITES):
    Event.objects.create(via="ui", action="a.b.c", name=f"event {number}", at=timezone.now() - timedelta(minutes=10))
def killed(*arguments, **options): os.kill(os.getpid(), signal.SIGKILL)
"""
MOMENTS = {
    "before the tree": "killed()",
    "with its leaves written and the tree's state not": "TreeState.save = killed; tasks.prove()",
    "before the checkpoint": "tasks.tree.checkpoints.make = killed; tasks.prove()",
}
HEAL = "told(); tasks.prove(); tasks.prove(); told()"


@pytest.fixture
def database(transactional_db, tmp_path) -> str:
    """The address of one that other processes reach: SQLite's of the tests is in memory, so a copy of it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM INTO '{tmp_path}/opsys.sqlite3'")
        return f"sqlite:///{tmp_path}/opsys.sqlite3"
    found = connection.settings_dict
    return f"mysql://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


def process(database: str, work: str, *, writes: bool = False) -> subprocess.CompletedProcess:
    environment = {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "opsys.settings.test"}
    command = [sys.executable, "-c", BEGIN.replace("WRITES", str(int(writes))) + work]
    return subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_between_event_and_proof_heals_itself_and_says_so(database, moment):
    died = process(database, MOMENTS[moment], writes=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    after = process(database, HEAL)
    assert after.returncode == 0, after.stderr
    found, healed = map(json.loads, after.stdout.splitlines())
    entered = moment == "before the checkpoint"
    assert (found["leaves"], found["findings"]) == (3 if entered else 0, 0)
    assert found["waiting"] == (1 if entered else 3), "with the event that says that they came late"
    assert healed == {"leaves": 4, "waiting": 0, "findings": 0, "late": 1}
