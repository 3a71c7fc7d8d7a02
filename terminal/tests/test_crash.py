"""kill -9 of the web process: nothing that happened is lost, and nothing goes on looking alive."""

import json
import os
import subprocess
import sys

import pytest

from tests.house import BASE


@pytest.mark.slow
def test_a_killed_process_leaves_a_recording_and_a_complete_audit(tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "opsys.settings.dev", "VAR_DIR": str(tmp_path)}
    program = [sys.executable, "-m", "terminal.tests.killed", str(tmp_path)]
    done = subprocess.run(program, cwd=BASE, env=environment, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    left = json.loads(done.stdout.splitlines()[-1])
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
