"""What the hypervisor says of the running machine."""

from typing import Any

from compute.servers import lookup
from compute.servers.models import Server


def load(conn, server: Server, *, user, query) -> dict[str, Any]:
    """`facts` are (name, value); `tables` one for each kind of device: its columns and rows."""
    found = lookup.diagnostics(conn, server.cloud_id)
    facts, tables = [], []
    for name, value in found.items():
        if isinstance(value, list):
            tables.append(_table(name, [entry for entry in value if isinstance(entry, dict)]))
        elif isinstance(value, dict):
            facts += [(f"{name}.{key}", inner) for key, inner in value.items() if inner is not None]
        else:
            facts.append((name, value))
    return {
        "facts": [(name, str(value)) for name, value in facts],
        "tables": [table for table in tables if table["rows"]],
    }


def _table(name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    columns = list(dict.fromkeys(key for entry in entries for key in entry))
    return {
        "name": name,
        "columns": columns,
        "rows": [[_said(entry.get(column)) for column in columns] for entry in entries],
    }


def _said(value: Any) -> str:
    return "" if value is None else str(value)
