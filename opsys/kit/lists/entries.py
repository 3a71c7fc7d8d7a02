"""The entries of a table panel as cells and buttons."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from clusters import access
from clusters.inventory import InventoryItem
from opsys.kit.act.refusal import why_not
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Resource
from opsys.kit.declare.table_panel import ROWS, TablePanel
from opsys.kit.lists.cells import cell
from opsys.kit.relate.references import name_references


class Entry:
    """One entry: its values as attributes, which is how columns ask for them; what it does not have is None."""

    transitional = False

    def __init__(self, parent: InventoryItem, values: Mapping[str, Any]):
        self.cluster, self.cluster_id = parent.cluster, parent.cluster_id
        self.references: Mapping[str, Mapping[str, str]] = {}
        self.values = values

    def __getattr__(self, name: str) -> Any:
        return self.values.get(name)


def entries_context(
    panel: TablePanel, resource: Resource, item: InventoryItem, content: Mapping[str, Any], *, user
) -> dict[str, Any]:
    """What the table is drawn of: `headings`; `entries`, each with its `cells` and `buttons`; and the buttons that
    `add` one. A button that may not be pressed now says why."""
    held = access.held_by(user)
    entries: Sequence[Any] = [Entry(item, values) for values in content[ROWS]]
    name_references(resource, entries, panel.columns)
    buttons = {name: _button(resource, name, item, held) for name in (*panel.add, *panel.on_entry)}
    return {
        "headings": [column.label for column in panel.columns],
        "entries": [
            {
                "cells": [cell(resource, column, entry) for column in panel.columns],
                "buttons": [_about(buttons[name], resource.action(name), entry.values) for name in panel.on_entry],
            }
            for entry in entries
        ],
        "add": [] if item.gone_at else [buttons[name] for name in panel.add],
    }


def _button(resource: Resource, name: str, item: InventoryItem, held: access.Held) -> dict[str, Any]:
    action = resource.action(name)
    _code, reason = why_not(action, item, held)
    url = f"{resource.url('action', name)}?ids={item.pk}"
    return {"label": action.label, "icon": action.icon, "risky": action.risky, "reason": reason, "url": url}


def _about(button: dict[str, Any], action: Action, values: Mapping[str, Any]) -> dict[str, Any]:
    """The button with the entry in its address: the fields that are called as its values."""
    fields = action.form.base_fields if action.form else {}
    given = {name: values[name] for name in fields if values.get(name) not in (None, "")}
    return {**button, "url": f"{button['url']}&{urlencode(given, doseq=True)}"} if given else button
