"""What the demo lacks is said, at the start and with its reason."""

import socket
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

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


def test_a_database_that_cannot_be_made_is_told_and_everything_stops(monkeypatch, tmp_path, capsys):
    stopped = []
    clouds = SimpleNamespace(up=lambda *arguments: None, down=lambda: stopped.append(True))
    (tmp_path / "manage.py").write_text("raise SystemExit(3)")
    monkeypatch.setattr(demo, "BASE", tmp_path)
    monkeypatch.setattr(demo, "PROGRAMS", ())
    monkeypatch.setattr(demo, "Lab", lambda report: clouds)
    monkeypatch.setattr(demo.signal, "signal", lambda *handler: None)
    assert demo.main() == 1
    said = capsys.readouterr().err
    assert "init-db --demo" in said and "failed with 3" in said
    assert stopped


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
