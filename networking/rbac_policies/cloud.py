"""Neutron's RBAC policies as plain values, and what can be asked about them."""

from collections.abc import Mapping
from typing import Any

from networking import neutron

EVERYBODY = "*"


def row(policy: Mapping[str, Any]) -> dict[str, Any]:
    target = policy.get("target_project_id") or policy.get("target_tenant")
    said = [policy.get("object_type"), policy.get("action")]
    return {
        **neutron.common(policy),
        "name": " ".join(str(part) for part in said if part),
        "object_type": policy.get("object_type"),
        "object_id": policy.get("object_id"),
        "access": policy.get("action"),
        "target_project": target,
    }


fetch, fetch_one = neutron.reading("/rbac-policies", "rbac_policy", row, extension=True)


def create(conn, *, object_type: str, object_id: str, access: str, target_project: str = EVERYBODY) -> str:
    values = {"object_type": object_type, "object_id": object_id, "action": access, "target_tenant": target_project}
    return neutron.create(conn, "/rbac-policies", "rbac_policy", values)


def edit(conn, cloud_id: str, *, target_project: str = EVERYBODY) -> None:
    neutron.update(conn, f"/rbac-policies/{cloud_id}", "rbac_policy", {"target_tenant": target_project})


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/rbac-policies/{cloud_id}")
