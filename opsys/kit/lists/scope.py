"""The clusters a page is about: all one may see, a group, or one. Kept in the address, so that it can be shared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import Http404, HttpRequest, QueryDict

from clusters import access
from clusters.inventory import InventoryItem, InventoryQuerySet, in_clusters
from clusters.models import Cluster


@dataclass(frozen=True)
class Scope:
    """`clusters` are those chosen, `all_clusters` those one may choose from; both hold only visible ones."""

    clusters: list[Cluster]
    all_clusters: list[Cluster]
    cluster: str = ""
    group: str = ""
    projects: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Of clusters where one sees some projects only: which."""

    def rows(self, model: type[InventoryItem]) -> InventoryQuerySet:
        """Those of a type that one may see in the chosen clusters, gone ones included."""
        return model.objects.filter(in_clusters(model, self.ids, self.projects))

    @property
    def whole(self) -> "Scope":
        """Without the clusters of which one sees some projects only: for figures that are the whole cluster's."""
        clusters = [cluster for cluster in self.clusters if cluster.pk not in self.projects]
        return replace(self, clusters=clusters, projects={})

    @property
    def groups(self) -> list[str]:
        return sorted({c.group.name for c in self.all_clusters if c.group})

    @property
    def narrowed(self) -> bool:
        return bool(self.cluster or self.group)

    @property
    def ids(self) -> list[int]:
        return [cluster.pk for cluster in self.clusters]

    def give_to(self, rows: Iterable[Any]) -> None:
        """Each row its cluster, which is here already and need not be asked for."""
        clusters = {cluster.pk: cluster for cluster in self.clusters}
        for row in rows:
            row.cluster = clusters[row.cluster_id]


def scope_of(request: HttpRequest) -> Scope:
    """From `?cluster=` (may repeat) and `?group=`. A name one may not see is as missing as one that never was."""
    return scope_for(request.GET, user=request.user)


def scope_for(params: QueryDict, *, user) -> Scope:
    """The same without a request."""
    visible, projects = access.clusters_and_projects(user)
    names = [name for name in params.getlist("cluster") if name]
    group = params.get("group", "")
    chosen = visible
    if group:
        chosen = [c for c in chosen if c.group and c.group.name == group]
        if not chosen:
            raise Http404("no such group")
    if names:
        chosen = [c for c in chosen if c.name in names]
        if len(chosen) < len(set(names)):
            raise Http404("no such cluster")
    return Scope(chosen, visible, cluster=names[0] if len(names) == 1 else "", group=group, projects=projects)
