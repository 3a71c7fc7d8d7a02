"""Where browser tests keep what they saw, for people to look at."""

import os
from pathlib import Path

from playwright.sync_api import Page

SHOTS = Path(os.environ.get("SCREENSHOTS", "var/screenshots"))


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """As `name`.png; with `whole` also what lies below the window's edge."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=whole)
