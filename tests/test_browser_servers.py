"""The work people do with servers, in a real browser on the real clouds."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import DESKTOP, PHONE, Console
from tests.platform import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.lab]
PATH = "compute/servers/"
NEW = "/compute/servers/new/create/?cluster=west"
OF_EACH = 10


@pytest.fixture
def window(browser, platform, healthy):
    """An operator's; its errors fail the test."""
    opened = Console(browser, platform.url, viewport=DESKTOP)
    opened.log_in("operator", "operator123")
    yield opened
    opened.context.close()
    assert opened.errors == []


@pytest.fixture(scope="module")
def conn(openstack):
    return openstack("west").connection


def choose(page: Page, field: str, text: str) -> None:
    """The option of a select that has this text in it."""
    option = page.locator(f"[name={field}] option", has_text=text).first
    option.wait_for(state="attached")
    page.select_option(f"[name={field}]", value=option.get_attribute("value"))


def act(page: Page, label: str) -> None:
    """Choose an action from a server's own menu."""
    page.get_by_role("button", name="All actions").click()
    page.get_by_role("menuitem", name=re.compile(f"^{label}")).click()


def submit(page: Page) -> None:
    page.locator("#dialog .dialog-submit").click()
    expect(page.locator("#dialog")).not_to_be_visible()


def status(page: Page, word: str) -> None:
    page.locator("h1 .status", has_text=re.compile(f"^{word}")).wait_for()


def test_a_server_from_its_form_to_its_end(window, conn, api):
    page = window.open(NEW)
    page.fill("[name=name]", "made by hand")
    choose(page, "image", "cirros")
    page.get_by_label("m1.tiny").check()
    page.get_by_label("play", exact=True).check()
    page.locator(".command-block summary").click()
    command = page.locator(".command-block pre")
    expect(command).to_contain_text("server create --flavor")
    page.get_by_role("button", name="Create a server").click()
    page.wait_for_url("**/compute/servers/west/*/")
    cloud_id = page.url.rstrip("/").rsplit("/", 1)[1]
    status(page, "ACTIVE")
    try:
        resize_and_confirm(page, conn, cloud_id)
        attach_a_volume(page, conn, cloud_id)
        take_a_snapshot(page, conn)
        show_panels(page)
    finally:
        conn.compute.delete_server(cloud_id)
        wait_until(lambda: not api.rows(PATH, q=cloud_id), "the list leaves it out")


def resize_and_confirm(page: Page, conn, cloud_id: str) -> None:
    act(page, "Resize")
    choose(page, "flavor", "m1.small")
    submit(page)
    status(page, "VERIFY_RESIZE")
    page.get_by_role("button", name="Confirm the resize").click()
    status(page, "ACTIVE")
    assert conn.compute.get_server(cloud_id).flavor.original_name == "m1.small"


def attach_a_volume(page: Page, conn, cloud_id: str) -> None:
    volume = conn.block_storage.create_volume(name="made by hand", size=1)
    wait_until(lambda: conn.block_storage.get_volume(volume.id).status == "available", "the volume is there")
    server = page.url
    page.goto(f"{server.partition('/compute')[0]}/storage/volumes/?q={volume.id}")
    page.locator("#region tbody td.kind-status", has_text="available").wait_for()
    page.goto(server)
    act(page, "Attach a volume")
    choose(page, "volume", "made by hand")
    submit(page)
    page.locator(".facts").get_by_text("made by hand").first.wait_for()
    wait_until(lambda: conn.block_storage.get_volume(volume.id).attachments, "the cloud has attached it")
    assert conn.block_storage.get_volume(volume.id).attachments[0]["server_id"] == cloud_id
    conn.compute.delete_volume_attachment(cloud_id, volume.id)
    wait_until(lambda: conn.block_storage.get_volume(volume.id).status == "available", "it is free again")
    conn.block_storage.delete_volume(volume.id)


def take_a_snapshot(page: Page, conn) -> None:
    act(page, "Create a snapshot")
    expect(page.locator("#dialog [name=name]")).to_have_value("{name}-{date}")
    submit(page)

    def images() -> list:
        return [image for image in conn.image.images() if image.name.startswith("made by hand-2")]

    wait_until(lambda: [image.status for image in images()] == ["active"], "the cloud has the image")
    conn.image.delete_image(images()[0].id)


def show_panels(page: Page) -> None:
    for tab, text in (("addresses", "play"), ("timeline", "Create a snapshot"), ("console-log", "login:")):
        page.locator(f"#tab-{tab}").click()
        expect(page.locator(f"#panel-{tab}")).to_contain_text(text)


def test_twenty_of_two_clouds_are_stopped_at_once(window, api):
    rows = []
    for cluster in ("east", "west"):
        running = api.rows(PATH, cluster=cluster, status="ACTIVE")
        rows += [row for row in running if not row["locked"] and not row["task_state"]][:OF_EACH]
    assert len(rows) == 2 * OF_EACH
    page = window.open("/compute/servers/?status=ACTIVE&per_page=100")
    for row in rows:
        page.locator(f"input.row-select[value='{row['id']}']").check()
    expect(page.locator("[data-bulk-number]")).to_have_text("20")
    page.locator("#bulk-bar").get_by_role("button", name="Stop…", exact=True).click()
    expect(page.locator("#dialog .dialog-question")).to_have_text("Stop 20 servers?")
    page.locator("#dialog .dialog-submit").click()

    def stopped() -> bool:
        now = {row["id"]: row["status"] for row in api.rows(PATH, status="SHUTOFF")}
        return all(row["id"] in now for row in rows)

    wait_until(stopped, "all twenty are stopped")
    for row in rows:
        api.do(PATH, "start", row["id"])


def test_the_form_on_a_phone_says_what_is_missing(browser, platform, healthy):
    phone = Console(browser, platform.url, viewport=PHONE, language="zh-hans", dark=True)
    phone.log_in("operator", "operator123")
    page = phone.open(NEW)
    page.wait_for_load_state("networkidle")
    assert phone.overflow() == 0 and phone.violations() == []
    page.fill("[name=name]", "web")
    page.locator("main button[type=submit]").click()
    page.get_by_text("请至少选择一个网络或端口。").wait_for()
    assert page.locator("[name=name]").input_value() == "web"
    expect(page.locator(".create-steps .has-errors")).to_have_count(3)
    assert phone.overflow() == 0 and phone.violations() == [] and phone.errors == []
    phone.context.close()
