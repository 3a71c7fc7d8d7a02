"""What is known of the clusters themselves: how they are, how old what we know of them is, what they can do."""

from dataclasses import dataclass
from typing import Any

from clusters import access
from clusters.models import Cluster
from opsys.kit.declare import register
from opsys.kit.lists.freshness import Freshness, freshness

WORST = ("error", "stale", "never", "ok", "refused", "disabled")


@dataclass(frozen=True)
class Known:
    """A cluster with the freshness of each type that was ever read from it, by the type's name."""

    cluster: Cluster
    types: dict[str, Freshness]

    @property
    def state(self) -> str:
        """That of the type that is worst off."""
        if not self.cluster.enabled:
            return "disabled"
        return min((found.state for found in self.types.values()), key=WORST.index, default="never")

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        """Each service with what it offers; empty until somebody asked it."""
        found = self.cluster.capabilities.get("services", {})
        return {name: facts for name, facts in sorted(found.items()) if facts.get("code") != "no_service"}

    @property
    def oldest(self) -> Any:
        return min((found.synced_at for found in self.types.values() if found.synced_at), default=None)

    @property
    def problems(self) -> list[tuple[str, Freshness]]:
        """Types that could not be read, or may not, with the reason."""
        labels = {resource.name: resource.label_plural for resource in register.resources()}
        return [(labels[name], found) for name, found in self.types.items() if found.state in ("error", "refused")]


def known_clusters(user) -> list[Known]:
    """Those this user may see, by name. As many queries as there are types, however many clusters."""
    clusters = list(access.visible_clusters(user).select_related("group").order_by("name"))
    types: dict[int, dict[str, Freshness]] = {cluster.pk: {} for cluster in clusters}
    for resource in register.resources():
        for found in freshness(resource.model, clusters)[0]:
            if found.state != "never":
                types[found.cluster.pk][resource.name] = found
    return [Known(cluster, types[cluster.pk]) for cluster in clusters]
