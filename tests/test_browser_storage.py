"""A volume of an image: attached, grown, copied, brought back, taken off and deleted; and one that another project
takes over: by hand in a real browser."""

import re

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.browser import DESKTOP, Console, chromium
from tests.platform import PATIENCE_SECONDS, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.lab]
NAME = "kept by hand"


@pytest.fixture
def window(platform, healthy):
    """An operator's; its errors fail the test."""
    with chromium() as browser:
        opened = Console(browser, platform.url, viewport=DESKTOP)
        opened.log_in("operator", "operator123")
        yield opened
        assert opened.errors == []


@pytest.fixture
def conn(openstack):
    """What is called as the test calls things is gone afterwards, in whichever state the test left it."""
    connection = openstack("west").connection
    yield connection
    storage = connection.block_storage
    everywhere = {"details": True, "all_projects": True}
    volumes = [volume for volume in storage.volumes(**everywhere) if volume.name.startswith(NAME)]
    for volume in volumes:
        for entry in volume.attachments:
            connection.compute.delete_volume_attachment(entry["server_id"], volume.id)
            storage.wait_for_status(volume, "available", interval=0.2, wait=PATIENCE_SECONDS)
    copies = [*storage.backups(**everywhere), *storage.snapshots(**everywhere)]
    for copy in [copy for copy in copies if (copy.name or "").startswith(NAME)]:
        copy.delete(storage)
        storage.wait_for_delete(copy, interval=0.2, wait=PATIENCE_SECONDS)
    for volume in volumes:
        storage.delete_volume(volume, force=True)


def choose(page: Page, field: str, text: str) -> None:
    """The option of a select that has this text in it."""
    option = page.locator(f"main [name={field}] option, #dialog [name={field}] option", has_text=text).first
    option.wait_for(state="attached")
    page.select_option(f"[name={field}]", value=option.get_attribute("value"))


def act(page: Page, label: str) -> None:
    """Choose from the resource's own menu. A click is lost where the rows are replaced between its two halves; people
    then click again."""
    menu, item = (
        page.get_by_role("button", name="All actions"),
        page.get_by_role("menuitem", name=re.compile(f"^{label}")),
    )
    for patience in (3_000, 3_000, 20_000):
        if menu.get_attribute("aria-expanded") != "true":
            menu.click()
        try:
            item.wait_for(timeout=patience)
            break
        except TimeoutError:
            continue
    item.click()


def submit(page: Page) -> None:
    page.locator("#dialog .dialog-submit").click()
    expect(page.locator("#dialog")).not_to_be_visible()


def rests(page: Page, word: str) -> None:
    page.locator("h1 .status", has_text=re.compile(f"^{word}")).wait_for()


def test_from_an_image_to_its_end(window, conn):
    storage = conn.block_storage
    server = next(one for one in conn.compute.servers(all_projects=True, name="push-") if one.status == "ACTIVE")
    page = window.open(f"/storage/volumes/new/create/?cluster=west&project={server.project_id}")
    page.fill("main [name=name]", NAME)
    choose(page, "source", "An image")
    choose(page, "image", "cirros")
    page.fill("main [name=size]", "1")
    page.locator("main").get_by_role("button", name="Create a volume").click()
    page.wait_for_url("**/storage/volumes/west/*/")
    cloud_id = page.url.rstrip("/").rsplit("/", 1)[1]
    rests(page, "available")
    made = storage.get_volume(cloud_id)
    assert (made.is_bootable, made.volume_image_metadata["image_name"]) == (True, "cirros-0.6.3")

    act(page, "Attach to a server")
    choose(page, "server", server.name)
    submit(page)
    rests(page, "in-use")
    page.reload()
    act(page, "Extend")
    page.fill("#dialog [name=size]", "3")
    submit(page)
    wait_until(lambda: storage.get_volume(cloud_id).size == 3, "it grew while it was in use")
    # Cinder tells the new size and that it rests in one.
    expect(page.locator(".detail-facts")).to_contain_text(re.compile(r"\(GiB\)\s*3"))
    rests(page, "in-use")
    page.reload()

    act(page, "Create a snapshot")
    page.fill("#dialog [name=name]", f"{NAME} snapshot")
    submit(page)
    (snapshot,) = storage.snapshots(all_projects=True, volume_id=cloud_id)
    rests(page, "in-use")
    act(page, "Create a backup")
    page.fill("#dialog [name=name]", f"{NAME} backup")
    submit(page)
    wait_until(
        lambda: [one.status for one in storage.backups(all_projects=True, volume_id=cloud_id)] == ["available"],
        "the backup is made",
    )
    (backup,) = storage.backups(all_projects=True, volume_id=cloud_id)
    snapshot_page = f"{window.url}/storage/snapshots/west/{snapshot.id}/"
    wait_until(lambda: page.request.get(snapshot_page).ok, "the snapshot is in the inventory")
    page.reload()
    page.locator("#tab-storage-snapshot-volume").click()
    expect(page.locator("#panel-storage-snapshot-volume")).to_contain_text(f"{NAME} snapshot")

    address = f"/storage/backups/west/{backup.id}/"
    wait_until(lambda: page.request.get(f"{window.url}{address}").ok, "the backup is in the inventory")
    window.open(address)
    rests(page, "available")
    act(page, "Restore into a new volume")
    page.fill("#dialog [name=name]", f"{NAME} restored")
    submit(page)
    wait_until(lambda: named(storage, f"{NAME} restored") == ["available"], "the backup is restored")

    window.open(f"/storage/volumes/west/{cloud_id}/")
    rests(page, "in-use")
    act(page, "Detach from a server")
    submit(page)
    rests(page, "available")
    assert storage.get_volume(cloud_id).attachments == []
    page.reload()
    act(page, "Delete with its snapshots")
    page.fill("#dialog [name=confirm]", NAME)
    submit(page)
    wait_until(lambda: named(storage, NAME) == [], "it is gone")
    assert snapshot.id not in {one.id for one in storage.snapshots(all_projects=True)}


def test_a_volume_goes_from_one_project_to_another(window, conn):
    giver, taker = (conn.identity.find_project(name).id for name in ("mobile-backend", "sandbox"))
    page = window.open(f"/storage/volumes/new/create/?cluster=west&project={giver}")
    page.fill("main [name=name]", f"{NAME} given")
    page.fill("main [name=size]", "1")
    page.locator("main").get_by_role("button", name="Create a volume").click()
    page.wait_for_url("**/storage/volumes/west/*/")
    cloud_id = page.url.rstrip("/").rsplit("/", 1)[1]
    rests(page, "available")

    act(page, "Offer it to another project")
    page.locator("#dialog .dialog-submit").click()
    shown = page.locator("#dialog .shown")
    key = shown.locator("code").inner_text()
    transfer = re.search(r"[0-9a-f-]{36}", shown.locator("h3").inner_text())[0]
    expect(shown).to_contain_text("shown only once")
    page.reload()
    rests(page, "awaiting-transfer")
    assert key not in page.content()

    page = window.open(f"/storage/volumes/new/accept-transfer/?cluster=west&project={taker}")
    page.fill("main [name=transfer]", transfer)
    page.fill("main [name=auth_key]", "not this one")
    page.locator("main").get_by_role("button", name="Accept a transferred volume").click()
    expect(page.locator("main .banner-error")).to_contain_text("Invalid auth key")
    page.fill("main [name=auth_key]", key)
    page.locator("main").get_by_role("button", name="Accept a transferred volume").click()
    page.wait_for_url(f"**/storage/volumes/west/{cloud_id}/")
    rests(page, "available")
    expect(page.locator(".detail-facts")).to_contain_text("sandbox")
    assert conn.block_storage.get_volume(cloud_id).project_id == taker


def named(storage, name: str) -> list[str]:
    return [volume.status for volume in storage.volumes(all_projects=True) if volume.name == name]
