"""What a cloud can do, read once and kept with the cluster, so that a button that cannot work says why."""

import time
from typing import Any, cast

from keystoneauth1.identity import BaseIdentityPlugin

from clusters.gateway.call import Call
from clusters.gateway.translation import RAISED, translate

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
    "is_admin": bool, "project_id": str, "regions": [str], "clock_skew": seconds}`.
    One failing service does not fail the others; only authentication raises.
    """
    conn = call.conn
    # The gateway only ever logs in with identity plugins, and they know what Keystone answered.
    access = cast(BaseIdentityPlugin, conn.session.auth).get_access(conn.session)
    services = {kind: _service(conn, attribute, cluster) for kind, attribute in SERVICES.items()}
    regions = sorted(
        {e.get("region") for entry in access.service_catalog.catalog for e in entry.get("endpoints", [])} - {None}
    )
    return {
        "services": services,
        "extensions": _extensions(conn) if "error" not in services["network"] else [],
        "image_imports": _image_imports(conn) if "error" not in services["image"] else None,
        "volume_backups": _volume_backups(conn) if "error" not in services["block-storage"] else None,
        "is_admin": "admin" in (access.role_names or []),
        "project_id": access.project_id,
        "regions": regions,
        "clock_skew": round(call.clock_ahead.total_seconds()) if call.clock_ahead is not None else None,
    }


def _service(conn, attribute: str, cluster: str) -> dict[str, Any]:
    started = time.monotonic()
    try:
        proxy = getattr(conn, attribute)
        data = proxy.get_endpoint_data()
    except RAISED as error:
        problem = translate(error, cluster)
        return {"error": str(problem), "code": problem.code}
    return {
        "version": ".".join(str(part) for part in data.api_version or ()),
        "min": ".".join(str(part) for part in data.min_microversion or ()),
        "max": ".".join(str(part) for part in data.max_microversion or ()),
        "milliseconds": round((time.monotonic() - started) * 1000),
    }


def _extensions(conn) -> list[str]:
    try:
        return sorted(extension.alias for extension in conn.network.extensions() if extension.alias)
    except RAISED:
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
