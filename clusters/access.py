"""Who may do what on which cluster. Every door asks here.

Permissions are held per cluster, never "on the model": a global permission would silently open every cluster,
and guardian's own look-ups would honour it. An inactive user holds nothing; a superuser holds everything.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy

from clusters import rights_version
from clusters.models import Cluster
from clusters.object_permissions import ClusterGroupPermission, ClusterUserPermission
from clusters.sentences import gettext as _

VIEW = "view_cluster"
OPERATE = "operate_cluster"
PROVISION = "provision_cluster"
CONSOLE = "console_cluster"
ADMINISTER = "administer_cluster"

LABELS = {
    VIEW: gettext_lazy("view"),
    OPERATE: gettext_lazy("operate"),
    PROVISION: gettext_lazy("provision"),
    CONSOLE: gettext_lazy("console"),
    ADMINISTER: gettext_lazy("administer"),
}
PERMISSIONS = tuple(LABELS)

READ_ONLY = frozenset({VIEW})
READ_AND_OPERATE = frozenset({VIEW, OPERATE})


@dataclass(frozen=True)
class Limits:
    """How much less than a user somebody may do who acts for them, a token say. `clusters` None: all of theirs."""

    permissions: frozenset[str]
    clusters: frozenset[int] | None = None

    def as_data(self) -> dict[str, list]:
        clusters = None if self.clusters is None else sorted(self.clusters)
        return {"permissions": sorted(self.permissions), "clusters": clusters}

    @classmethod
    def of_data(cls, data: Mapping[str, Any] | None) -> "Limits | None":
        if data is None:
            return None
        clusters = data["clusters"]
        return cls(frozenset(data["permissions"]), None if clusters is None else frozenset(clusters))


def limit(user, limits: Limits | None) -> None:
    """Have every look-up for this object of a user, and only this object, find no more than the limits allow."""
    user.access_limits = limits


def limits_of(user) -> Limits | None:
    return getattr(user, "access_limits", None)


def is_platform_admin(user) -> bool:
    """Who sees everything, whatever belongs to a cluster or not; one who acts within limits is none."""
    return user.is_active and user.is_superuser and limits_of(user) is None


Held = Mapping[int, frozenset[str]]
"""Cluster id → the permissions held there. A cluster that is missing may not even be seen."""


def held_by(user) -> Held:
    """All that this user holds, in at most two queries however many clusters and grants there are."""
    return _within(_held(user), limits_of(user))


def _within(held: Held, limits: Limits | None) -> Held:
    if limits is None:
        return held
    return {
        cluster_id: permissions & limits.permissions
        for cluster_id, permissions in held.items()
        if limits.clusters is None or cluster_id in limits.clusters
    }


def _held(user) -> Held:
    if not user.is_active or user.is_anonymous:
        return {}
    if user.is_superuser:
        everything = frozenset(PERMISSIONS)
        return dict.fromkeys(Cluster.objects.values_list("pk", flat=True), everything)
    own = ClusterUserPermission.objects.filter(user=user)
    shared = ClusterGroupPermission.objects.filter(group__user=user)
    pairs = own.values_list("content_object_id", "permission__codename").union(
        shared.values_list("content_object_id", "permission__codename")
    )
    held: dict[int, set[str]] = defaultdict(set)
    for cluster_id, codename in pairs:
        held[cluster_id].add(codename)
    return {cluster_id: frozenset(codenames) for cluster_id, codenames in held.items() if VIEW in codenames}


def visible_clusters(user) -> models.QuerySet[Cluster]:
    """The clusters this user may see, as a query that can be refined further."""
    limits = limits_of(user)
    clusters = _visible_clusters(user)
    return clusters if limits is None or limits.clusters is None else clusters.filter(pk__in=limits.clusters)


def _visible_clusters(user) -> models.QuerySet[Cluster]:
    if not user.is_active or user.is_anonymous:
        return Cluster.objects.none()
    if user.is_superuser:
        return Cluster.objects.all()
    own = ClusterUserPermission.objects.filter(user=user, permission__codename=VIEW)
    shared = ClusterGroupPermission.objects.filter(group__user=user, permission__codename=VIEW)
    return Cluster.objects.filter(
        Q(pk__in=own.values("content_object_id")) | Q(pk__in=shared.values("content_object_id"))
    )


def can(user, permission: str, cluster: Cluster) -> bool:
    """Whether the user holds this permission on this one cluster. For many, ask `held_by` once."""
    return permission in held_by(user).get(cluster.pk, frozenset())


def why_not(held: Held, permission: str, cluster: Cluster) -> str:
    """The sentence that refuses, or "" if the permission is held."""
    if permission in held.get(cluster.pk, frozenset()):
        return ""
    return _refusal(permission, cluster.name, get_language())


def why_nowhere(held: Held, permission: str, clusters: Iterable[int]) -> str:
    """The sentence that refuses on all of these clusters, or "" if the permission is held on one of them."""
    if any(permission in held.get(cluster, ()) for cluster in clusters):
        return ""
    return _("You do not have the “%(permission)s” permission on any of these clusters.") % {
        "permission": LABELS[permission]
    }


@lru_cache(maxsize=4096)
def _refusal(permission: str, cluster: str, language: str | None) -> str:
    """Kept: a page of the API says it of each row and each action."""
    return _("You do not have the “%(permission)s” permission on cluster %(cluster)s.") % {
        "permission": LABELS[permission],
        "cluster": cluster,
    }


def set_permissions(principal, granted: Mapping[int, Iterable[str]]) -> None:
    """Make `granted` (cluster id → permissions) exactly what this user or group holds by itself."""
    table, field = (
        (ClusterGroupPermission, "group") if isinstance(principal, Group) else (ClusterUserPermission, "user")
    )
    ids = dict(
        Permission.objects.filter(content_type__app_label="clusters", codename__in=PERMISSIONS).values_list(
            "codename", "pk"
        )
    )
    wanted = {(cluster_id, ids[codename]) for cluster_id, codenames in granted.items() for codename in codenames}
    rows = table.objects.filter(**{field: principal})
    present = {(row.content_object_id, row.permission_id): row.pk for row in rows}
    table.objects.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
    table.objects.bulk_create(
        table(**{field: principal}, content_object_id=cluster_id, permission_id=permission_id)
        for cluster_id, permission_id in wanted - present.keys()
    )
    rights_version.bump()
