"""Charts in a real browser: drawn from samples, in both themes and languages, on a phone, and as a table."""

import pytest

from tests.browser import DESKTOP, PHONE, Console
from tests.platform import Platform, wait_until

pytestmark = pytest.mark.browser
SAMPLES = """
import math, time
from clusters.models import Cluster
from compute.hypervisors.models import Hypervisor
from django.utils import timezone
from monitoring.samples import take, thin
east = Cluster.objects.create(name="east", auth_url="http://east.invalid/v3")
Hypervisor.objects.create(cluster=east, cloud_id="h1", name="cmp1", synced_at=timezone.now(), digest="")
now = int(time.time()) // 300 * 300
for place in range(-400, 1):
    at, wave = now + 300 * place, math.sin(place / 40)
    take.write(at, {east.pk: {("", "", name): value for name, value in {
        "servers/ACTIVE": 800 + round(60 * wave), "servers/SHUTOFF": 90, "servers/ERROR": 4 + place % 5,
        "vcpus.used": 3000 + round(400 * wave), "vcpus.total": 4096,
        "memory.used": 9_000_000 + round(900_000 * wave), "memory.total": 14_000_000,
        "api.requests/compute": (place + 400) * 20, "api.ms/compute": (place + 400) * 1500 + round(900 * wave),
        "api.errors/compute": (place + 400) // 90, "api.requests/network": (place + 400) * 20,
        "api.ms/network": (place + 400) * 700,
    }.items()}}, wide=False)
    take.write(at, {east.pk: {("compute.hypervisor", "h1", name): value for name, value in {
        "servers": 20 + round(5 * wave), "vcpus.used": 70 + round(20 * wave), "vcpus.total": 128,
    }.items()}}, wide=True)
thin.thin(now)
"""
COLOURS = """canvas => {
  const {width, height} = canvas;
  const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  const seen = new Set();
  for (let place = 0; place < data.length; place += 4) {
    if (data[place + 3] > 200) seen.add(data.slice(place, place + 3).join());
  }
  return [...seen];
}"""


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    running = Platform(tmp_path_factory.mktemp("charts"))
    running.init_db()
    running.manage("shell", "--no-imports", "--command", SAMPLES)
    running.start("web")
    yield running
    running.stop()


@pytest.fixture
def console(browser, sampled):
    """console(viewport=…, …) → a logged-in window; its errors fail the test."""
    opened = []

    def open_one(*, viewport=DESKTOP, **options) -> Console:
        window = Console(browser, sampled.url, viewport=viewport, **options)
        opened.append(window)
        window.log_in("operator", "operator123")
        return window

    yield open_one
    for window in opened:
        window.context.close()
        assert window.errors == []


def colours(page, chart: str) -> list[str]:
    return page.locator(f"#{chart} canvas").first.evaluate(COLOURS)


@pytest.mark.parametrize(
    ("viewport", "dark", "language"), [(DESKTOP, False, "en"), (DESKTOP, True, "zh-hans"), (PHONE, False, "zh-hans")]
)
def test_the_page_of_charts(console, viewport, dark, language):
    window = console(viewport=viewport, dark=dark, language=language)
    page = window.open("/monitoring/charts/?range=24h")
    page.locator("#chart-servers canvas").first.wait_for()
    page.locator("#chart-down .card-empty").wait_for()
    assert len(colours(page, "chart-servers")) > 5
    assert page.locator("#chart-latency th[scope=col]").all_text_contents()[1:] == ["compute", "network"]
    assert window.overflow() == 0 and window.violations() == []


def test_a_change_of_theme_draws_again_and_another_range_too(console):
    window = console()
    page = window.open("/monitoring/charts/")
    page.locator("#chart-vcpus canvas").first.wait_for()
    before = colours(page, "chart-vcpus")
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    wait_until(lambda: colours(page, "chart-vcpus") != before, "other colours")
    page.get_by_role("link", name="1 hour").click()
    page.wait_for_url("**range=1h")
    page.locator("#chart-vcpus details summary").click()
    assert page.locator("#chart-vcpus tbody tr").count() in (12, 13)  # an hour, cut at fives or not


def test_the_panel_of_a_host_and_its_range(console):
    window = console(viewport=PHONE)
    page = window.open("/compute/hypervisors/east/h1/")
    page.get_by_role("tab", name="Charts").click()
    page.locator("#panel-charts canvas").first.wait_for()
    page.locator("#panel-charts").get_by_role("link", name="6 hours").click()
    page.locator("#panel-charts [aria-current=true]", has_text="6 hours").wait_for()
    page.locator("#panel-charts canvas").first.wait_for()
    assert window.overflow() == 0 and window.violations() == []
