"""A deployment does not start on a weak secret; one machine makes its own. Settings are read in processes of their
own: once imported they stay."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from opsys.settings.local_secrets import kept

pytestmark = pytest.mark.slow
BASE = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "a" * 40,
    "FERNET_KEYS": "b" * 40,
    "AUDIT_KEYS": "c" * 40,
    "ALLOWED_HOSTS": "ops.example.com",
    "DJANGO_SETTINGS_MODULE": "opsys.settings.production",
}
READ = "from django.conf import settings as s; print(s.SECRET_KEY, ','.join(s.FERNET_KEYS), ','.join(s.ALLOWED_HOSTS))"


def python(folder, *arguments, **environment):
    names = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=BASE,
        env={**{n: os.environ[n] for n in names if n in os.environ}, "VAR_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SECRET_KEY": None}, ("SECRET_KEY is not set", "SECRET_KEY_FILE")),
        ({"SECRET_KEY": "short"}, ("SECRET_KEY is shorter than 32",)),
        ({"SECRET_KEY": "change-me" * 5}, ("SECRET_KEY still has its example value",)),
        ({"SECRET_KEY": "django-insecure-" + "x" * 40}, ("SECRET_KEY still has its example value",)),
        ({"FERNET_KEYS": None}, ("FERNET_KEYS is not set",)),
        ({"AUDIT_KEYS": None}, ("AUDIT_KEYS is not set",)),
        ({"FERNET_KEYS": "b" * 40 + ",short"}, ("FERNET_KEYS is shorter than 32",)),
        ({"FERNET_KEYS": "change-me" * 5}, ("FERNET_KEYS still has its example value",)),
        ({"ALLOWED_HOSTS": None}, ("ALLOWED_HOSTS is not set",)),
    ],
    ids=lambda value: str(value)[:40],
)
def test_production_refuses_what_is_weak_and_names_it(tmp_path, changes, words):
    environment = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    result = python(tmp_path, "-c", READ, **environment)
    assert result.returncode != 0
    assert "ImproperlyConfigured" in result.stderr and all(word in result.stderr for word in words)


def test_production_starts_with_good_ones(tmp_path):
    result = python(tmp_path, "-c", READ, **GOOD)
    assert result.stdout.split() == ["a" * 40, "b" * 40, "ops.example.com"], result.stderr


def test_a_secret_may_stand_in_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text("f" * 40)
    environment = {name: value for name, value in GOOD.items() if name != "SECRET_KEY"}
    result = python(tmp_path, "-c", READ, SECRET_KEY_FILE=str(file), **environment)
    assert result.stdout.split()[0] == "f" * 40, result.stderr


def test_production_answers_only_over_tls_and_shows_no_debug_page(tmp_path):
    code = "from django.conf import settings as s; print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT)"
    assert python(tmp_path, "-c", code, DEBUG="1", **GOOD).stdout.split() == ["False", "True", "True"]


def test_one_machine_makes_its_secrets_once_for_its_owner_alone(tmp_path):
    dev = {"DJANGO_SETTINGS_MODULE": "opsys.settings.dev"}
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(lambda _: python(tmp_path, "-c", READ, **dev), range(2))
    assert first.stdout == python(tmp_path, "-c", READ, **dev).stdout != ""
    assert len(first.stdout.split()[0]) >= 32 and second.returncode == 0
    files = list((tmp_path / "secrets").iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_a_secret_has_its_file_only_once_it_is_whole(tmp_path, monkeypatch):
    """Another process may look at any moment."""
    path, seen = tmp_path / "secrets" / "key", []

    def chosen(size):
        seen.append(path.exists())
        return "a" * size

    monkeypatch.setattr("secrets.token_urlsafe", chosen)
    assert kept(path) == kept(path) == "a" * 32 and seen == [False]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("command", ["list-clusters", "list_clusters", "help list-clusters"])
def test_commands_may_be_typed_with_hyphens(tmp_path, command):
    environment = {
        "DJANGO_SETTINGS_MODULE": "opsys.settings.test",
        "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3",
    }
    result = python(tmp_path, "manage.py", *command.split(), "--help", **environment)
    assert result.returncode == 0 and "List the registered clusters" in result.stdout, result.stderr


def test_an_unknown_command_says_so(tmp_path):
    result = python(tmp_path, "manage.py", "fly-away", DJANGO_SETTINGS_MODULE="opsys.settings.test")
    assert result.returncode == 1 and "Unknown command" in result.stderr
