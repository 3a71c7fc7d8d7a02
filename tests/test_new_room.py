"""A new type is its folder and its name in the app's `rooms`: tests/example_room/ is one, and has every door."""

import os
import subprocess
import sys

import pytest

from tests.house import BASE, text_of, tracked


@pytest.mark.slow
@pytest.mark.database
def test_a_folder_and_one_line_are_all_it_takes():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.example_room.settings"
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--nomigrations", "--create-db"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "tests/example_room/check.py"],
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "7 passed" in result.stdout


def test_the_room_stays_as_short_as_promised():
    room = [path for path in tracked() if path.startswith("tests/example_room/gadgets/")]
    assert sum(text_of(path).count("\n") for path in room) < 70
