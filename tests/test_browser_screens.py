"""Screens in a real browser: recorded and played, watched, and small ones side by side."""

from pathlib import Path
from tempfile import gettempdir
from uuid import uuid4

import pytest

from tests.browser import DESKTOP, PHONE, Console
from tests.platform import wait_until
from tests.test_browser_console import shot
from tests.test_browser_consoles import PICTURE, screen_of, typed

pytestmark = [pytest.mark.browser, pytest.mark.lab]
POLICY = """
from terminal.models import Policy
from clusters.models import Cluster
Policy.objects.update_or_create(cluster=Cluster.objects.get(name="east"), defaults={values!r})
"""
FORGET = "from terminal.models import Policy; Policy.objects.filter(cluster__name='east').delete()"


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
def servers(api):
    return [row["cloud_id"] for row in api.rows("compute/servers/", cluster="east", status="ACTIVE")][:3]


@pytest.fixture
def policy(platform):
    def allow(**values):
        platform.manage("shell", "-c", POLICY.format(values=values))

    yield allow
    platform.manage("shell", "-c", FORGET)


def quiet(canvas):
    """The picture, once it is the same for two looks: a flood of output is over, and no cursor blinks."""
    pictures = []

    def same():
        pictures.append(canvas.evaluate(PICTURE))
        return len(pictures) > 3 and pictures[-1] == pictures[-2] == pictures[-3]

    wait_until(same, "a picture that stays", pause=0.3)
    return pictures[-1]


def bright(canvas):
    """How many pixels of text are on it, where it can be seen."""
    box = canvas.bounding_box()
    if not box or box["height"] < 100:
        return 0
    return canvas.evaluate("""canvas => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        for (let at = 0; at < data.length; at += 4) count += data[at] > 150;
        return count;
    }""")


def test_a_recorded_screen_is_played_as_it_was(console, servers, policy):
    policy(record_screens=True)
    window = console()
    page = window.open(f"/terminal/console/east/{servers[0]}/")
    canvas = screen_of(page)
    begun = quiet(canvas)
    page.locator("[data-facts]", has_text="recorded").wait_for()
    done = Path(gettempdir()) / f"opsys-typed-{uuid4()}"  # the shell is one of this machine
    typed(page, f"clear; seq 1 2000 | tail -20; echo recorded $((6*7)); touch {done}\n")
    wait_until(done.exists, "all of it ran")
    wait_until(lambda: canvas.evaluate(PICTURE) != begun, "what was typed")
    last = quiet(canvas)
    recordings = page.url.split("/terminal/")[0] + "/terminal/recordings/"

    def complete():
        page.goto(recordings)
        return "complete" in page.locator("#region tbody tr").first.inner_text()

    wait_until(complete, "the recording has ended")
    page.get_by_role("link", name="Play").first.click()
    page.locator("#player[data-ready]").wait_for()
    end = page.locator("[data-seek]").get_attribute("max")
    played = page.locator(".console-player canvas")

    def at(seconds):
        page.locator("[data-seek]").evaluate(
            "(field, at) => { field.value = at; field.dispatchEvent(new Event('input')); }", seconds
        )

    at(end)
    wait_until(lambda: played.evaluate(PICTURE) == last, "the last picture, as it was")
    page.screenshot(path=shot("console-played"))
    at("0")
    wait_until(lambda: page.locator(".console-player canvas").evaluate(PICTURE) != last, "an earlier picture")
    at(end)
    wait_until(lambda: page.locator(".console-player canvas").evaluate(PICTURE) == last, "the last one again")
    page.locator("#verify").click()
    page.get_by_text("Complete and unchanged").wait_for()
    assert window.violations(page) == []


def test_a_screen_is_watched_and_keys_go_nowhere(console, servers):
    owner = console().open(f"/terminal/console/east/{servers[0]}/")
    canvas = screen_of(owner)
    window = console()
    page = window.open("/terminal/sessions/")
    page.get_by_role("link", name="Watch").first.click()
    watched = page.locator(".console-player canvas")
    watched.wait_for()
    wait_until(lambda: bright(watched) > 100, "a picture")
    before, seen_before = quiet(canvas), quiet(watched)
    page.evaluate("document.querySelector('.console-player canvas').focus()")
    page.keyboard.type("nothing\n")
    assert quiet(canvas) == before, "a key of who watches came through"
    typed(owner, "echo seen by both\n")
    wait_until(lambda: canvas.evaluate(PICTURE) != before, "what the owner typed")
    # Each has an encoding of its own, in which soft edges of letters may differ.
    wait_until(lambda: watched.evaluate(PICTURE) != seen_before, "a change for who watches")
    wait_until(
        lambda: bright(watched) == pytest.approx(bright(canvas), rel=0.01),
        "the same for who watches",
        on_failure=lambda: f"{bright(watched)} bright pixels, {bright(canvas)} at the owner's",
    )
    page.screenshot(path=shot("console-watched"))
    assert window.violations(page) == []
    owner.close()
    page.locator("[data-said]", has_text="ended").wait_for()


@pytest.mark.parametrize(("viewport", "name"), [(DESKTOP, "desktop"), (PHONE, "phone")])
def test_screens_stand_side_by_side(console, servers, policy, viewport, name):
    policy(wall_screens=2)
    window = console(viewport=viewport)
    page = window.open("/terminal/screens/#" + "&".join(f"east%2F{server}" for server in servers[:3]))
    tiles = page.locator(".screen-tile")
    wait_until(lambda: tiles.locator("canvas").count() == 2, "two screens")
    for tile in tiles.locator("canvas").all():
        wait_until(lambda tile=tile: bright(tile) > 100, "a picture")
    page.get_by_text("As many small screens").wait_for()
    page.get_by_text("Changed").first.wait_for()
    page.screenshot(path=shot(f"screens-{name}"))
    assert window.overflow() == 0 and window.violations(page) == []
    # One goes, another comes: the choice is the page's address.
    tiles.nth(2).get_by_role("button").click()
    tiles.nth(0).get_by_role("button").click()
    assert page.url.endswith(f"#east%2F{servers[1]}")
