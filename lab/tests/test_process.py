import json
import signal
import subprocess

import pytest

from lab import LabError
from lab.process import Process, stop


@pytest.fixture
def sleeper():
    child = subprocess.Popen(["sleep", "60"])
    yield child
    child.kill()
    child.wait()


def test_a_recorded_process_is_found_and_stopped(tmp_path, sleeper):
    Process.record(tmp_path, "east-nova", sleeper.pid)
    found = Process.find(tmp_path, "east-nova")
    assert found.pid == sleeper.pid
    assert found.memory > 0
    stop([found], timeout=5)
    assert sleeper.wait(5) == -signal.SIGTERM
    assert Process.find(tmp_path, "east-nova") is None


def test_another_process_with_the_same_pid_is_left_alone(tmp_path, sleeper):
    Process.record(tmp_path, "east-nova", sleeper.pid)
    record = tmp_path / "east-nova.json"
    earlier = json.loads(record.read_text()) | {"started": 1}
    record.write_text(json.dumps(earlier))
    assert Process.find(tmp_path, "east-nova") is None
    stop([Process(**earlier)], timeout=1)
    assert sleeper.poll() is None


def test_one_that_ignores_sigterm_is_killed(tmp_path):
    stubborn = subprocess.Popen(
        ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"], stdout=subprocess.PIPE
    )
    stubborn.stdout.readline()
    stop([Process.record(tmp_path, "stubborn", stubborn.pid)], timeout=0.3)
    assert stubborn.wait(5) == -signal.SIGKILL
    stubborn.stdout.close()


def test_what_has_ended_cannot_be_recorded(tmp_path):
    child = subprocess.Popen(["true"])
    child.wait()
    with pytest.raises(LabError):
        Process.record(tmp_path, "gone", child.pid)


def test_nothing_is_found_without_a_record(tmp_path):
    assert Process.find(tmp_path, "east-nova") is None
