"""What can be done to a type, with the parameters each action's form takes."""

from typing import Any

from django import forms

from clusters.access import LABELS
from opsys.kit.api.schema import parts
from opsys.kit.api.schema.lists import head
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.choices import CloudChoiceField, ResourceField
from opsys.kit.forms.fields import LinesField, PairsField

PROJECT = "The ID or name of the project it is made in, or DOMAIN/NAME; left out, that of the cluster's credential."
FILTER = {"type": "object", "additionalProperties": True}


def paths(resource: Resource) -> dict[str, dict[str, Any]]:
    base = f"/api/v1/{resource.app}/{resource.slug}/"
    done = {f"{base}do/{action.name}/": {"post": _done(resource, action)} for action in resource.on_items}
    made = {f"{base}new/{action.name}/": {"post": _made(resource, action)} for action in resource.on_clusters}
    return {**done, **made}


def _done(resource: Resource, action: Action) -> dict[str, Any]:
    most = 1 if action.single else 1000
    ids = {**parts.list_of({"type": "integer", "minimum": 1, "maximum": 2**63 - 1}), "minItems": 1, "maxItems": most}
    body: dict[str, Any] = {"ids": ids, "dry_run": {"type": "boolean"}, "params": _params(action)}
    told = {"anyOf": [parts.reference("Outcomes"), parts.reference("Plan")]}
    responses = {"200": parts.answer(told, "What became of each row; with `dry_run`, what would be done.")}
    if not action.single:
        body["filter"] = {**FILTER, "description": "Instead of ids: the list's filters, for all rows they find."}
        body["expect"] = {"type": "integer", "minimum": 0, "description": "How many you think they are."}
        responses["202"] = parts.answer(parts.reference("JobBegun"), "More than a few rows: a job does them.")
    return {
        **_head(resource, action),
        "requestBody": _body(body, *body),
        "responses": responses,
    }


def _made(resource: Resource, action: Action) -> dict[str, Any]:
    body = {"cluster": {"type": "string", "minLength": 1}, "params": _params(action)}
    if action.takes_project:
        body["project"] = {"type": "string", "maxLength": 200, "description": PROJECT}
    return {
        **_head(resource, action),
        "requestBody": _body(body, "project", *(() if _required(action) else ("params",))),
        "responses": {
            "201": parts.answer(parts.reference("Outcomes"), "It was made."),
            "200": parts.answer(parts.reference("Outcomes"), "It was refused, or the cloud failed."),
            "202": parts.answer(parts.reference("JobBegun"), "Several were asked for: a job makes them."),
        },
    }


def _head(resource: Resource, action: Action) -> dict[str, Any]:
    needs = f" Needs {action.needs} or newer." if " " in action.needs else ""
    return {
        **head(resource, action.name, str(action.label)),
        "description": f"Needs the “{LABELS[action.permission]}” permission.{needs}",
    }


def _body(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    schema = parts.object_of(properties, *optional)
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _required(action: Action) -> list[str]:
    """The parameters that must be given: the others stay as they are."""
    fields = action.form.base_fields if action.form else {}
    return [name for name, field in fields.items() if field.required and field.initial is None]


def _params(action: Action) -> dict[str, Any]:
    fields = action.form.base_fields if action.form else {}
    shape = parts.object_of({name: _field(field) for name, field in fields.items()})
    # Which are required may depend on the row: an edit form knows what is there already.
    shape.pop("required", None)
    return {**shape, "additionalProperties": False}


def _field(field: forms.Field) -> dict[str, Any]:
    described = " ".join(str(part) for part in (field.label, field.help_text) if part)
    return {**_shape(field), **({"description": described} if described else {})}


def _shape(field: forms.Field) -> dict[str, Any]:
    text = {"type": "string"}
    if isinstance(field, PairsField):
        return {"type": "object", "additionalProperties": text}
    if isinstance(field, LinesField):
        return parts.list_of(text)
    if isinstance(field, ResourceField):
        named = {**text, "description": f"The ID or name of a {field.type_name}."}
        return parts.list_of(named) if field.several else named
    if isinstance(field, forms.ChoiceField):
        offered = [str(value) for value, _label in field.widget.choices]  # type: ignore[attr-defined]
        fixed = bool(offered) and not isinstance(field, CloudChoiceField)
        one: dict[str, Any] = {**text, "enum": offered} if fixed else text
        return parts.list_of(one) if isinstance(field, forms.MultipleChoiceField) else one
    if isinstance(field, forms.BooleanField):
        return {"type": "boolean"}
    if isinstance(field, forms.FloatField | forms.DecimalField):
        return {"type": "number"}
    if isinstance(field, forms.IntegerField):
        limits = {"minimum": field.min_value, "maximum": field.max_value}
        return {"type": "integer", **{name: value for name, value in limits.items() if value is not None}}
    if isinstance(field, forms.JSONField):
        return {}
    secret = {"format": "password", "writeOnly": True} if isinstance(field.widget, forms.PasswordInput) else {}
    longest = getattr(field, "max_length", None)
    return {**text, **secret, **({"maxLength": longest} if longest else {})}
