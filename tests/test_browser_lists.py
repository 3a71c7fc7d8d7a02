"""Lists in a real browser: columns, views, export, search, and acting on all that match. No cloud is asked."""

import csv
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser import DESKTOP, PHONE, Console
from tests.platform import Platform, wait_until

pytestmark = pytest.mark.browser
URL = "/compute/servers/"
ROWS = """
from django.utils import timezone
from clusters.models import Cluster
from compute.servers.models import Server
now = timezone.now()
east, west = (Cluster.objects.create(name=name, auth_url=f"http://{name}.invalid/v3") for name in ("east", "west"))
for number in range(70):
    Server.objects.create(
        cluster=west if number % 7 == 0 else east, cloud_id=f"id-{number:03}", name=f"web-{number:03}", synced_at=now,
        status="SHUTOFF" if number % 10 == 0 else "ACTIVE", flavor="m1.small", host=f"cmp-{number % 3}", digest="",
        addresses=[{"network": "n", "address": f"10.0.0.{number}", "type": "fixed", "mac": ""}],
    )
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A platform with 70 servers of two clusters; seven of them are off."""
    running = Platform(tmp_path_factory.mktemp("lists"))
    running.init_db()
    running.manage("shell", "--no-imports", "--command", ROWS)
    running.start("web")
    yield running
    running.stop()


@pytest.fixture
def console(browser, filled):
    """console(user=…, viewport=…, …) → a logged-in window; its errors fail the test."""
    opened = []

    def open_one(*, user="operator", viewport=DESKTOP, **options) -> Console:
        window = Console(browser, filled.url, viewport=viewport, **options)
        opened.append(window)
        window.log_in(user, f"{user}123")
        return window

    yield open_one
    for window in opened:
        window.context.close()
        assert window.errors == []


def heads(page) -> list[str]:
    return [text for text in page.locator("#region thead th").all_inner_texts() if text.strip()]


def fits(window) -> None:
    assert window.overflow() == 0
    assert window.violations() == []


def test_columns_are_chosen_with_the_keyboard_kept_and_shared(console):
    window = console()
    page = window.page
    page.get_by_role("button", name="Columns").click()
    fits(window)
    for _ in range(3):
        page.get_by_role("button", name="Move Host up").press("Enter")
    page.get_by_role("checkbox", name="Project").press("Space")
    page.get_by_role("button", name="Show these").press("Enter")
    page.wait_for_url("**columns=**")
    shared, shown = page.url.removeprefix(window.url), heads(page)
    assert "Project" not in shown and shown.index("Host") < shown.index("Addresses")
    window.open(URL)
    assert heads(page) == shown
    other = console(user="viewer")
    other.open(shared)
    assert heads(other.page) == shown
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Default columns").click()
    page.get_by_role("columnheader", name="Project").wait_for()


def test_a_view_is_saved_opened_and_made_the_one_the_list_opens_with(console):
    page = console(viewport=PHONE).page
    page.goto(f"{page.url.split('?')[0]}?status=SHUTOFF&sort=-name")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Save this list as a view").click()
    page.get_by_label("Name").fill("Switched off")
    page.get_by_label("Use as the default view").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**view=Switched**")
    page.goto(page.url.split("?")[0])
    assert "status=SHUTOFF" in page.url and page.locator("#region tbody tr").count() == 7
    page.get_by_role("button", name="Switched off").click()
    page.get_by_role("link", name="The whole list").click()
    page.locator("#count", has_text="70").wait_for()
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Change the view Switched off").click()
    page.get_by_role("button", name="Delete the view").click()
    page.get_by_role("dialog").wait_for(state="hidden")


def test_an_export_holds_what_the_filters_leave_also_those_set_since(console):
    page = console(user="viewer").page
    page.get_by_label("Search", exact=True).fill("web-00")
    page.locator("#count", has_text="10").wait_for()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").first.click()
    assert download.value.suggested_filename.startswith("servers-")
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Name"] for row in rows] == [f"web-{number:03}" for number in range(10)]


def test_everything_is_found_from_every_page(console):
    window = console()
    page = window.open("/jobs/")
    page.keyboard.press("Control+k")
    page.keyboard.type("10.0.0.1")
    # What was typed before the last key may be answered first.
    expect(page.locator("#found [role=option] .found-name").first).to_have_text("web-001")
    fits(window)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#found [aria-selected=true]")
    assert page.locator("#global-search").get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/id-001/")
    page.locator("#global-search").fill("web-002")
    page.keyboard.press("Enter")
    page.wait_for_url("**/id-002/")
    page.locator("#global-search").fill("web-00")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/**")
    assert page.locator(".found-list li").count() == 10
    fits(window)


def test_all_that_match_are_told_of_before_they_are_acted_on(console):
    window = console()
    page = window.open(f"{URL}?q=web")
    page.locator("#select-page").check()
    page.get_by_role("button", name="Select all 70 that match").click()
    bar = page.locator("#bulk-bar")
    assert "70" in bar.inner_text()
    bar.get_by_role("button", name="Stop").first.click()
    dialog = page.locator("#dialog")
    dialog.get_by_text("Stop 63 servers?").wait_for()
    assert "7" in dialog.locator(".reason-line").inner_text()
    # By cluster: 54 of one, the other nine of the other, the first of each by name.
    east = dialog.locator(".plan-place", has_text="east").inner_text()
    assert "54" in east and "and 46 more" in east
    fits(window)
    dialog.get_by_role("button", name="Stop").click()
    page.locator("#toasts", has_text="Stop 63 servers").wait_for()
    bar.wait_for(state="hidden")


def test_a_filter_offers_what_there_is_and_a_cell_filters_by_its_value(console):
    window = console()
    page = window.open(URL)
    page.locator("summary[data-label=Host]").click()
    values = page.locator("fieldset[data-filter=host]")
    values.get_by_text("cmp-2").wait_for()
    assert [text.split() for text in values.locator("label").all_inner_texts()] == [
        ["cmp-0", "24"],
        ["cmp-1", "23"],
        ["cmp-2", "23"],
    ]
    fits(window)
    page.keyboard.type("mp-1")
    values.get_by_text("cmp-2").wait_for(state="detached")
    page.keyboard.press("Enter")
    page.wait_for_url("**host=cmp-1**")
    page.keyboard.press("Escape")
    page.locator("#count", has_text="23").wait_for()
    page.locator("#region td[data-filter=status]", has_text="SHUTOFF").first.click()
    page.wait_for_url("**status=SHUTOFF**")
    page.locator("#count", has_text="2").wait_for()
    assert page.locator("summary[data-label=Status]").inner_text().split() == ["Status", "SHUTOFF"]
    page.locator("#region td[data-filter=status]", has_text="SHUTOFF").first.click()
    page.locator("#count", has_text="23").wait_for()
    assert "find" not in page.url and "status" not in page.url


def of_region(sent) -> bool:
    return sent.headers.get("hx-target") == "region"


def test_what_arrives_does_not_replace_what_somebody_is_about_to_press(console):
    page = console().open(f"{URL}east/id-001/")
    region, actions = page.locator("#region"), page.get_by_role("button", name="All actions")
    changed = "document.body.dispatchEvent(new CustomEvent('rows-changed'))"
    region.evaluate("(region) => (region.first = true)")
    held = []
    page.route("**/id-001/", lambda route: held.append(route) if of_region(route.request) else route.continue_())
    # The answer is on its way when the menu is opened.
    with page.expect_request(of_region):
        page.evaluate(changed)
    actions.click()
    with page.expect_response(lambda answer: of_region(answer.request)):
        held.pop().continue_()
    page.get_by_role("menuitem", name="Reboot").first.hover()
    assert region.evaluate("(region) => region.first")
    page.unroute_all()
    with page.expect_response(lambda answer: of_region(answer.request)):
        page.keyboard.press("Escape")
    wait_until(lambda: not region.evaluate("(region) => region.first"), "it is fetched once the menu is closed")
    # It comes while a button is held down: the click still counts.
    region.evaluate("(region) => (region.first = true)")
    actions.hover()
    page.mouse.down()
    page.evaluate(changed)
    page.mouse.up()
    page.get_by_role("menuitem", name="Reboot").first.wait_for()
    assert region.evaluate("(region) => region.first")


def test_the_form_of_a_new_server_works_for_the_next_cluster_and_back(console):
    page = console().open(f"{URL}new/create/?cluster=east")

    def choose(source: str) -> None:
        page.locator(f"[name=source][value={source}]").check()
        page.locator("[data-for-source=volume]").wait_for(state="visible" if source == "volume" else "hidden")

    choose("volume")
    page.locator("#new-cluster").select_option("west")
    page.wait_for_url("**cluster=west**")
    choose("image")
    choose("volume")
    with page.expect_event("load"):  # htmx fetches the page anew
        page.go_back()
    page.wait_for_url("**cluster=east**")
    choose("image")
    choose("volume")


@pytest.mark.parametrize("width", [1280, 1360, 1440])
def test_nothing_lies_over_another_in_the_bulk_bar_or_beyond_the_table(console, width):
    window = console(viewport={"width": width, "height": 900})
    page = window.open(URL)
    page.locator("#select-page").check()
    offer = page.get_by_role("button", name="Select all 70 that match")
    offer.wait_for()
    boxes = [
        page.locator(".bulk-count").bounding_box(),
        offer.bounding_box(),
        page.locator(".bulk-actions").bounding_box(),
    ]
    for left, right in pairwise(boxes):
        assert left["x"] + left["width"] <= right["x"]
    table = (
        "(() => { const box = document.querySelector('.table-scroll'); return box.scrollWidth - box.clientWidth })()"
    )
    assert page.evaluate(table) <= 0 and window.overflow() == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_phone_in_chinese_shows_all_of_it(console, dark):
    window = console(user="viewer", viewport=PHONE, dark=dark, language="zh-hans")
    page = window.open(f"{URL}?columns=name,host,flavor,addresses,status")
    fits(window)
    for button in ("视图", "列", "导出"):
        page.get_by_role("button", name=button, exact=True).click()
        if button == "列":
            page.get_by_role("dialog").wait_for()
        fits(window)
        page.keyboard.press("Escape")
    window.open("/find/?q=web")
    fits(window)
