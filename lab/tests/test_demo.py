"""What the demo lacks is said, at the start and with its reason."""

import socket
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab import LabError, demo, shells

needs_sshd = pytest.mark.skipif(not Path("/usr/sbin/sshd").exists(), reason="needs sshd")


@contextmanager
def running(folder):
    process = shells._sshd(folder)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def taken(monkeypatch):
    """A port of another, which is the shells' one; nobody answers there."""
    with socket.socket() as other:
        other.bind(("", 0))
        monkeypatch.setattr(shells, "PORT", other.getsockname()[1])
        yield other


def test_a_program_that_is_not_installed_is_named_before_anything_starts(monkeypatch, capsys):
    monkeypatch.setattr(demo, "PROGRAMS", (*demo.PROGRAMS, "no-such-program"))
    monkeypatch.setattr(demo, "Lab", None)
    assert demo.main() == 1
    said = capsys.readouterr().err
    assert "no-such-program" in said and "system.sh demo" in said


@needs_sshd
def test_a_shell_is_had_before_the_demo_is_ready(tmp_path, taken):
    taken.close()
    with running(tmp_path) as process:
        shells._wait_for_a_shell(process, tmp_path)


@needs_sshd
def test_an_sshd_that_does_not_come_up_is_told_with_its_own_words(tmp_path, taken):
    with running(tmp_path) as process, pytest.raises(LabError, match="(?s)no shell.*in use"):
        shells._wait_for_a_shell(process, tmp_path)


@needs_sshd
def test_an_sshd_that_lets_nobody_in_is_told_too(tmp_path, taken, monkeypatch):
    taken.close()
    monkeypatch.setattr(shells, "START_SECONDS", 1)
    with running(tmp_path) as process, pytest.raises(LabError, match="(?s)no shell"):
        (tmp_path / "person.pub").write_text("")
        shells._wait_for_a_shell(process, tmp_path)
