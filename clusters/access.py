"""Who may do what on which cluster. Every door asks here.

Permissions are held per cluster, never "on the model": a global permission would silently open every cluster,
and guardian's own look-ups would honour it. An inactive user holds nothing; a superuser holds everything.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
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

    def reaches(self, cluster_id: int) -> bool:
        return self.clusters is None or cluster_id in self.clusters

    def as_data(self) -> dict[str, list | None]:
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


class Rights(dict[int, frozenset[str]]):
    """Cluster id → the permissions held on the whole of it. What is held in some projects only stands apart, so that
    whoever does not ask about projects finds nothing there: closed by default."""

    def __init__(self, whole: Mapping[int, frozenset[str]] | None = None) -> None:
        super().__init__(whole or {})
        self.in_projects: dict[int, dict[str, frozenset[str]]] = {}
        """Cluster id → permission → the ids of the projects where it is held."""

    def projects(self, cluster_id: int, permission: str) -> frozenset[str]:
        return self.in_projects.get(cluster_id, {}).get(permission, frozenset())


Held = Rights
Terms = list[dict[str, Any]] | None
"""When and where a permission on a cluster holds: `{"until": seconds or None, "projects": [ids] or None}`, one of
which must be met. None: always, and on the whole cluster."""


def held_by(user) -> Held:
    """All that this user holds, in at most two queries however many clusters and grants there are."""
    return _within(_held(user), limits_of(user))


def _within(held: Held, limits: Limits | None) -> Held:
    if limits is None:
        return held
    narrowed = Rights({pk: names & limits.permissions for pk, names in held.items() if limits.reaches(pk)})
    for cluster_id, found in held.in_projects.items():
        if limits.reaches(cluster_id):
            narrowed.in_projects[cluster_id] = {name: ids for name, ids in found.items() if name in limits.permissions}
    return narrowed


def _held(user) -> Held:
    if not user.is_active or user.is_anonymous:
        return Rights()
    if user.is_superuser:
        return Rights(dict.fromkeys(Cluster.objects.values_list("pk", flat=True), frozenset(PERMISSIONS)))
    own = ClusterUserPermission.objects.filter(_now(), user=user)
    shared = ClusterGroupPermission.objects.filter(_now(), group__user=user)
    columns = ("content_object_id", "permission__codename", "terms")
    whole: dict[int, set[str]] = defaultdict(set)
    parts: dict[int, dict[str, frozenset[str]]] = defaultdict(dict)
    for cluster_id, codename, terms in own.values_list(*columns).union(shared.values_list(*columns), all=True):
        projects = _projects_of(terms)
        if projects is None:
            whole[cluster_id].add(codename)
        elif projects:
            parts[cluster_id][codename] = parts[cluster_id].get(codename, frozenset()) | projects
    held = Rights({pk: frozenset(names) for pk, names in whole.items() if VIEW in names})
    for cluster_id, found in parts.items():
        viewed = found.get(VIEW, frozenset())
        # Nothing is held where nothing may be seen; and what is held on the whole cluster needs no project.
        inside = {name: ids if cluster_id in held else ids & viewed for name, ids in found.items()}
        for name in whole[cluster_id] if cluster_id not in held else ():
            inside[name] = viewed
        inside = {name: ids for name, ids in inside.items() if ids and name not in held.get(cluster_id, ())}
        if inside:
            held.in_projects[cluster_id] = inside
    return held


def _now() -> Q:
    return Q(until=None) | Q(until__gt=timezone.now())


def _projects_of(terms: Terms) -> frozenset[str] | None:
    """The projects where a permission holds now; None: the whole cluster."""
    if terms is None:
        return None
    moment, projects = timezone.now().timestamp(), set()
    for term in terms:
        if term["until"] is None or term["until"] > moment:
            if term["projects"] is None:
                return None
            projects |= set(term["projects"])
    return frozenset(projects)


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
    own, shared = _views_of(user)
    return Cluster.objects.filter(
        Q(pk__in=own.values("content_object_id")) | Q(pk__in=shared.values("content_object_id"))
    )


def _views_of(user) -> tuple[models.QuerySet, models.QuerySet]:
    viewing = _now() & Q(permission__codename=VIEW)
    return (
        ClusterUserPermission.objects.filter(viewing, user=user),
        ClusterGroupPermission.objects.filter(viewing, group__user=user),
    )


def clusters_and_projects(user) -> tuple[list[Cluster], dict[int, frozenset[str]]]:
    """The clusters this user may see, with their groups; and of those where that is some projects only, which. One
    query for who is not limited to projects anywhere."""
    clusters = visible_clusters(user).select_related("group")
    if user.is_superuser or user.is_anonymous or not user.is_active:
        return list(clusters), {}
    own, shared = _views_of(user)
    limited = {"content_object_id": OuterRef("pk"), "terms__isnull": False}
    found = list(clusters.annotate(perhaps_limited=Exists(own.filter(**limited)) | Exists(shared.filter(**limited))))
    if not any(cluster.perhaps_limited for cluster in found):
        return found, {}
    held = held_by(user)
    return found, {c.pk: held.projects(c.pk, VIEW) for c in found if c.pk not in held}


def can(user, permission: str, cluster: Cluster) -> bool:
    """Whether the user holds this permission on this one cluster. For many, ask `held_by` once."""
    return permission in held_by(user).get(cluster.pk, frozenset())


def why_not(held: Held, permission: str, cluster: Cluster) -> str:
    """The sentence that refuses, or "" if the permission is held."""
    if permission in held.get(cluster.pk, frozenset()):
        return ""
    return _refusal(permission, cluster.name, get_language())


def why_not_on(held: Held, permission: str, item: Any) -> str:
    """The same for one resource, which may lie in one of the projects where the permission is held."""
    if permission in held.get(item.cluster_id, frozenset()):
        return ""
    if item.in_projects(held.projects(item.cluster_id, permission)):
        return ""
    return _refusal(permission, item.cluster.name, get_language())


def why_not_in_project(held: Held, permission: str, cluster: Cluster, project_id: str | None) -> str:
    """The same for something new in a project of a cluster; None: in none that somebody chose."""
    if permission in held.get(cluster.pk, frozenset()):
        return ""
    projects = held.projects(cluster.pk, permission)
    if not projects:
        return _refusal(permission, cluster.name, get_language())
    if project_id is None:
        return _("Choose a project: on cluster %(cluster)s your rights are for some projects only.") % {
            "cluster": cluster.name
        }
    if project_id not in projects:
        return _("On cluster %(cluster)s you do not have the “%(permission)s” permission in this project.") % {
            "permission": LABELS[permission],
            "cluster": cluster.name,
        }
    return ""


def why_nowhere(held: Held, permission: str, clusters: Iterable[int]) -> str:
    """The sentence that refuses on all of these clusters, or "" if the permission is held on one of them."""
    if any(permission in held.get(cluster, ()) or held.projects(cluster, permission) for cluster in clusters):
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


def set_permissions(principal, granted: Mapping[int, Iterable[str] | Mapping[str, Terms]]) -> None:
    """Make `granted` (cluster id → permissions, perhaps each with its terms) exactly what this user or group holds
    by itself."""
    table, field = (
        (ClusterGroupPermission, "group") if isinstance(principal, Group) else (ClusterUserPermission, "user")
    )
    ids = dict(
        Permission.objects.filter(content_type__app_label="clusters", codename__in=PERMISSIONS).values_list(
            "codename", "pk"
        )
    )
    wanted: dict[tuple[int, int], Terms] = {}
    for cluster_id, codenames in granted.items():
        for codename in codenames:
            terms = codenames[codename] if isinstance(codenames, Mapping) else None
            wanted[cluster_id, ids[codename]] = terms
    rows = table.objects.filter(**{field: principal})
    present = {(row.content_object_id, row.permission_id): row for row in rows}
    gone = [row.pk for pair, row in present.items() if pair not in wanted or row.terms != wanted[pair]]
    table.objects.filter(pk__in=gone).delete()
    table.objects.bulk_create(
        table(
            **{field: principal},
            content_object_id=pair[0],
            permission_id=pair[1],
            terms=terms,
            until=_last_moment(terms),
        )
        for pair, terms in wanted.items()
        if pair not in present or present[pair].terms != terms
    )
    rights_version.bump()


def _last_moment(terms: Terms) -> datetime | None:
    """When the last of them runs out; None: never."""
    moments = [term["until"] for term in terms or [{"until": None}]]
    return None if None in moments else datetime.fromtimestamp(max(moments), tz=UTC)
