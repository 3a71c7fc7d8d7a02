"""A real Chromium, and what every page must hold."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.platform import PATIENCE_SECONDS

# Chromium without its own windows, which Playwright also takes by itself: a third less processor time.
CHROMIUM = "/usr/bin/chromium-headless-shell"
# Without these it looks for its maker's services, which a test machine need not reach.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
WALL = {"width": 2560, "height": 1440}
PATIENCE_MILLISECONDS = 1000 * PATIENCE_SECONDS
expect.set_options(timeout=PATIENCE_MILLISECONDS)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Console:
    """The console in one browser window, watched for errors."""

    def __init__(self, browser: Browser, url: str, *, viewport: dict, dark: bool = False, language: str = "en"):
        self.url = url
        self.context = browser.new_context(
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            locale={"en": "en-US", "zh-hans": "zh-CN"}[language],
            bypass_csp=False,
        )
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        self.page.on("dialog", lambda dialog: self.errors.append(f"a script ran: {dialog.message}"))

    def log_in(self, username: str, password: str) -> None:
        self.page.goto(f"{self.url}/accounts/login/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(f"{self.url}/")
        self.page.goto(f"{self.url}/compute/servers/")

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.url}{path}")
        return self.page

    def overflow(self) -> int:
        """How many pixels the page is wider than its window; 0 means no sideways scrolling."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def violations(self, page: Page | None = None) -> list[str]:
        """What axe finds wrong that is serious or critical, one line each."""
        found = Axe().run(page or self.page).response["violations"]
        return [
            f"{rule['id']}: {node['html'][:200]}"
            for rule in found
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]
