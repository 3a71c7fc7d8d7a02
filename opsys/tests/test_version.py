"""Which version runs, and that its changes are written down."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import opsys

BASE = Path(__file__).resolve().parents[2]


def test_the_command_line_tells_the_version():
    done = subprocess.run(
        [sys.executable, "manage.py", "--version"], cwd=BASE, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"opsys {opsys.__version__} (Django ")


def test_the_version_is_in_the_list_of_changes():
    assert f"\n## {opsys.__version__}" in (BASE / "CHANGELOG.md").read_text()


@pytest.mark.slow
def test_commands_take_the_settings_of_one_machine_where_nobody_chose(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=BASE,
        env={**environment, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
