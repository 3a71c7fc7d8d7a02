"""Which columns of a list somebody sees, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsys.kit.declare.resource import Column, Resource

ALL = "all"
SHOWN_UNASKED = 3  # the lowest priority that is shown to who chose nothing


@dataclass(frozen=True)
class Columns:
    """`chosen`: somebody named these, so all are shown on any screen; the usual ones make room on small ones."""

    columns: Sequence[Column]
    chosen: bool = False

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def columns_of(resource: Resource, asked: str = "", kept: Sequence[str] = ()) -> Columns:
    """Those `asked` for in the address (names with commas between, or "all"), else those `kept` for the person, else
    the usual ones. What the type does not have is passed over; the column that leads to the page is always there."""
    if asked == ALL:
        return Columns(list(resource.columns), chosen=True)
    known = {column.name: column for column in resource.columns}
    for names in (asked.split(","), kept):
        chosen = [known[name] for name in dict.fromkeys(names) if name in known]
        if chosen:
            leading = [column for column in resource.columns if column.kind == "name" and column not in chosen]
            return Columns([*leading, *chosen], chosen=True)
    return Columns([column for column in resource.columns if column.priority <= SHOWN_UNASKED])
