"""An open page stays true by itself, in a real browser on the real clouds: with its socket, and without."""

import re
import time

import pytest

from tests.browser import DESKTOP, Console
from tests.platform import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.lab, pytest.mark.timing]
SOON, SURELY = 12_000, 15_000
"""Milliseconds until what a cloud has done for others is seen: with a socket, and by asking alone."""


@pytest.fixture
def window(browser, platform, healthy):
    opened = Console(browser, platform.url, viewport=DESKTOP)
    yield opened
    opened.context.close()


@pytest.fixture(scope="module")
def made_outside(openstack):
    made = openstack("east").boot("seen live")
    yield made
    openstack("east").remove(made)


@pytest.fixture
def outsider(openstack, made_outside):
    """A running server that somebody else made, in east."""
    east = openstack("east")
    if east.server(made_outside)["status"] == "SHUTOFF":
        east("server", "start", made_outside)
    wait_until(lambda: east.server(made_outside)["status"] == "ACTIVE", "it runs")
    return made_outside


def live(window):
    return window.page.locator("body[data-live=on]")


def status(window, word: str):
    return window.page.locator("#region td.kind-status", has_text=word)


def show(window, cloud_id: str) -> None:
    """The list with this one server, marked so that a reload would be noticed."""
    window.open(f"/compute/servers/?q={cloud_id}")
    window.page.evaluate("window.notReloaded = true")


def do_outside(openstack, window, command: str, cloud_id: str, word: str, milliseconds: int) -> None:
    east = openstack("east")
    east("server", command, cloud_id)
    wait_until(lambda: east.server(cloud_id)["status"] == word, "the cloud has done it")
    began = time.monotonic()
    status(window, word).wait_for(timeout=milliseconds)
    print(f"{command} outside → {word} seen after {time.monotonic() - began:.1f} s")
    assert window.page.evaluate("window.notReloaded") is True


def test_what_others_do_is_seen(window, openstack, outsider):
    asked = []
    window.page.on("request", lambda request: asked.append(request.url))
    window.log_in("admin", "admin123")
    show(window, outsider)
    live(window).wait_for()
    status(window, "ACTIVE").wait_for(timeout=SURELY)
    do_outside(openstack, window, "stop", outsider, "SHUTOFF", SOON)
    do_outside(openstack, window, "start", outsider, "ACTIVE", SOON)
    asked.clear()
    window.page.wait_for_timeout(5000)
    assert len([url for url in asked if "/freshness/" in url]) <= 1, "a page with a socket asks seldom"
    assert window.errors == []


def test_a_page_survives_a_restart_of_the_web_process(window, openstack, platform, outsider):
    window.log_in("admin", "admin123")
    show(window, outsider)
    live(window).wait_for()
    status(window, "ACTIVE").wait_for(timeout=SURELY)
    platform.kill("web")
    window.page.locator("#connection-lost").wait_for(timeout=20_000)
    assert live(window).count() == 0
    platform.start("web")
    live(window).wait_for(timeout=30_000)
    window.page.locator("#connection-lost").wait_for(state="hidden")
    do_outside(openstack, window, "stop", outsider, "SHUTOFF", SOON)


def test_without_a_socket_a_page_asks(window, openstack, outsider):
    window.page.route_web_socket(re.compile("/live/"), lambda socket: socket.close())
    window.log_in("admin", "admin123")
    show(window, outsider)
    status(window, "ACTIVE").wait_for(timeout=SURELY)
    do_outside(openstack, window, "stop", outsider, "SHUTOFF", SURELY)
    assert live(window).count() == 0
    assert window.errors == []


def test_a_socket_ends_with_the_session(window, platform, browser):
    """Logged out in another tab: the page's own socket is closed within the re-check, and the page goes to the
    login when it asks next."""
    window.log_in("viewer", "viewer123")
    live(window).wait_for()
    other = window.context.new_page()
    other.goto(f"{platform.url}/audit/")
    other.evaluate("document.querySelector('form[action$=\"/accounts/logout/\"]').submit()")
    other.wait_for_url("**/accounts/login/**")
    window.page.bring_to_front()
    window.page.wait_for_url("**/accounts/login/**", timeout=40_000)
