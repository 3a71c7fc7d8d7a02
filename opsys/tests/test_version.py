"""Which version runs, and that its changes are written down."""

import subprocess
import sys
from pathlib import Path

import opsys

BASE = Path(__file__).resolve().parents[2]


def test_the_command_line_tells_the_version():
    done = subprocess.run(
        [sys.executable, "manage.py", "--version"], cwd=BASE, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"opsys {opsys.__version__} (Django ")


def test_the_version_is_in_the_list_of_changes():
    assert f"\n## {opsys.__version__}" in (BASE / "CHANGELOG.md").read_text()
