"""What of a page's text people cannot read: cut off, or under something else."""

from pathlib import Path

from playwright.sync_api import Page

FOUND = Path(__file__).with_suffix(".js").read_text()


def unreadable(page: Page) -> list[str]:
    """Texts of the page, or of its open dialog, that are cut (unless they end in "…" or can be scrolled to), lie
    beyond the window, or are under something else. What floats may lie over what scrolls, and over nothing else."""
    return page.evaluate(FOUND)


def hidden_columns(page: Page) -> int:
    """How many pixels of the widest table one must scroll for."""
    boxes = "[...document.querySelectorAll('.table-scroll')].map((box) => box.scrollWidth - box.clientWidth)"
    return page.evaluate(f"Math.max(0, ...{boxes})")
