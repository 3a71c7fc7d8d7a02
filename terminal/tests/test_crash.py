"""kill -9 of the web process: nothing that happened is lost, and nothing goes on looking alive."""

import json
import os
import subprocess
import sys

import pytest

from tests.house import BASE

pytestmark = [pytest.mark.slow, pytest.mark.database]


def left_after(what, folder):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "opsys.settings.dev", "VAR_DIR": str(folder)}
    program = [sys.executable, "-m", "terminal.tests.killed", str(folder), what]
    done = subprocess.run(program, cwd=BASE, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_killed_process_leaves_a_recording_and_a_complete_audit(tmp_path):
    left = left_after("kill", tmp_path)
    assert left["before"] == ["open", 0]  # silent for less than 15 seconds: it may live
    assert left["reaped"] == [1, 0]
    assert (left["state"], left["ended"], left["recording"], left["verdict"]) == ("crashed", True, "crashed", "")
    # It shows a number each 0.05 s; what was shown more than a second before the end is in the file.
    assert left["recorded"] >= left["shown"] - 20
    assert [event.partition(".")[2] for event in left["events"]] == [
        "session.open started",
        "host_key.accept done",
        "session.open done",
        "session.close failed",
        "recording.play noted",
    ]


def test_a_killed_process_leaves_the_recording_of_a_screen(tmp_path):
    left = left_after("kill-screen", tmp_path)
    assert left["reaped"] == [1, 0]
    assert (left["state"], left["ended"], left["recording"], left["verdict"]) == ("crashed", True, "crashed", "")
    assert left["recorded"] == left["shown"] == 4000
    assert "terminal.session.close failed" in left["events"]


def test_a_process_that_is_stopped_ends_its_sessions_in_order(tmp_path):
    left = left_after("stop", tmp_path)
    assert left["before"] == ["ended", 0] and left["reaped"] == [0, 0]
    assert (left["cause"], left["recording"], left["verdict"]) == ("stopped", "complete", "")
    assert left["recorded"] >= left["shown"]
    assert "terminal.session.close done" in left["events"]
