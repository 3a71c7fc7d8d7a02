"""Addresses of the lists behind the figures."""

from typing import Any
from urllib.parse import urlencode

from opsys.kit.declare.resource import Resource
from opsys.kit.lists.scope import Scope


def list_url(resource: Resource, scope: Scope, **filters: Any) -> str:
    """The list of a type in the page's scope. A filter may have several values."""
    return with_query(resource.url(), {**scope_query(scope), **filters})


def scope_query(scope: Scope) -> dict[str, Any]:
    """What keeps the scope in another address."""
    if scope.group:
        return {"group": scope.group}
    if len(scope.clusters) < len(scope.all_clusters):
        return {"cluster": [cluster.name for cluster in scope.clusters]}
    return {}


def with_query(path: str, query: dict[str, Any]) -> str:
    return f"{path}?{urlencode(query, doseq=True)}" if query else path
