"""The topology in a real browser: how long a picture of 300 nodes takes, and how smoothly it is dragged.

One web process as people run it (daphne, SQLite) and a headless Chromium, which draws without a graphics card.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.support.figures import Figures, median, say
from benchmarks.support.topology import TopologyPlace

NODES, TOO_MANY = 300, 5000
MOST_MS, LEAST_FRAMES = 1000, 30
DRAWN = "() => document.querySelector('#topology[data-drawn-ms]') && performance.now()"
# Where the mouse takes hold: of a server in the middle of the picture's list, or beside everything.
HOLD = """free => {
  const picture = document.getElementById("topology")._cyreg.cy;
  const servers = picture.nodes("[type = 'server']");
  const { x, y } = servers[Math.floor(servers.length / 2)].renderedPosition();
  return free ? [6, 6] : [x, y];
}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5)


def run(figures: Figures, options: argparse.Namespace) -> None:
    from tests.browser import DESKTOP, Console, chromium  # noqa: PLC0415 (others need no browser)

    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        place = TopologyPlace(Path(folder), {"small": NODES, "large": TOO_MANY})
        place.start()
        try:
            with chromium() as browser:
                window = Console(browser, place.platform.url, viewport=DESKTOP)
                window.log_in(place.username, place.password)
                _small(figures, window, options.rounds)
                _large(figures, window)
        finally:
            place.stop()


def _small(figures: Figures, window, rounds: int) -> None:
    drawing, opening, panning, moving = [], [], [], []
    for number in range(rounds + 1):
        page = window.open("/networking/topology/?cluster=small")
        at = page.wait_for_function(DRAWN, timeout=30_000).json_value()
        drawn = float(page.locator("#topology").get_attribute("data-drawn-ms"))
        box = page.locator("#topology").bounding_box()
        pan, node = (_frames(page, box, free=free) for free in (True, False))
        if number == 0:
            continue  # scripts and styles come from the cache from now on
        say(f"drawn in {drawn:.0f} ms, {at:.0f} ms after the address; {pan:.0f} and {node:.0f} frames a second")
        drawing.append(drawn)
        opening.append(at)
        panning.append(pan)
        moving.append(node)
    count = page.evaluate("JSON.parse(document.getElementById('topology-data').textContent).nodes.length")
    figures.equal("nodes", count, NODES)
    figures.at_most(f"{NODES} nodes drawn: ms", median(drawing), MOST_MS)
    figures.at_most(f"{NODES} nodes, from the address to the picture: ms", median(opening), MOST_MS)
    figures.at_least("picture dragged: frames a second", median(panning), LEAST_FRAMES)
    figures.at_least("node dragged: frames a second", median(moving), LEAST_FRAMES)


def _frames(page, box, *, free: bool) -> float:
    """Frames a second while the mouse drags the picture (`free`), or the node in its middle."""
    x, y = page.evaluate(HOLD, free)
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    page.evaluate(
        """() => {
          const began = performance.now();
          window.frames_ = { count: 0, began };
          const next = () => { window.frames_.count++; window.frames_.run = requestAnimationFrame(next); };
          next();
        }"""
    )
    for step in range(90):
        page.mouse.move(box["x"] + x + step % 60 * 3, box["y"] + y + step % 40 * 3)
    rate = page.evaluate(
        """() => {
          cancelAnimationFrame(window.frames_.run);
          return (1000 * window.frames_.count) / (performance.now() - window.frames_.began);
        }"""
    )
    page.mouse.up()
    return rate


def _large(figures: Figures, window) -> None:
    page = window.open("/networking/topology/?cluster=large")
    page.locator(".empty-title", has_text="are too many for one picture").wait_for(timeout=30_000)
    offers = page.locator(".topology-found a")
    figures.at_least(f"of {TOO_MANY} nodes: neighbourhoods offered", offers.count(), 1)
    offers.first.click()
    page.locator("#topology[data-drawn-ms]").wait_for(timeout=30_000)
    drawn = float(page.locator("#topology").get_attribute("data-drawn-ms"))
    figures.at_most("a neighbourhood drawn: ms", drawn, MOST_MS)
