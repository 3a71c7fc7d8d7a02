"""Which volume types there are, and which of them a project may use."""

from clusters import gateway
from clusters.gateway import CloudError, many
from clusters.models import Cluster

PRIVATE = "os-volume-type-access:is_public"


def usable(conn) -> list[tuple[str, str]]:
    """Those of the connection's project, for a field of choices: Cinder leaves out what is not for it."""
    return _named(many(conn.block_storage, "/types", "volume_types"))


def every(conn) -> list[tuple[str, str]]:
    return _named(many(conn.block_storage, "/types", "volume_types", query={"is_public": "None"}))


def closed_to(cluster: Cluster, name: str, projects: set[str]) -> set[str]:
    """Those of the projects that may not use the type of this name, because it is a private one. Empty where the
    cloud does not tell: then it decides by itself."""
    try:
        with gateway.call(cluster) as call:
            found = many(call.conn.block_storage, "/types", "volume_types", query={"is_public": "None"})
            private = next((one for one in found if one.get("name") == name and one.get(PRIVATE) is False), None)
            if private is None:
                return set()
            path = f"/types/{private.get('id')}/os-volume-type-access"
            allowed = many(call.conn.block_storage, path, "volume_type_access")
    except CloudError:
        return set()
    return projects - {str(entry.get("project_id")) for entry in allowed}


def _named(found: list[dict]) -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(str(one["name"]) for one in found if one.get("name"))]
