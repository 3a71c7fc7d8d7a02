"""No text is cut or covered, however long the names are: four widths, both languages. Needs no cloud."""

import os
from pathlib import Path

import pytest

from tests.browser import Console, chromium
from tests.platform import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FITTING = (Path(__file__).parent / "fitting.js").read_text()
SHOTS = Path(os.environ.get("SCREENSHOTS", "var/screenshots"))
WIDTHS = {1280: 800, 1360: 768, 1440: 900, 390: 844}
PAGES = (
    "/compute/servers/",
    "/compute/hypervisors/",
    "/storage/volumes/",
    "/audit/",
    "/jobs/",
    "/jobs/1/",
    "/jobs/schedules/new/?query=%3Fq%3Dpayments",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The web process alone, over rows with long names."""
    running = Platform(tmp_path_factory.mktemp("layout"))
    running.manage("init-db", "--demo")
    running.manage("shell", "-c", "from tests.long_names import fill; fill()")
    running.start("web")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(params=[(width, language) for width in WIDTHS for language in ("en", "zh-hans")], ids=str)
def window(request, browser, filled):
    width, language = request.param
    viewport = {"width": width, "height": WIDTHS[width]}
    opened = Console(browser, filled.url, viewport=viewport, language=language)
    opened.log_in("admin", "admin123")
    yield opened
    opened.context.close()
    assert opened.errors == []


def unreadable(window: Console, name: str) -> list[str]:
    """What of the page cannot be read; the page is kept as a picture."""
    window.page.wait_for_load_state("networkidle")
    width = window.page.viewport_size["width"]
    SHOTS.mkdir(parents=True, exist_ok=True)
    language = window.page.locator("html").get_attribute("lang")
    window.page.screenshot(path=SHOTS / f"fits-{name}-{width}-{language}.png")
    assert window.overflow() == 0, name
    return window.page.evaluate(FITTING)


def test_all_can_be_read(window):
    for path in PAGES:
        page = window.open(path)
        name = path.partition("?")[0].strip("/").replace("/", "-")
        assert unreadable(window, name) == [], path
        assert "production-frankfurt-1" in page.locator("main").inner_text() or "servers" not in path
    first = window.open("/compute/servers/").locator("#region .kind-name a").first
    assert "payments-settlement-gateway-frankfurt-0000" in first.inner_text()
    window.open(first.get_attribute("href"))
    assert unreadable(window, "server") == []


def test_the_bulk_bar_and_a_message_leave_each_other_room(window):
    page = window.open("/compute/servers/")
    page.wait_for_load_state("networkidle")
    page.locator("#select-page").check()
    page.evaluate("document.dispatchEvent(new CustomEvent('toast', {detail: {text: 'Ten servers were stopped.'}}))")
    page.locator("#toasts [data-toast]").wait_for()
    assert unreadable(window, "selected") == []
    bar, toast = page.locator("#bulk-bar").bounding_box(), page.locator("#toasts [data-toast]").bounding_box()
    assert toast["y"] + toast["height"] <= bar["y"] or bar["y"] + bar["height"] <= toast["y"]
    buttons = [box for one in page.locator("#bulk-bar button:visible").all() if (box := one.bounding_box())]
    for place, one in enumerate(buttons):
        assert one["x"] >= 0 and one["x"] + one["width"] <= bar["x"] + bar["width"] + 1
        for other in buttons[place + 1 :]:
            apart = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
            assert apart or one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
