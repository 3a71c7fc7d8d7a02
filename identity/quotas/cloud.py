"""Quotas as plain values, and changing them: three questions a project, as no service tells all projects' at once."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from clusters.gateway import if_allowed, not_found, together
from identity.quota_services import COMPUTE, NETWORK, STORAGE, Quota, Service
from identity.visible_projects import visible_projects

SERVICES: Mapping[str, Service] = {"compute": COMPUTE, "storage": STORAGE, "network": NETWORK}
AT_ONCE = 8


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    asked, told = "", False
    for page in visible_projects(conn):
        ids = [str(project.get("id")) for project in page if project.get("id")]
        for projects in (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)):
            questions = [partial(_rows, conn, name, project) for project in projects for name in SERVICES]
            found = [row for rows in together(questions) for row in rows]
            yield found
            asked, told = projects[0], told or bool(found)
    if asked and not told:
        COMPUTE.read(conn, asked)  # which raises what stands in the way


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    service, project, name = _parts(cloud_id)
    found = SERVICES[service].read(conn, project)
    if name not in found:
        raise not_found(cloud_id)
    return row(service, project, name, found[name])


def _rows(conn, service: str, project: str) -> list[dict[str, Any]]:
    """None of a service that is not there."""
    found = if_allowed(lambda: SERVICES[service].read(conn, project), {})
    return [row(service, project, name, quota) for name, quota in found.items()]


def row(service: str, project: str, name: str, quota: Quota) -> dict[str, Any]:
    used = quota["used"] + quota["reserved"]
    limit = quota["limit"]
    return {
        "cloud_id": f"{service}:{project}:{name}",
        "name": name,
        "project_id": project,
        "service": service,
        "limit": limit,
        "used": used,
        "fullness": 1000 * used // max(limit, 1) if limit >= 0 else 0,
        "status": "",
        "data": {},
    }


def set_limit(conn, cloud_id: str, *, limit: int, below_usage: bool = False) -> None:
    service, project, name = _parts(cloud_id)
    SERVICES[service].write(conn, project, {name: limit}, force=below_usage)


def take_over(conn, cloud_id: str, *, limits: Mapping[str, int], below_usage: bool = False) -> None:
    """Its own one of these limits, by service and name."""
    service, _project, name = _parts(cloud_id)
    set_limit(conn, cloud_id, limit=limits[f"{service}:{name}"], below_usage=below_usage)


def _parts(cloud_id: str) -> tuple[str, str, str]:
    service, project, name = cloud_id.split(":", 2)
    return service, project, name
