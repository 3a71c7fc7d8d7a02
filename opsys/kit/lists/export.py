"""All rows of a list as a file, however many: written piece by piece, so that memory does not grow with them."""

import csv
import io
import json
from array import array
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, Protocol

import xlsxwriter
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from audit.acting import Actor
from clusters.inventory import InventoryItem
from opsys.kit import signals
from opsys.kit.declare.resource import Column, Resource
from opsys.kit.lists.paging import with_keys
from opsys.kit.lists.query import Query
from opsys.kit.lists.scope import Scope
from opsys.kit.lists.values import ID, as_text, harmless, plain
from opsys.kit.relate.references import name_references

CHUNK = 1000
BLOCK = 1 << 16
BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own letters
MOST_XLSX_ROWS = 1_048_575
LONGEST_XLSX_TEXT = 32_767
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


class Scoped(Protocol):
    @property
    def scope(self) -> Scope: ...


class Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def slug(self) -> str: ...


class Exported(Protocol):
    """What the writers and the audit need to know of what leaves."""

    @property
    def resource(self) -> Named: ...

    @property
    def query(self) -> Scoped: ...

    @property
    def columns(self) -> Sequence[Column]: ...

    @property
    def keys(self) -> Sequence[Any]: ...

    def rows(self) -> Iterator[list[list[Any]]]: ...


@dataclass(frozen=True)
class Export:
    """The rows as they were when it began, in the list's order; only their keys are held. A row that is gone by the
    time it is written is left out."""

    resource: Resource
    query: Query
    columns: Sequence[Column]
    keys: "array[int]"

    def items(self) -> Iterator[list[InventoryItem]]:
        for start in range(0, len(self.keys), CHUNK):
            keys = self.keys[start : start + CHUNK]
            found = {item.pk: item for item in with_keys(self.query.rows, list(keys))}
            yield [found[key] for key in keys if key in found]

    def rows(self) -> Iterator[list[list[Any]]]:
        for items in self.items():
            name_references(self.resource, items, self.columns)
            yield [[plain(column, item) for column in self.columns] for item in items]


def export_of(resource: Resource, query: Query, columns: Sequence[Column]) -> Export:
    """`columns`, and the id if none of them is it."""
    if not any(column.value == "cloud_id" or column.name == "id" for column in columns):
        columns = [*columns, ID]
    keys = query.rows.prefetch_related(None).values_list("pk", flat=True)
    return Export(resource, query, columns, array("q", keys.iterator()))


def note(export: Exported, kind: str, actor: Actor, params: dict[str, Any]) -> None:
    """Into the audit, before the first row leaves. An audit that cannot be written lets nothing out."""
    signals.exported.send(sender=Export, export=export, kind=kind, actor=actor, params=params)


def response_of(request: HttpRequest, export: Exported, kind: str, heads: Sequence[str]) -> StreamingHttpResponse:
    """The file as a download. `heads` are the columns' headings; JSON bears their names whatever the headings are."""
    pieces = WRITERS[kind](export, heads)
    response = StreamingHttpResponse(
        _in_its_thread(pieces) if isinstance(request, ASGIRequest) else pieces, content_type=TYPES[kind]
    )
    response["Content-Disposition"] = f'attachment; filename="{filename(export.resource, kind)}"'
    response["Cache-Control"] = "no-store"
    return response


def filename(resource: Named, kind: str) -> str:
    return f"{resource.slug}-{timezone.now():%Y%m%dT%H%M%SZ}.{kind}"


async def _in_its_thread(pieces: Generator[bytes]) -> AsyncIterator[bytes]:
    """Each piece is made in the request's thread, which has its database connection, and sent before the next: given
    the iterator itself, Django would collect the whole file first."""
    try:
        while (piece := await sync_to_async(_next)(pieces)) is not None:
            yield piece
    finally:
        await sync_to_async(pieces.close)()


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


def as_csv(export: Exported, heads: Sequence[str]) -> Generator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    text.write(BOM)
    writer.writerow([harmless(head) for head in heads])
    for rows in export.rows():
        writer.writerows([harmless(value) for value in row] for row in rows)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    if text.tell():
        yield text.getvalue().encode()


def as_json(export: Exported, heads: Sequence[str]) -> Generator[bytes]:
    names = [column.name for column in export.columns]
    before = "["
    for rows in export.rows():
        lines = ",\n".join(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows)
        if lines:
            yield f"{before}\n{lines}".encode()
            before = ","
    yield b"[]\n" if before == "[" else b"\n]\n"


def as_xlsx(export: Exported, heads: Sequence[str]) -> Generator[bytes]:
    """Rows go to the disk as they come; the file is put together there and sent from there."""
    with TemporaryFile(dir=settings.VAR) as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(settings.VAR)})
        with closing(book):
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(export.columns):
                sheet.set_column(place, place, 36 if column.name == "id" else 20)
            _write_row(sheet, 0, heads, book.add_format({"bold": True}))
            line = 0
            for rows in export.rows():
                for row in rows:
                    line += 1
                    _write_row(sheet, line, row)
                yield b""  # a moment for whoever gave up meanwhile
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def _write_row(sheet: Any, line: int, row: Sequence[Any], style: Any = None) -> None:
    for place, value in enumerate(row):
        if isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(line, place, value, style)
        else:  # never guessed from the text, or a name could be a formula or a link
            sheet.write_string(line, place, as_text(value)[:LONGEST_XLSX_TEXT], style)


WRITERS = {"csv": as_csv, "json": as_json, "xlsx": as_xlsx}
