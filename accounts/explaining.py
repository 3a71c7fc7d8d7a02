"""Where rights come from: for each cluster and permission the grants that give it, in both directions."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Grant, User
from accounts.own_roles import permissions_by_role
from clusters.access import LABELS, PERMISSIONS
from clusters.models import Cluster


@dataclass(frozen=True)
class Source:
    """One grant, as the reason for a right."""

    grant: Grant
    group: Group | None = None

    @property
    def until(self) -> datetime | None:
        return self.grant.expires_at

    def __str__(self) -> str:
        """“administrator through group ops, on group production, until 3 May”"""
        role = self.grant.get_role_display()
        parts = [_("%(role)s through group %(group)s") % {"role": role, "group": self.group} if self.group else role]
        if self.grant.everywhere:
            parts.append(_("on every cluster"))
        elif self.grant.cluster_group_id:
            parts.append(_("on group %(name)s") % {"name": self.grant.cluster_group})
        if self.grant.projects:
            parts.append(_("in %(count)d projects") % {"count": len(self.grant.projects)})
        if self.until:
            moment = date_format(timezone.localtime(self.until), "DATETIME_FORMAT")
            parts.append(_("until %(moment)s") % {"moment": moment})
        return ", ".join(parts)


@dataclass
class Line:
    """What one person holds on one cluster: permission → its sources."""

    user: User
    cluster: Cluster
    sources: dict[str, list[Source]] = field(default_factory=lambda: defaultdict(list))

    @property
    def cells(self) -> list[dict[str, Any]]:
        return [
            {"label": LABELS[name], "sources": self.sources.get(name, []), "admin": self.user.is_superuser}
            for name in PERMISSIONS
        ]


def running() -> Q:
    return Q(expires_at=None) | Q(expires_at__gt=timezone.now())


def of_user(user: User, clusters: list[Cluster]) -> list[Line]:
    """One line for each of these clusters where the user holds anything; all of them for a platform admin. Three
    queries, however many grants."""
    grants = Grant.objects.filter(running(), Q(user=user) | Q(group__user=user))
    grants = grants.select_related("group", "cluster_group").distinct()
    roles = permissions_by_role()
    lines = {cluster.pk: Line(user, cluster) for cluster in clusters}
    for grant in grants:
        for line in lines.values():
            if _covers(grant, line.cluster):
                _add(line, grant, roles)
    return [line for line in lines.values() if line.sources or user.is_superuser]


def of_cluster(cluster: Cluster) -> list[Line]:
    """One line for each person who holds anything there, platform admins first. Four queries."""
    covering = Q(cluster=cluster) | Q(everywhere=True)
    if cluster.group_id:
        covering |= Q(cluster_group=cluster.group_id)
    grants = Grant.objects.filter(running(), covering).select_related("user", "group", "cluster_group")
    grants = list(grants.prefetch_related("group__user_set"))
    roles = permissions_by_role()
    lines: dict[int, Line] = {
        user.pk: Line(user, cluster) for user in User.objects.filter(is_superuser=True, is_active=True)
    }
    for grant in grants:
        for user in [grant.user] if grant.user_id else grant.group.user_set.all():
            if user.is_active:
                _add(lines.setdefault(user.pk, Line(user, cluster)), grant, roles)
    return sorted(lines.values(), key=lambda line: (not line.user.is_superuser, line.user.get_username().lower()))


def _covers(grant: Grant, cluster: Cluster) -> bool:
    if grant.everywhere or grant.cluster_id == cluster.pk:
        return True
    return grant.cluster_group_id is not None and grant.cluster_group_id == cluster.group_id


def _add(line: Line, grant: Grant, roles: dict[str, frozenset[str]]) -> None:
    source = Source(grant, grant.group if grant.group_id else None)
    for permission in roles.get(grant.role, ()):
        line.sources[permission].append(source)
