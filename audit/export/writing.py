"""The log as a file: all of it or what was asked for, in one of the formats; with the proof on request."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet

from audit.export import formats
from audit.models import Event, Leaf
from audit.proof import keys, tree
from audit.proof.facts import FACTS, facts_of

PAGE = 2000
FORMATS = ("jsonl", "csv", "cadf", "ocsf")


def export(events: QuerySet[Event], form: str) -> Iterator[str]:
    """Lines of the file, oldest event first, without a place in the tree."""
    if form == "csv":
        yield _csv_line(["number", *FACTS])
    write = _WRITERS[form]
    for number, facts in _rows(events):
        yield write(number, facts)


def export_with_proof(events: QuerySet[Event]) -> Iterator[str]:
    """JSON lines that anybody can verify who has the public key: first the signed checkpoint, then each leaf of the
    tree in order; events that were asked for with what they say, all others as their hashes alone."""
    checkpoint = tree.checkpoint_now()
    yield f"{json.dumps({'checkpoint': checkpoint.note, 'public_keys': keys.public_keys()}, ensure_ascii=False)}\n"
    asked = events.order_by()
    for first in range(0, checkpoint.size, PAGE):
        leaves = Leaf.objects.filter(position__gte=first, position__lt=min(first + PAGE, checkpoint.size))
        page = list(leaves.order_by("position").values_list("position", "event_number", "hash"))
        shown = {}
        for start in range(0, len(page), 500):
            numbers = [number for _position, number, _hash in page[start : start + 500]]
            for number, *values in asked.filter(pk__in=numbers).values_list("pk", *FACTS):
                shown[number] = facts_of(tuple(values))
        for position, number, hashed in page:
            line: dict[str, Any] = {"position": position}
            if number in shown:
                line |= {"number": number, "facts": shown[number]}
            else:
                line["hash"] = bytes(hashed).hex()
            yield f"{json.dumps(line, ensure_ascii=False)}\n"


def _rows(events: QuerySet[Event]) -> Iterator[tuple[int, dict]]:
    rows = events.order_by("pk").values_list("pk", *FACTS).iterator(chunk_size=PAGE)
    for number, *values in rows:
        yield number, facts_of(tuple(values))


def _csv_line(values: list[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue()


def _csv(number: int, facts: dict) -> str:
    return _csv_line([number, *(_cell(facts[name]) for name in FACTS)])


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text  # a spreadsheet would compute it


_WRITERS: dict[str, Callable[[int, dict], str]] = {
    "jsonl": lambda number, facts: f"{formats.as_json(facts, number=number)}\n",
    "csv": _csv,
    "cadf": lambda number, facts: f"{json.dumps(formats.cadf(facts, number=number), ensure_ascii=False)}\n",
    "ocsf": lambda number, facts: f"{json.dumps(formats.ocsf(facts, number=number), ensure_ascii=False)}\n",
}
