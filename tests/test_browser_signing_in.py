"""Signing in as people do, in a real browser: with an app's codes, with a passkey, and again while a form is open."""

import re
import time
from contextlib import contextmanager

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from tests.browser import DESKTOP, Console
from tests.platform import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "Wx7-tulip-harbour-41"


@contextmanager
def web(folder, **settings):
    """The web process alone, with ada."""
    running = Platform(folder, ALLOWED_HOSTS="localhost", **settings)
    running.url = running.url.replace("127.0.0.1", "localhost")  # passkeys know no bare addresses
    running.manage("migrate", "--verbosity", "0")
    arguments = ["create-user", "ada", "--superuser", "--no-password-change", "--password-stdin"]
    running.manage(*arguments, given=PASSWORD)
    running.start("web")
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with web(tmp_path_factory.mktemp("signing-in")) as running:
        yield running


@pytest.fixture(scope="module")
def soon_over(tmp_path_factory):
    """A site that asks after three seconds whether one is still there."""
    with web(tmp_path_factory.mktemp("soon-over"), SESSION_IDLE_SECONDS="123") as running:
        yield running


@pytest.fixture
def window(browser, site):
    return Console(browser, site.url, viewport=DESKTOP)


@pytest.fixture
def hurried(browser, soon_over):
    return Console(browser, soon_over.url, viewport=DESKTOP)


def log_in(page, url):
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=username]", "ada")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form:not([data-passkey]) button[type=submit]")


def reset(site):
    site.manage("reset-second-factor", "ada", check=False)


def signed_in(window, site):
    """The window's page, after ada came in by her password alone."""
    reset(site)
    log_in(window.page, site.url)
    window.page.wait_for_url(f"{site.url}/")
    return window.page


def test_an_app_s_codes(window, site):
    page = signed_in(window, site)
    page.goto(f"{site.url}/accounts/second-factor/app/")
    assert page.evaluate("document.querySelector('.second-factor-picture').naturalWidth") > 0
    assert window.violations() == []
    key = page.input_value("#key")
    page.fill("input[name=code]", format_hotp_value(hotp_value(key, int(time.time()) // 30)))
    page.click("main button[type=submit]")
    page.wait_for_selector(".recovery-codes")
    codes = re.findall(r"\d{8}", page.inner_text(".recovery-codes"))
    assert len(codes) == 10 and window.violations() == []
    page.context.clear_cookies()
    log_in(page, site.url)
    page.wait_for_url("**/accounts/login/code/")
    assert window.violations() == []
    page.fill("input[name=code]", codes[0])
    page.click("main form:not([data-passkey]) button[type=submit]")
    page.wait_for_url(f"{site.url}/")
    assert window.errors == []


def test_a_passkey_alone(window, site):
    reset(site)
    page = window.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    key |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    log_in(page, site.url)
    page.wait_for_url(f"{site.url}/")
    page.goto(f"{site.url}/accounts/second-factor/passkeys/add/")
    assert window.violations() == []
    page.fill("input[name=name]", "Laptop")
    page.click("form[data-passkey] button[type=submit]")
    page.wait_for_url("**/accounts/second-factor/codes/")
    page.goto(f"{site.url}/accounts/second-factor/")
    assert "Laptop" in page.inner_text("main")
    page.context.clear_cookies()
    page.goto(f"{site.url}/accounts/login/")
    page.click("form[data-passkey=login] button[type=submit]")
    page.wait_for_url(f"{site.url}/")
    assert window.errors == []


def test_a_warning_before_the_end_and_staying(hurried, soon_over):
    page = hurried.page
    log_in(page, soon_over.url)
    page.wait_for_url(f"{soon_over.url}/")
    page.goto(f"{soon_over.url}/accounts/sessions/")
    page.wait_for_selector("#session-end[open]")
    assert "because nothing was done" in page.inner_text("#session-end")
    assert hurried.violations() == []
    page.click("[data-session-stay]")
    page.wait_for_selector("#session-end:not([open])", state="attached")
    assert hurried.errors == []


def test_what_was_typed_outlives_logging_in_again(window, site):
    page = signed_in(window, site)
    page.goto(f"{site.url}/jobs/schedules/new/")
    page.fill("input[name=name]", "nightly stop of the lab")
    ended = "from django.contrib.sessions.models import Session; Session.objects.all().delete()"
    site.manage("shell", "-c", ended)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")  # back in this tab
    page.wait_for_selector("#session-end[open]")
    expect(page.locator("#session-end")).to_contain_text("What you typed")
    with page.context.expect_page() as opened:
        page.click("[data-session-again]")
    second = opened.value
    second.fill("input[name=username]", "ada")
    second.fill("input[name=password]", PASSWORD)
    second.click("main form:not([data-passkey]) button[type=submit]")
    second.wait_for_selector("[data-session-back]")
    page.wait_for_selector("#session-end:not([open])", state="attached")
    assert page.input_value("input[name=name]") == "nightly stop of the lab"
    fresh = page.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']")
    assert page.evaluate("document.querySelector('form input[name=csrfmiddlewaretoken]').value") == fresh
