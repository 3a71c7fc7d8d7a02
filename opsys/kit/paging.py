"""Pages of long lists. An exact count of 100,000 filtered rows costs more than drawing a page of them, so counting
stops early; the page asks for the exact number afterwards, by itself."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 50
PER_PAGE_CHOICES = (20, 50, 100, 200)
COUNT_LIMIT = 1000


@dataclass(frozen=True)
class Count:
    value: int
    exact: bool


def count_up_to(rows: QuerySet, limit: int = COUNT_LIMIT) -> Count:
    """How many rows there are, or that there are at least `limit` of them."""
    found = rows.order_by().values("pk")[: limit + 1].count()
    return Count(min(found, limit), exact=found <= limit)


@dataclass(frozen=True)
class Page:
    """One page of a list, `number` from 1. `start` and `end` are the positions of its first and last row, 0 and 0
    on an empty one. The addresses are None where there is no such page."""

    rows: list[Any]
    number: int
    per_page: int
    previous_url: str | None
    next_url: str | None
    per_page_choices: tuple[int, ...] = PER_PAGE_CHOICES

    @property
    def start(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.rows else 0

    @property
    def end(self) -> int:
        return (self.number - 1) * self.per_page + len(self.rows)


def page_of(rows: QuerySet, request: HttpRequest) -> Page:
    """The page that `?page=` and `?per_page=` ask for; nonsense means the first page of the usual size.

    One row more than the page is read to know whether there is a next one: no count is needed.
    """
    per_page = _positive(request.GET.get("per_page"), PER_PAGE)
    if per_page not in PER_PAGE_CHOICES:
        per_page = PER_PAGE
    number = min(_positive(request.GET.get("page"), 1), 1_000_000)
    start = (number - 1) * per_page
    found = list(rows[start : start + per_page + 1])
    return Page(
        rows=found[:per_page],
        number=number,
        per_page=per_page,
        previous_url=address_with(request, page=number - 1) if number > 1 else None,
        next_url=address_with(request, page=number + 1) if len(found) > per_page else None,
    )


def address_with(request: HttpRequest, **changes: Any) -> str:
    """The present address with some of its query parameters changed; None removes one."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _positive(text: str | None, default: int) -> int:
    try:
        number = int(text or default)
    except ValueError:
        return default
    return number if number > 0 else default
