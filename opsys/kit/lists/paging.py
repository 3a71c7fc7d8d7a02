"""Pages of long lists, at a price that does not grow with the list.

An exact count of 100,000 filtered rows costs more than drawing a page of them, so counting stops early; the page asks
for the exact number afterwards, by itself.
"""

from collections.abc import Sequence
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


@dataclass(frozen=True)
class Page:
    """One page of a list, `number` from 1. `start` and `end` are the positions of its first and last row, 0 and 0
    on an empty one; `count` is of the whole list. The addresses are None where there is no such page."""

    rows: list[Any]
    number: int
    per_page: int
    count: Count
    previous_url: str | None
    next_url: str | None
    per_page_choices: tuple[int, ...] = PER_PAGE_CHOICES

    @property
    def start(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.rows else 0

    @property
    def end(self) -> int:
        return (self.number - 1) * self.per_page + len(self.rows)


def page_of(
    rows: QuerySet, request: HttpRequest, head: QuerySet | None = None, surely: QuerySet | None = None
) -> Page:
    """The page that `?page=` and `?per_page=` ask for; nonsense means the first page of the usual size.

    Always three queries: how many, which ones, and these. The keys are found without reading a row (the indexes hold
    what lists sort and filter by), so that even a late page is cheap; one more than the page tells of a next one.
    With a `head`, a beginning of the rows that is quicker to sort, a page beyond it costs a fourth. `surely` is a part
    of the rows that is quick to count.
    """
    per_page, number = _asked(request)
    start = (number - 1) * per_page
    few, count = few_of(rows, surely=surely)
    asked = slice(start, start + per_page + 1)
    keys = list(head.values_list("pk", flat=True)[asked]) if head is not None and not count.exact else []
    if len(keys) <= per_page:
        keys = list(few.values_list("pk", flat=True)[asked])
    found = {row.pk: row for row in with_keys(rows, keys[:per_page])}
    return Page(
        rows=[found[key] for key in keys[:per_page] if key in found],
        number=number,
        per_page=per_page,
        count=count,
        previous_url=address_with(request, page=number - 1) if number > 1 else None,
        next_url=address_with(request, page=number + 1) if len(keys) > per_page else None,
    )


def page_of_list(rows: Sequence[Any], request: HttpRequest) -> Page:
    """The same of rows that are all here already."""
    per_page, number = _asked(request)
    start = (number - 1) * per_page
    return Page(
        rows=list(rows[start : start + per_page]),
        number=number,
        per_page=per_page,
        count=Count(len(rows), exact=True),
        previous_url=address_with(request, page=number - 1) if number > 1 else None,
        next_url=address_with(request, page=number + 1) if len(rows) > start + per_page else None,
    )


def few_of(rows: QuerySet, limit: int = COUNT_LIMIT, *, surely: QuerySet | None = None) -> tuple[QuerySet, Count]:
    """The rows again, how many there are, and when there are few, named by their keys.

    Rare rows are found by whatever index knows them and then sorted; of frequent ones a page stands soon in the
    index of the order. A database asked for both at once has to guess which they are, and a wrong guess reads all.
    A part that is `surely` more than few spares counting the whole.
    """
    if surely is not None and len(surely.order_by().values_list("pk", flat=True)[: limit + 1]) > limit:
        return rows, Count(limit, exact=False)
    keys = list(rows.order_by().values_list("pk", flat=True)[: limit + 1])
    if len(keys) > limit:
        return rows, Count(limit, exact=False)
    return with_keys(rows, keys).order_by(*rows.query.order_by), Count(len(keys), exact=True)


def with_keys(rows: QuerySet, keys: list[Any]) -> QuerySet:
    """These rows out of `rows`, unsorted. Their conditions are left out: the keys have met them, and a database
    offered both may look the rows up by a condition."""
    bare = rows.order_by()
    bare.query.clear_where()
    return bare.filter(pk__in=keys)


def address_with(request: HttpRequest, **changes: Any) -> str:
    """The present address with some of its query parameters changed; None removes one."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _asked(request: HttpRequest) -> tuple[int, int]:
    """Rows a page, and which page."""
    per_page = _positive(request.GET.get("per_page"), PER_PAGE)
    number = min(_positive(request.GET.get("page"), 1), 1_000_000)
    return per_page if per_page in PER_PAGE_CHOICES else PER_PAGE, number


def _positive(text: str | None, default: int) -> int:
    try:
        number = int(text or default)
    except ValueError:
        return default
    return number if number > 0 else default
