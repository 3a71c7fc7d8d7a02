import re

from lab import environment
from lab.environment import LOCK, Environment


def test_the_lock_pins_and_hashes_everything():
    entries = re.split(r"\n(?=\S)", LOCK.read_text().strip())
    assert len(entries) > 200
    for entry in entries:
        assert re.match(r"[\w.\-\[\],]+==[\w.!+]+", entry), entry
        assert "--hash=sha256:" in entry


def test_the_lock_names_no_place():
    text = LOCK.read_text()
    assert "://" not in text
    assert "/" not in text


def test_another_lock_is_another_environment(tmp_path, monkeypatch):
    first = Environment(tmp_path).path
    other = tmp_path / "requirements.txt"
    other.write_text("nova==1\n")
    monkeypatch.setattr(environment, "LOCK", other)
    assert Environment(tmp_path).path != first


def test_services_see_nothing_of_the_callers_python_and_cloud(tmp_path, monkeypatch):
    monkeypatch.setenv("OS_AUTH_URL", "http://elsewhere/")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    variables = Environment(tmp_path).variables()
    assert "OS_AUTH_URL" not in variables
    assert "PYTHONDONTWRITEBYTECODE" not in variables


def test_pip_installs_where_there_is_no_uv(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "_uv", list)
    create, install = Environment(tmp_path)._commands()
    assert create[1:3] == ["-m", "venv"]
    assert "--require-hashes" in install
