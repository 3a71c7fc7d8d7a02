"""Pages of an app that are no list of one type."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import URLPattern

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Page:
    """A page with its entry in the menu of its app, or in that of the platform where no type is of this app. Its
    addresses stand below /APP/SLUG/ and, for programs, below /api/v1/APP/SLUG/; the one that the menu leads to is
    called SLUG."""

    app: str
    slug: str
    label: "str | StrPromise"
    icon: str
    urls: Sequence[URLPattern]
    api_urls: Sequence[URLPattern] = ()

    @property
    def route(self) -> str:
        return f"{self.app}:{self.slug}"


_pages: dict[str, Page] = {}


def add_page(page: Page) -> Page:
    _pages[page.route] = page
    return page


def pages() -> list[Page]:
    """In the order in which the apps load."""
    return list(_pages.values())
