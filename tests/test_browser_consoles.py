"""A server's screen and its serial line in a real browser, by way of Nova's own proxies."""

import json
import re
from pathlib import Path
from tempfile import gettempdir
from uuid import uuid4

import pytest

from tests.browser import DESKTOP, PHONE, Console
from tests.platform import wait_until
from tests.test_browser_console import shot
from tests.test_browser_terminal import Shell

pytestmark = [pytest.mark.browser, pytest.mark.lab]
CHARACTERS = 'aZ 09 ~!@#$%^&*()_+{}|:"<>?`-=[]\\;,./'
SIZE = re.compile(r"stty cols (\d+) rows (\d+)")
PICTURE = "canvas => canvas.toDataURL()"


@pytest.fixture
def console(browser, platform):
    opened = []

    def open_one(*, viewport=DESKTOP, **options) -> Console:
        window = Console(browser, platform.url, viewport=viewport, **options)
        opened.append(window)
        window.log_in("admin", "admin123")
        return window

    yield open_one
    for window in opened:
        window.context.close()
        assert window.errors == []


@pytest.fixture
def server(api):
    return api.rows("compute/servers/", cluster="east", status="ACTIVE")[0]


def typed(page, text):
    page.locator("[data-tool=paste]").click()
    page.locator("#paste-text").fill(text)
    page.locator("#paste-dialog .btn-primary").click()


def screen_of(page):
    """The canvas once a picture is on it."""
    canvas = page.locator(".console-screen canvas")
    page.locator(".term-veil").wait_for(state="hidden")
    wait_until(lambda: len(canvas.evaluate(PICTURE)) > 4000, "a picture on the screen")
    return canvas


@pytest.mark.parametrize(("viewport", "name"), [(DESKTOP, "desktop"), (PHONE, "phone")])
def test_one_click_shows_the_screen_and_what_is_typed_appears(console, server, viewport, name):
    window = console(viewport=viewport)
    page = window.open(f"/compute/servers/east/{server['cloud_id']}/")
    with window.context.expect_page() as opened:
        page.locator(".page-actions").get_by_role("link", name="Console", exact=True).click()
    page = opened.value
    page.on("pageerror", lambda error: window.errors.append(str(error)))
    canvas = screen_of(page)
    before = canvas.evaluate(PICTURE)
    file = Path(gettempdir()) / f"opsys-typed-{uuid4()}"  # the shell on the screen is one of this machine
    typed(page, f"root\nprintf %s '{CHARACTERS}' > {file}\n")
    wait_until(lambda: file.exists() and file.read_text() == CHARACTERS, "every character as it was")
    file.unlink()
    typed(page, f"clear; echo {name} $((6*7))\n")
    wait_until(lambda: canvas.evaluate(PICTURE) != before, "what was typed on the screen")
    page.screenshot(path=shot(f"console-{name}"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert window.violations(page) == []
    page.get_by_role("button", name="Power and other actions").click()
    page.get_by_role("menuitem", name="Reboot").first.wait_for()
    page.keyboard.press("Escape")
    with page.expect_download() as saved:
        page.locator("[data-tool=screenshot]").click()
    assert saved.value.suggested_filename.endswith(".png")


def test_a_serial_line_logs_in_and_interrupts(console, server):
    window = console()
    page = window.open(f"/terminal/shells/#serial:east/{server['cloud_id']}")
    shell = Shell(page)
    strip = page.locator(".term-pane:not([hidden]) [data-strip]")

    def told():
        found = SIZE.search(strip.inner_text())
        return found and found.groups()

    shell.shows("lab login:")
    shell.type("bob\n")
    shell.shows("bob@lab")
    sizes = [told()]
    # By a shell of its own, which is in the foreground once it says so: else Ctrl+C could come before the sleep.
    shell.type("sh -c 'echo star\"\"ted; exec sleep 1000'\n")
    shell.shows("started")
    page.keyboard.press("Control+c")
    # What is typed before the shell has the terminal back may be thrown away.
    wait_until(lambda: shell.screen().count("bob@lab:~$") > 1, "the prompt again", on_failure=shell.screen)
    # The line learns its new size by a command that the page offers.
    for width, height in ((1000, 600), (1300, 800)):
        page.set_viewport_size({"width": width, "height": height})
        wait_until(lambda: told() and told() not in sizes, "the new size")
        columns, rows = told()
        sizes.append((columns, rows))
        page.locator(".term-pane:not([hidden]) [data-strip-act]").click()
        shell.shows(f"stty cols {columns} rows {rows}")
        shell.type("\nstty size\n")
        shell.shows(f"{rows} {columns}")
    page.screenshot(path=shot("console-serial"))


def test_it_ends_when_the_session_is_terminated_and_opens_again(console, server, platform):
    window = console()
    page = window.open(f"/terminal/console/east/{server['cloud_id']}/")
    screen_of(page)
    other = console().open("/terminal/sessions/")
    other.get_by_role("link", name="End", exact=True).first.click()
    other.locator("#reason").fill("for a test")
    other.locator("main form [type=submit]").click()
    page.get_by_role("button", name="Open it again").wait_for()
    page.screenshot(path=shot("console-ended"))
    page.get_by_role("button", name="Open it again").click()
    screen_of(page)


def test_a_cloud_with_spice_is_said_with_the_link(console, server):
    """The lab has VNC, so the answer is made up here; that the platform gives it: terminal/tests/test_console.py."""
    said = {"type": "closed", "code": 4500, "cause": "spice", "reason": "east shows the screen by SPICE."}
    window = console()

    def answer(socket):
        socket.on_message(lambda _message: (socket.send(json.dumps(said)), socket.close(code=4500)))

    window.page.route_web_socket("**/terminal/socket/", answer)
    page = window.open(f"/terminal/console/east/{server['cloud_id']}/")
    page.get_by_text(said["reason"]).wait_for()
    page.get_by_role("button", name="Temporary console link").click()
    assert page.locator("#dialog select[name=type]").input_value() == "spice-html5"
    page.screenshot(path=shot("console-spice"))


def test_a_way_that_broke_is_gone_anew_with_a_new_token(console, server, platform):
    window = console()
    page = window.open(f"/terminal/console/east/{server['cloud_id']}/")
    screen_of(page)
    with page.expect_request("**/terminal/ticket/"):  # which may come before `start` has ended
        platform.kill("web")
        try:
            page.get_by_text("Network lost").wait_for()
        finally:
            platform.start("web")
    canvas = screen_of(page)
    before = canvas.evaluate(PICTURE)
    typed(page, "echo again\n")
    wait_until(lambda: canvas.evaluate(PICTURE) != before, "what was typed on the screen")
    # While nobody listened, the browser said so.
    window.errors[:] = [error for error in window.errors if "WebSocket" not in error and "ERR_" not in error]
