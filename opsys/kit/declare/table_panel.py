"""Children that live only in their parent, as a table on the parent's page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from opsys.kit.declare.resource import Column, Panel, Resource

ROWS = "rows"
"""Where `load` puts the entries."""


@dataclass(frozen=True)
class TablePanel(Panel):
    """A panel that is a table of entries which have no page, list or menu entry of their own: extra specs of a volume
    type, static routes of a router, allowed address pairs of a port.

    `load` gives {"rows": [plain values by the columns' names]}, which is the REST answer too. What is done to an entry
    is an ordinary action of the parent, so it passes `perform()` and has every door; the entry is named by the
    action's parameters. `add` names those that make an entry: buttons above the table. `on_entry` names those that
    change or remove one: buttons in its line, whose dialog opens with every field filled in that is called as one of
    the entry's values; they are left out of the parent's own menu. `nothing` is said where there are no entries.
    """

    template: str = "kit/_entries.html"
    load: Any = None  # always given; a dataclass wants defaults after defaults
    columns: Sequence[Column] = ()
    add: Sequence[str] = ()
    on_entry: Sequence[str] = ()
    nothing: Any = field(default="")


def only_on_entries(resource: Resource) -> set[str]:
    """The actions that are offered beside an entry and nowhere else on the page."""
    tables = [panel for panel in resource.panels if isinstance(panel, TablePanel)]
    added = {name for table in tables for name in table.add}
    return {name for table in tables for name in table.on_entry} - added
