"""What stands on the page of a project beyond its facts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping
from clusters.gateway import many
from identity import quota_services as quotas
from identity import quota_words as words
from identity.projects.models import Project
from opsys.kit.declare import register
from opsys.kit.declare.resource import Panel
from opsys.kit.lists.shares import Share


def _loader(service: quotas.Service):
    def load(conn, item: Project, *, user, query) -> dict[str, Any]:
        found = service.read(conn, item.cloud_id)
        return {
            "quotas": [
                {
                    "name": name,
                    "label": words.label_of(name),
                    **found[name],
                    "share": Share(
                        found[name]["used"] + found[name]["reserved"],
                        max(0, found[name]["limit"]),
                        words.UNITS.get(name, ""),
                    ).as_dict(),
                }
                for name in sorted(found, key=words.place_of)
            ]
        }

    return load


def members(conn, item: Project, *, user, query) -> dict[str, Any]:
    """Who has which role in it, as Keystone tells it: users and groups, inherited roles too."""
    path = f"/role_assignments?scope.project.id={item.cloud_id}&include_names=True"
    people: dict[tuple[str, str], dict[str, Any]] = {}
    for assignment in many(conn.identity, path, "role_assignments"):
        for kind in ("user", "group"):
            if who := mapping(assignment.get(kind)):
                cloud_id = str(who.get("id") or "")
                entry = people.setdefault(
                    (kind, cloud_id),
                    {
                        "kind": kind,
                        "cloud_id": cloud_id,
                        "name": str(who.get("name") or cloud_id),
                        "domain": str(mapping(who.get("domain")).get("name") or ""),
                        "url": _address(item, cloud_id) if kind == "user" else "",
                        "roles": [],
                    },
                )
                entry["roles"].append(str(mapping(assignment.get("role")).get("name") or ""))
    return {"members": sorted(people.values(), key=lambda entry: (entry["name"], entry["kind"]))}


def _address(item: Project, cloud_id: str) -> str:
    return register.get("identity.user").url("item", item.cluster.name, cloud_id) if cloud_id else ""


def _panel(name: str, label, service: quotas.Service, icon: str) -> Panel:
    return Panel(name, label, "identity/projects/quotas.html", _loader(service), icon=icon)


PANELS = (
    _panel("compute-quota", _("Compute quota"), quotas.COMPUTE, "cpu"),
    _panel("storage-quota", _("Storage quota"), quotas.STORAGE, "database"),
    _panel("network-quota", _("Network quota"), quotas.NETWORK, "network"),
    Panel("members", _("Members"), "identity/projects/members.html", members, icon="users"),
)
