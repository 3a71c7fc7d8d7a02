"""The console in a real browser, on the real clouds."""

import os
import re
import time
from pathlib import Path

import pytest

from tests.browser import DESKTOP, PHONE, Console
from tests.platform import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.lab]
SHOTS = Path(os.environ.get("SCREENSHOTS", "var/screenshots"))


@pytest.fixture
def console(browser, platform, healthy):
    """console(viewport=…, dark=…, language=…, user=…) → a logged-in window; its errors fail the test."""
    opened = []

    def open_one(*, viewport=DESKTOP, dark=False, language="en", user="admin") -> Console:
        window = Console(browser, platform.url, viewport=viewport, dark=dark, language=language)
        opened.append(window)
        window.log_in(user, f"{user}123")
        return window

    yield open_one
    for window in opened:
        window.context.close()
        assert window.errors == []


def active(api, *, cluster: str) -> dict:
    """A running server nobody uses; its row."""
    rows = api.rows("compute/servers/", cluster=cluster, status="ACTIVE")
    return next(row for row in rows if not row["locked"] and not row["task_state"] and row["name"].isascii())


@pytest.mark.timing
def test_stop_is_seen_without_reload_and_audited(console, api):
    row = active(api, cluster="east")
    page = console().page
    page.goto(f"{page.url.split('?')[0]}?q={row['cloud_id']}")
    line = page.locator("#region tbody tr")
    assert "ACTIVE" in line.inner_text()
    page.evaluate("window.notReloaded = true")
    line.locator(".row-menu-button").click()
    page.get_by_role("menuitem", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()  # the lab counts as production
    began = time.monotonic()
    page.locator("#region td.kind-status", has_text="SHUTOFF").wait_for(timeout=5000)
    print(f"stop → SHUTOFF seen after {time.monotonic() - began:.1f} s")
    assert page.evaluate("window.notReloaded") is True

    page.goto(f"{page.url.split('/compute')[0]}/audit/")
    text = page.locator("main").inner_text()
    assert re.search(r"stop", text, re.I) and row["name"] in text
    events = [e for e in api.get("audit/events/", text=row["cloud_id"])["results"] if e["action"].endswith(".stop")]
    assert {"started", "done"} <= {event["phase"] for event in events}
    done = next(event for event in events if event["phase"] == "done")
    page.goto(f"{page.url.split('/audit')[0]}/audit/{done['id']}/")
    assert done["request_id"].startswith("req-") and done["request_id"] in page.content()
    api.do("compute/servers/", "start", row["id"])


def test_both_clouds_in_one_list(console):
    window = console()
    text = window.page.locator("#region").inner_text()
    assert "east" in text and "west" in text
    window.page.screenshot(path=shot("servers-desktop"))


def test_a_name_that_is_a_script_is_only_a_name(console, api):
    hostile = [row for row in api.rows("compute/servers/") if "<script" in row["name"]]
    assert hostile, "the seed has a server with such a name"
    window = console()
    window.open(f"/compute/servers/?q={hostile[0]['cloud_id']}")
    assert "<script" in window.page.locator("#region tbody").inner_text()
    window.open(f"/compute/servers/{hostile[0]['cluster']}/{hostile[0]['cloud_id']}/")
    assert "<script" in window.page.locator("h1").inner_text()


def test_bulk_dialog_tells_who_qualifies_and_who_not(console, api):
    window = console()
    page = window.open("/compute/servers/?sort=status")
    boxes = page.locator(".row-select")
    count = min(boxes.count(), 5)
    for index in range(count):
        boxes.nth(index).check()
    page.locator("#bulk-bar, .bulk-bar").get_by_role("button", name="Delete").click()
    dialog = page.locator("#dialog")
    dialog.get_by_text(re.compile("Delete")).first.wait_for()
    page.screenshot(path=shot("dialog-desktop"))
    page.keyboard.press("Escape")
    wait_until(lambda: not dialog.get_by_role("button", name="Delete").is_visible(), "Esc closes the dialog")


PAGES = ["/compute/servers/", "/storage/volumes/", "/networking/networks/", "/audit/", "/jobs/schedules/new/"]


# Both of each with both of each other; the texts fit or not whatever their colours.
@pytest.mark.parametrize(
    ("viewport", "language", "dark"),
    [(DESKTOP, "en", False), (DESKTOP, "zh-hans", True), (PHONE, "en", True), (PHONE, "zh-hans", False)],
    ids=["desktop-en-light", "desktop-zh-dark", "phone-en-dark", "phone-zh-light"],
)
def test_every_page_fits_is_accessible_and_quiet(console, api, viewport, language, dark):
    window = console(viewport=viewport, language=language, dark=dark)
    row = active(api, cluster="west")
    for path in [*PAGES, f"/compute/servers/west/{row['cloud_id']}/", "/accounts/password/"]:
        page = window.open(path)
        page.wait_for_load_state("networkidle")
        name = path.strip("/").replace(f"/west/{row['cloud_id']}", "-item").replace("/", "-")
        page.screenshot(path=shot(f"{name}-{viewport['width']}-{language}-{'dark' if dark else 'light'}"))
        assert window.overflow() == 0, path
        assert window.violations() == [], path
        assert page.locator("html").get_attribute("lang") == language


def test_a_phone_can_do_the_work(console, api):
    row = active(api, cluster="west")
    page = console(viewport=PHONE, user="operator").page
    page.goto(f"{page.url.split('?')[0]}?q={row['cloud_id']}")
    page.locator(".row-menu-button").click()
    page.get_by_role("menuitem", name=re.compile("^Lock")).click()
    wait_until(lambda: api.get(f"compute/servers/{row['id']}/")["locked"], "it is locked")
    api.do("compute/servers/", "unlock", row["id"])


def test_a_viewer_sees_why_not(console, api):
    row = active(api, cluster="west")
    page = console(user="viewer").page
    page.goto(f"{page.url.split('?')[0]}?q={row['cloud_id']}")
    page.locator(".row-menu-button").click()
    menu = page.locator("#row-menu")
    menu.get_by_text("operate").first.wait_for()
    assert menu.get_by_role("menuitem", name=re.compile("^Stop")).first.is_disabled()


def test_a_broken_cloud_is_shown_with_its_reason(console, healthy, platform):
    window = console()
    healthy.cloud("east").fault("all", "500")
    page = window.open("/compute/servers/")
    page.locator("#freshness", has_text="east").wait_for()
    page.locator("#freshness").get_by_text(re.compile("failed internally")).first.wait_for(state="attached")
    assert page.locator("#region tbody tr").count() >= 20
    page.screenshot(path=shot("broken-cloud"))


def shot(name: str) -> str:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return str(SHOTS / f"{name}.png")
