"""What every answer tells a browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("path", ["/accounts/login/", "/healthz", "/no/such/page", "/api/v1/"])
def test_the_headers_stand_on_every_answer(client, db, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_the_session_s_cookie_is_out_of_reach(client, make_user):
    make_user()
    response = client.post("/accounts/login/", {"username": "ada", "password": "correct horse battery"})
    cookie = response.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


@pytest.mark.slow
def test_django_finds_nothing_wrong_with_the_settings_for_production(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "opsys.settings.production",
        "VAR_DIR": str(tmp_path),
        "ALLOWED_HOSTS": "ops.example.com",
        "SECRET_KEY": "s" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz-+_.",
        "FERNET_KEYS": "f" * 40,
        "AUDIT_KEYS": "a" * 40,
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
