"""What a cloud can do, read once and kept with the cluster, so that a button that cannot work says why."""

import time
from typing import Any, cast

from keystoneauth1.identity import BaseIdentityPlugin

from clusters.coerce import mapping, sequence
from clusters.gateway.call import Call
from clusters.gateway.errors import CloudError
from clusters.gateway.translation import MAY_RAISE, RAISED, is_clouds_fault, translate

SERVICES = {
    "identity": "identity",
    "compute": "compute",
    "image": "image",
    "network": "network",
    "block-storage": "block_storage",
    "placement": "placement",
}
"""Service type → attribute of the SDK's connection."""


def discover(call: Call, *, cluster: str) -> dict[str, Any]:
    """Ask every service for its version.

    Returns `{"services": {type: {"version", "min", "max", "milliseconds"} or {"error", "code"}},
    "extensions": [network aliases], "image_imports": [methods] or None, "volume_backups": bool or None,
    "is_admin": bool, "roles": [names], "project_id": str, "regions": [str], "endpoints": {type: the endpoint's id},
    "clock_skew": seconds}`.
    One failing service does not fail the others; only authentication raises.
    """
    conn = call.conn
    # The gateway only ever logs in with identity plugins, and they know what Keystone answered.
    access = cast(BaseIdentityPlugin, conn.session.auth).get_access(conn.session)
    if not access.has_service_catalog():
        raise CloudError("no_scope", cluster=cluster)
    endpoints = [
        mapping(endpoint)
        for entry in sequence(access.service_catalog.catalog)
        for endpoint in sequence(mapping(entry).get("endpoints"))
    ]
    services = {kind: _service(conn, attribute, cluster) for kind, attribute in SERVICES.items()}
    return {
        "services": services,
        "extensions": _extensions(conn) if "error" not in services["network"] else [],
        "image_imports": _image_imports(conn) if "error" not in services["image"] else None,
        "volume_backups": _volume_backups(conn) if "error" not in services["block-storage"] else None,
        "is_admin": "admin" in (access.role_names or []),
        "roles": sorted(access.role_names or []),
        "project_id": access.project_id,
        "regions": sorted({str(endpoint["region"]) for endpoint in endpoints if endpoint.get("region")}),
        "endpoints": {kind: found.pop("endpoint") for kind, found in services.items() if found.get("endpoint")},
        "clock_skew": round(call.clock_ahead.total_seconds()) if call.clock_ahead is not None else None,
    }


def _service(conn, attribute: str, cluster: str) -> dict[str, Any]:
    started = time.monotonic()
    try:
        proxy = getattr(conn, attribute)
        data = proxy.get_endpoint_data()
    except MAY_RAISE as error:
        if not is_clouds_fault(error):
            raise
        problem = translate(error, cluster)
        return {"error": str(problem), "code": problem.code}
    return {
        "version": ".".join(str(part) for part in data.api_version or ()),
        "min": ".".join(str(part) for part in data.min_microversion or ()),
        "max": ".".join(str(part) for part in data.max_microversion or ()),
        "milliseconds": round((time.monotonic() - started) * 1000),
        "endpoint": data.endpoint_id or "",
    }


def _extensions(conn) -> list[str]:
    try:
        return sorted(extension.alias for extension in conn.network.extensions() if extension.alias)
    except MAY_RAISE as error:
        if not is_clouds_fault(error):
            raise
        return []


def _image_imports(conn) -> list[str] | None:
    """How the cloud can get an image's data by itself; None when it does not say."""
    try:
        answer = conn.image.get("/info/import")
        methods = answer.json()["import-methods"]["value"] if answer.ok else []
    except (*RAISED, KeyError, TypeError, ValueError):
        return None
    return [str(method) for method in methods] if isinstance(methods, list) else None


def _volume_backups(conn) -> bool | None:
    """Whether a cinder-backup is there; None when our credential may not ask."""
    try:
        answer = conn.block_storage.get("/os-services", params={"binary": "cinder-backup"})
        return bool(answer.json()["services"]) if answer.ok else None
    except (*RAISED, KeyError, TypeError, ValueError):
        return None
