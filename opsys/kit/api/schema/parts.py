"""The shapes that answers are made of."""

from typing import Any

from django.db import models

from opsys.kit.api.rows import HIDDEN
from opsys.kit.declare.resource import Resource

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
ADDRESS: Schema = {"type": "string", "format": "uri", "nullable": True}


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def object_of(properties: dict[str, Schema], *optional: str, text: str = "") -> Schema:
    """All of the properties are always there, but for the optional ones."""
    required = [name for name in properties if name not in optional]
    shape: Schema = {"type": "object", "properties": properties}
    if required:
        shape["required"] = required
    return {**shape, "description": text} if text else shape


def list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def answer(schema: Schema, text: str) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


SCHEMAS: dict[str, Schema] = {
    "Error": object_of({"code": TEXT, "detail": {"description": "A sentence, or the wrong fields with theirs."}}),
    "Allowed": object_of({"allowed": {"type": "boolean"}, "code": TEXT, "reason": TEXT}),
    "Freshness": object_of(
        {
            "name": TEXT,
            "state": {"type": "string", "enum": ["ok", "stale", "error", "never", "disabled"]},
            "synced_at": {"type": "string", "format": "date-time", "nullable": True},
            "reason": TEXT,
            "retry_at": {"type": "string", "format": "date-time", "nullable": True},
            "progress": {
                **object_of({"read": {"type": "integer"}, "about": {"type": "integer"}}),
                "nullable": True,
                "description": "Of a long reading of all rows; about: 0 where their number is not known.",
            },
        },
        text="How old the rows of a cluster are.",
    ),
    "Shown": object_of(
        {
            "title": TEXT,
            "text": TEXT,
            "kind": {"type": "string", "enum": ["text", "secret", "link"]},
            "filename": TEXT,
        },
        text="Given this once, and kept nowhere.",
    ),
    "Outcome": object_of(
        {
            "id": {"type": "integer", "nullable": True},
            "status": {"type": "string", "enum": ["done", "refused", "failed"]},
            "name": TEXT,
            "cloud_id": TEXT,
            "cluster": TEXT,
            "reason": TEXT,
            "code": TEXT,
            "request_id": TEXT,
            "seconds": {"type": "number"},
            "shown": reference("Shown"),
        },
        "shown",
    ),
    "Outcomes": object_of({"outcomes": list_of(reference("Outcome"))}),
    "Plan": object_of(
        {
            "matched": NUMBER,
            "ready": NUMBER,
            "refused": list_of(object_of({"reason": TEXT, "count": NUMBER, "first": list_of(TEXT)})),
        }
    ),
    "JobBegun": object_of(
        {"job": object_of({"id": NUMBER, "title": TEXT, "url": {"type": "string", "format": "uri"}})},
        text="It goes on in the background.",
    ),
}


def row_name(resource: Resource) -> str:
    return "".join(part.capitalize() for part in resource.name.replace("_", ".").split("."))


def row(resource: Resource) -> Schema:
    """A row of a list; with `data` when it is asked for alone. `fields` and `actions` may leave out all but `id`."""
    fields = {f.name: field(f) for f in resource.model._meta.concrete_fields if f.name not in HIDDEN}
    allowed = {action.name: reference("Allowed") for action in resource.on_items}
    data: Schema = {"type": "object", "additionalProperties": True, "description": "What else the cloud said."}
    partial: Schema = {**TEXT, "description": "Why some of it may be old; empty where the cloud sends all of it."}
    actions: Schema = {"oneOf": [object_of(allowed, *allowed), list_of(TEXT)]}
    properties = {**fields, "cluster": TEXT, "partial": partial, "actions": actions, "data": data}
    return object_of(properties, *(name for name in properties if name != "id"))


def field(model_field: models.Field) -> Schema:
    """What a column holds."""
    kinds: list[tuple[type[models.Field], Schema]] = [
        (models.DateTimeField, {"type": "string", "format": "date-time"}),
        (models.BooleanField, {"type": "boolean"}),
        (models.IntegerField, {"type": "integer"}),
        (models.FloatField, {"type": "number"}),
        (models.JSONField, {}),
        (models.CharField, {"type": "string"}),
        (models.TextField, {"type": "string"}),
    ]
    shape = next((schema for kind, schema in kinds if isinstance(model_field, kind)), {})
    return {**shape, "nullable": True} if model_field.null and shape else dict(shape)
