"""The overview in a real browser: without a cluster, with one and with fifty; desktop, phone and wall; both themes and
languages."""

import pytest

from tests.browser import DESKTOP, PHONE, WALL, Console
from tests.legible import unreadable
from tests.platform import Platform
from tests.screenshots import keep

pytestmark = pytest.mark.browser
ADMIN, ONE = ("admin", "admin123"), ("one", "one12345678")
# Each of both with each of both.
LOOKS = (
    (DESKTOP, "en", False),
    (DESKTOP, "zh-hans", True),
    (PHONE, "en", True),
    (PHONE, "zh-hans", False),
    (WALL, "en", True),
    (WALL, "zh-hans", False),
)
SMALLEST_ON_A_WALL = 1 / 110
"""Of the screen's width. On 1.2 m of screen letters of a line of 11 mm, as on a keyboard's keys held at 60 cm."""
FONT_SIZES = "elements => elements.map(element => parseFloat(getComputedStyle(element).fontSize))"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    running = Platform(tmp_path_factory.mktemp("home"))
    running.manage("init-db", "--demo")
    running.start("web")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def filled(running):
    running.manage("shell", "--no-imports", "--command", "from tests.many_clusters import fill; fill()")


@pytest.fixture
def console(browser, running):
    """console(who, look) → a logged-in window; its errors fail the test."""
    opened = []

    def open_one(who, look) -> Console:
        viewport, language, dark = look
        window = Console(browser, running.url, viewport=viewport, language=language, dark=dark)
        opened.append(window)
        window.log_in(*who)
        return window

    yield open_one
    for window in opened:
        window.context.close()
        assert window.errors == []


def looked_at(window: Console, name: str, look) -> list[str]:
    """What is wrong with the overview, one line each. A wall starts with the whole screen."""
    viewport, language, dark = look
    page = window.open("/?wall=1" if viewport == WALL else "/")
    page.wait_for_load_state("networkidle")
    keep(page, f"home-{name}-{viewport['width']}-{language}-{'dark' if dark else 'light'}", whole=viewport != WALL)
    wrong = [*unreadable(page), *window.violations()]
    if window.overflow():
        wrong.append(f"the page is {window.overflow()} px wider than the window")
    return wrong


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[3]])
def test_an_empty_platform_says_what_to_do(console, look):
    """Before any cluster is there, so this comes first."""
    window = console(ADMIN, look)
    assert looked_at(window, "empty", look) == []
    assert window.page.locator("main a.btn-primary").get_attribute("href").endswith("/cluster/add/")


@pytest.mark.parametrize(
    ("who", "clusters", "look"),
    [(ONE, 1, LOOKS[0]), (ONE, 1, LOOKS[2]), (ONE, 1, LOOKS[5]), *((ADMIN, 50, look) for look in LOOKS)],
)
def test_clusters(console, filled, who, clusters, look):
    window = console(who, look)
    assert looked_at(window, f"{clusters}", look) == []
    assert window.page.locator(".home-cluster").count() == clusters


def test_a_wall_is_read_from_three_metres_and_shows_what_matters_without_scrolling(console, filled):
    window = console(ADMIN, (WALL, "en", False))
    page = window.open("/?wall=1")
    sizes = page.locator("#region a, #region li, #region h2, #region span:not(.visually-hidden)").evaluate_all(
        FONT_SIZES
    )
    assert min(sizes) >= WALL["width"] * SMALLEST_ON_A_WALL
    for part in ("#tile-alerts", "#home-clusters", ".home-capacity"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= WALL["height"], part
