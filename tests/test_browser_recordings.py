"""A long recording in a real browser: the page keeps a part of it, whatever its length."""

import re

import pytest

from tests.browser import DESKTOP, Console
from tests.platform import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.lab]
PARTS, MEBIBYTE = 60, 1024 * 1024
MOST_MEBIBYTES = 48
# A part each ten seconds: a full screen of its number last.
MADE = f"""
import secrets
from clusters.models import Cluster
from django.contrib.auth import get_user_model
from terminal.models import Session
from terminal.recording.writing import Recorder
admin, east = get_user_model().objects.get(username="admin"), Cluster.objects.get(name="east")
row = Session.objects.create(
    user=admin, username="admin", cluster=east, kind="ssh", port=22, target_name="long", columns=80, rows=24
)
recorder = Recorder.begin(row, keep_days=1)
for part in range({PARTS}):
    recorder._began -= 10
    for _bite in range(16):
        recorder.output(secrets.token_hex({MEBIBYTE} // 32).encode())
    recorder.output(b"\\x1b[2J\\x1b[Hpart %d\\r\\n" % part)
recorder.end("complete")
print(recorder.row.pk)
"""


@pytest.fixture
def recording(platform):
    return int(platform.manage("shell", "-c", MADE).stdout.split()[-1])


def held(page):
    """Mebibytes of the page's objects that are in use."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    figures = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return figures["JSHeapUsedSize"] / MEBIBYTE


def test_a_long_recording_is_played_in_pieces_and_little_is_held(browser, platform, recording):
    window = Console(browser, platform.url, viewport=DESKTOP)
    window.log_in("admin", "admin123")
    pieces = []
    window.page.on("request", lambda request: "/events/" in request.url and pieces.append(request.url))
    page = window.open(f"/terminal/recordings/{recording}/")
    page.locator("#player[data-ready]").wait_for()
    assert len(pieces) <= 2, "the beginning and what comes next"
    before = held(page)
    rows, slider = page.locator(".xterm-rows"), page.locator("[data-seek]")

    def at(seconds):
        slider.evaluate("(field, at) => { field.value = at; field.dispatchEvent(new Event('input')); }", str(seconds))

    at(PARTS * 10 + 5)
    wait_until(lambda: f"part {PARTS - 1}" in rows.inner_text(), "the end")
    assert len(pieces) > PARTS / 2
    assert held(page) - before < MOST_MEBIBYTES
    asked = len(pieces)
    at(25)
    wait_until(lambda: "part 1\n" in rows.inner_text() + "\n", "near the beginning")
    assert len(pieces) - asked < 6, "no more than what leads there"
    at(305)
    wait_until(lambda: "part 29" in rows.inner_text(), "the middle")
    # Playing goes on from there, and asks for what comes: a part each second, as pauses are shortened.
    page.locator("[data-speed]").select_option("2")
    page.get_by_role("button", name="Play").click()
    wait_until(lambda: any(int(part) > 30 for part in re.findall(r"part (\d+)", rows.inner_text())), "the next parts")
    page.get_by_role("button", name="Pause").click()
    assert held(page) - before < MOST_MEBIBYTES
    page.route("**/verify/", lambda route: route.abort())
    page.locator("#verify").click()
    page.get_by_text("The recording could not be verified").wait_for()
    window.errors.clear()  # Chromium's own, of that request
    page.unroute("**/verify/")
    page.locator("#verify").click()
    page.get_by_text("Complete and unchanged").wait_for()
    window.context.close()
    assert window.errors == []
