"""How much a project may have of each service, and how much it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clusters.gateway import check, one

Quota = dict[str, int]
"""`limit` (-1: none), `used` and `reserved` (asked for, not there yet)."""

MICROVERSION = "2.96"


@dataclass(frozen=True)
class Service:
    """Where one service keeps a project's quotas. Its proxy is an attribute of the SDK's connection."""

    proxy: str
    detail: str
    path: str
    key: str
    microversion: str | None = None

    def read(self, conn, project_id: str) -> dict[str, Quota]:
        found = one(
            getattr(conn, self.proxy), self.detail.format(project_id), self.key, microversion=self.microversion
        )
        quotas = {name: _quota(value) for name, value in sorted(found.items()) if isinstance(value, Mapping)}
        return {name: quota for name, quota in quotas.items() if quota is not None}

    def write(self, conn, project_id: str, limits: Mapping[str, int], force: bool = False) -> None:
        body = {**limits, "force": True} if force and self.proxy == "compute" else dict(limits)
        check(getattr(conn, self.proxy).put(self.path.format(project_id), json={self.key: body}))


COMPUTE = Service("compute", "/os-quota-sets/{}/detail", "/os-quota-sets/{}", "quota_set", MICROVERSION)
STORAGE = Service("block_storage", "/os-quota-sets/{}?usage=True", "/os-quota-sets/{}", "quota_set")
NETWORK = Service("network", "/quotas/{}/details.json", "/quotas/{}", "quota")


def _quota(value: Mapping[str, Any]) -> Quota | None:
    """None where the limit was not told, which is something else than none."""
    limit = _whole(value.get("limit"))
    if limit is None:
        return None
    used = _whole(value.get("in_use", value.get("used")))
    return {"limit": limit, "used": used or 0, "reserved": _whole(value.get("reserved")) or 0}


def _whole(value: Any) -> int | None:
    fine = isinstance(value, int) and not isinstance(value, bool) and -1 <= value < 2**53
    return value if fine else None
