"""Somebody uploads an image: the file is chosen, a bar moves, the cloud has it, and its page gives it back."""

import hashlib
import random

import pytest

from tests.browser import DESKTOP, Console

pytestmark = [pytest.mark.browser, pytest.mark.lab]


@pytest.fixture
def window(browser, platform, healthy):
    opened = Console(browser, platform.url, viewport=DESKTOP)
    opened.log_in("operator", "operator123")
    yield opened
    opened.context.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "from my machine.img"
    path.write_bytes(random.Random("browser").randbytes(24 * 2**20))
    return path


def test_a_file_goes_up_with_progress_and_comes_down(window, openstack, file):
    page = window.open("/compute/images/new/upload/?cluster=east")
    page.evaluate(
        "() => { window.seen = []; const bar = document.querySelector('.upload-bar');"
        "new MutationObserver(() => window.seen.push(bar.value)).observe(bar, { attributes: true }); }"
    )
    page.locator("#upload-file").set_input_files(file)
    assert page.locator("#id_name").input_value() == "from my machine"
    assert page.locator("#id_disk_format").input_value() == "raw"
    page.locator("#id_min_disk").fill("1")
    page.get_by_role("button", name="Upload an image", exact=True).click()
    result = page.locator(".upload-result")
    result.get_by_role("link").wait_for()
    assert "the same" in result.inner_text()
    assert hashlib.sha512(file.read_bytes()).hexdigest() in result.inner_text()
    seen = page.evaluate("window.seen")
    assert seen and seen == sorted(seen) and any(0 < value < 100 for value in seen), seen
    result.get_by_role("link").click()
    page.get_by_role("heading", name="from my machine").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "from my machine.raw"
    assert download.value.path().read_bytes() == file.read_bytes()
    cloud_id = page.url.rstrip("/").split("/")[-1]
    openstack("east").connection.image.delete_image(cloud_id)
    assert window.errors == [] and window.violations() == []


def test_a_missing_name_is_told_before_anything_is_sent(window, file):
    page = window.open("/compute/images/new/upload/?cluster=east")
    page.get_by_role("button", name="Upload an image", exact=True).click()
    assert "Choose a file" in page.locator(".upload-result").inner_text()
    page.locator("#upload-file").set_input_files(file)
    page.locator("#id_name").fill("")
    sent = []
    page.on("request", lambda request: sent.append(request.method) if "/api/" in request.url else None)
    page.get_by_role("button", name="Upload an image", exact=True).click()
    page.locator(".upload-result", has_text="Name").wait_for()
    assert sent == ["POST"]
