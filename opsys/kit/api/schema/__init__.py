"""The OpenAPI description of every registered type, made of the same values as its doors.

drf-spectacular describes the platform's own addresses (jobs, audit, log-in); this hook adds a path for each list, row,
panel and action, with the action's own parameters.
"""

from typing import Any

from opsys.kit.api.schema import actions, lists, parts
from opsys.kit.declare import register

Paths = dict[str, dict[str, Any]]


def add_resources(result: dict[str, Any], generator, request, public: bool) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular."""
    paths: Paths = {}
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(parts.SCHEMAS)
    for resource in register.resources():
        schemas[parts.row_name(resource)] = parts.row(resource)
        paths.update(lists.paths(resource))
        paths.update(actions.paths(resource))
    _with_errors(result["paths"])
    _with_errors(paths)
    result["paths"] = dict(sorted({**result["paths"], **paths}.items()))
    return result


def _with_errors(paths: Paths) -> None:
    """Every address may refuse, and says so in the same shape."""
    for operations in paths.values():
        for operation in operations.values():
            operation["responses"].setdefault("default", parts.answer(parts.reference("Error"), "Refused, with why."))
