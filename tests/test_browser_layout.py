"""Every page in both languages, at the widths of common screens and on a phone: no text is cut off or under another,
and no list hides a column behind its edge. The rows have the longest texts; no cloud is asked."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE, Console
from tests.crowded import PRODUCTION, addresses
from tests.legible import hidden_columns, unreadable
from tests.platform import Platform

pytestmark = pytest.mark.browser
SHOTS = Path(os.environ.get("SCREENSHOTS", "var/screenshots"))
WIDTHS = (1440, 1360, 1280, 390)
DEEP = 2600  # a window so high that nothing is below its edge
SERVERS = "/compute/servers/"
MAIN = ("compute.server", "compute.hypervisor", "storage.volume", "networking.network", "networking.port")
PAGES = ("/", "/clusters/", "/audit/", "/audit/1/", "/jobs/", "/jobs/1/", "/jobs/schedules/new/", "/find/?q=a")
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    running = Platform(tmp_path_factory.mktemp("crowded"))
    running.init_db()
    running.manage("shell", "--no-imports", "--command", "from tests.crowded import fill; fill()")
    running.start("web")
    yield running
    running.stop()


@pytest.fixture
def console(browser, crowded):
    """console(language, …) → the platform admin's window; its errors fail the test."""
    opened = []

    def open_one(language: str, *, height: int = DEEP, width: int = 1440, dark: bool = False) -> Console:
        viewport = {"width": width, "height": height}
        window = Console(browser, crowded.url, viewport=viewport, language=language, dark=dark)
        opened.append(window)
        window.log_in("admin", "admin123")
        return window

    yield open_one
    for window in opened:
        window.context.close()
        assert window.errors == []


def at_every_width(window: Console, address: str, *, shot: bool = False) -> list[str]:
    """What is wrong with the page at this address, one line each."""
    page = window.open(address)
    expect(page.locator(".htmx-request")).to_have_count(0)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": DEEP})
        settle(page)
        wrong = unreadable(page)
        if width > PHONE["width"] and (hidden := hidden_columns(page)):
            wrong.append(f"a table is {hidden} px wider than its box")
        if window.overflow():
            wrong.append(f"the page is {window.overflow()} px wider than the window")
        found += [f"{address} at {width}: {line}" for line in wrong]
        if shot:
            keep(page, f"{address.strip('/').replace('/', '-') or 'home'}-{width}")
    page.set_viewport_size({"width": WIDTHS[0], "height": DEEP})
    return found


def settle(page: Page) -> None:
    """Until the columns that have no room are left out, which is done when a frame has been laid out."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")


def keep(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"layout-{name}-{page.locator('html').get_attribute('lang')}.png"))


@LANGUAGES
def test_lists(console, language):
    """The main ones in both languages, the others in one of them: each page takes half a second."""
    window = console(language)
    lists = [address for name, (address, _item) in addresses().items() if name in MAIN]
    others = [address for name, (address, _item) in addresses().items() if name not in MAIN]
    lists += others[language == "en" :: 2]
    assert [line for address in lists for line in at_every_width(window, address, shot=address == SERVERS)] == []


@LANGUAGES
def test_pages_of_one_resource(console, language):
    window = console(language, dark=True)
    items = [item for name, (_list, item) in addresses().items() if name in (*MAIN, "networking.subnetpool")]
    assert [line for item in items for line in at_every_width(window, item, shot=item.startswith(SERVERS))] == []


@LANGUAGES
def test_other_pages(console, language):
    window = console(language)
    assert [line for address in PAGES for line in at_every_width(window, address, shot="/jobs/1" in address)] == []


@LANGUAGES
@pytest.mark.parametrize("width", WIDTHS)
def test_neither_the_bulk_bar_nor_a_message_lies_over_the_other(console, language, width):
    window = console(language, width=width, height=PHONE["height"])
    page = window.open(SERVERS)
    page.locator("#select-page").check()
    page.locator("#bulk-bar").wait_for()
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('toast', {detail: {text: 'Not done: ' + 'why not, '.repeat(20)}}))"
    )
    page.locator("#toasts [data-toast]").wait_for()
    settle(page)
    keep(page, f"bulk-{width}")
    assert unreadable(page) == []


@pytest.mark.parametrize("name", ["compute.keypair", "compute.flavor"])
def test_dialogs_for_something_new_say_nothing_in_the_browsers_console(console, name):
    page = console("en").open(addresses()[name][0])
    page.get_by_role("button", name="Create").first.click()
    page.locator("#dialog #new-cluster").select_option(PRODUCTION)
    page.locator("#dialog .dialog-fields [name=name]").wait_for()
