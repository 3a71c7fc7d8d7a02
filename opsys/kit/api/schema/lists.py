"""Reading a type: its list, one row, its panels."""

from typing import Any

from django.utils.text import capfirst

from clusters.access import LABELS
from opsys.kit.api.pages import Pages
from opsys.kit.api.schema import parts
from opsys.kit.declare.resource import Panel, Resource
from opsys.kit.declare.table_panel import ROWS, TablePanel
from opsys.kit.lists.export import TYPES
from opsys.kit.relate.panels import panels_of


def paths(resource: Resource) -> dict[str, dict[str, Any]]:
    base = f"/api/v1/{resource.app}/{resource.slug}/"
    found = {
        base: {"get": _list(resource)},
        f"{base}export/": {"get": _export(resource)},
        f"{base}{{id}}/": {"get": _row(resource)},
    }
    for panel in panels_of(resource.name):
        found[f"{base}{{id}}/panels/{panel.name}/"] = {
            "get": {
                **head(resource, f"panel.{panel.name}", f"{panel.label}, as the cloud tells it now."),
                "description": f"Needs the “{LABELS[panel.permission]}” permission.",
                "parameters": [ROW_ID],
                "responses": {"200": parts.answer(_content(panel), "Plain values.")},
            }
        }
    return found


def _content(panel: Panel) -> dict[str, Any]:
    if not isinstance(panel, TablePanel):
        return {"type": "object", "additionalProperties": True}
    entry = {"type": "object", "properties": {column.name: {} for column in panel.columns}}
    actions = ", ".join(dict.fromkeys([*panel.add, *panel.on_entry]))
    rows = {**parts.list_of(entry), **({"description": f"Changed by the actions {actions}."} if actions else {})}
    return parts.object_of({ROWS: rows})


ROW_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
    "description": "The platform's own number of the row.",
}


def head(resource: Resource, name: str, summary: str) -> dict[str, Any]:
    return {
        "operationId": f"{resource.name}.{name}",
        "tags": [f"{resource.app} · {resource.label_plural}"],
        "summary": summary,
    }


def _list(resource: Resource) -> dict[str, Any]:
    page = parts.object_of(
        {
            "next": parts.ADDRESS,
            "previous": parts.ADDRESS,
            "results": parts.list_of(parts.reference(parts.row_name(resource))),
            "clusters": parts.list_of(parts.reference("Freshness")),
        }
    )
    return {
        **head(resource, "list", f"{capfirst(resource.label_plural)}, page by page."),
        "parameters": _parameters(resource),
        "responses": {"200": parts.answer(page, "A page.")},
    }


def _parameters(resource: Resource) -> list[dict[str, Any]]:
    text = {"type": "string"}
    sorts = [column.name for column in resource.columns if column.sort]
    known: list[tuple[str, dict[str, Any], str]] = [
        ("q", text, "Search."),
        ("cluster", parts.list_of(text), "Only these clusters."),
        ("group", text, "Only the clusters of this group."),
        ("sort", {"type": "string", "enum": [f"{sign}{name}" for name in sorts for sign in ("", "-")]}, "Order."),
        ("per_page", {"type": "integer", "minimum": 1, "maximum": Pages.max_page_size}, "Rows on a page."),
        ("fields", text, "Names of a row's fields with commas between: these alone, and `id`."),
        ("actions", text, "Names of actions: these alone. `allowed`: the names of those allowed. `none`: no actions."),
        ("cursor", text, "Stands in `next` and `previous`."),
    ]
    for spec in resource.filters:
        values = {"type": "string", "enum": [value for value, _label in spec.choices]} if spec.choices else text
        known.append((spec.name, values if spec.contains else parts.list_of(values), f"{spec.label}."))
    return [
        {"name": name, "in": "query", "schema": schema, "description": description}
        for name, schema, description in known
    ]


def _export(resource: Resource) -> dict[str, Any]:
    parameters = [
        one for one in _parameters(resource) if one["name"] not in ("cursor", "per_page", "fields", "actions")
    ]
    text = {"type": "string"}
    parameters += [
        {"name": "format", "in": "query", "schema": {"type": "string", "enum": list(TYPES)}},
        {"name": "columns", "in": "query", "schema": text, "description": "Names with commas between; else all."},
    ]
    shapes = {"json": parts.list_of({"type": "object", "additionalProperties": True})}
    content = {kind.partition(";")[0]: {"schema": shapes.get(name, {})} for name, kind in TYPES.items()}
    return {
        **head(resource, "export", f"All {resource.label_plural} that match, as one file."),
        "parameters": parameters,
        "responses": {"200": {"description": "The file.", "content": content}},
    }


def _row(resource: Resource) -> dict[str, Any]:
    return {
        **head(resource, "read", f"One {resource.label} with all that is known of it."),
        "parameters": [ROW_ID],
        "responses": {"200": parts.answer(parts.reference(parts.row_name(resource)), "The row.")},
    }
