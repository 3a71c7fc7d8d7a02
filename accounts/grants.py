"""From grants to permissions.

`clusters.access` holds per user and per group which permissions they have on which cluster. This module keeps that
equal to the grants: it recomputes a principal as a whole, from all of its grants, whenever

- one of its grants is saved or deleted (also by the deletion of a cluster group),
- a cluster is created or moves to another cluster group.

What a *group* holds is written for the group, and `access` asks for a user's groups at each look-up; so that people
joining or leaving a group, like accounts being disabled, need nothing to be recomputed. Deleting a user, a group or a
cluster takes its permissions along in the database.

`QuerySet.update` and `bulk_create` send no signals: grants are saved one by one, and clusters moved one by one.
"""

from collections import defaultdict

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_save
from django.utils import timezone

from accounts.models import Grant, User
from accounts.own_roles import OwnRole, permissions_by_role
from clusters import access
from clusters.models import Cluster


def effective(principal: User | Group) -> dict[int, dict[str, access.Terms]]:
    """Cluster id → what the principal's own grants add up to there, with when and where each permission holds.
    Grants that have run out count for nothing."""
    group_of = dict(Cluster.objects.values_list("pk", "group_id"))
    members = defaultdict(list)
    for cluster_id, group_id in group_of.items():
        members[group_id].append(cluster_id)
    roles = permissions_by_role()
    granted: dict[int, dict[str, access.Terms]] = defaultdict(dict)
    for grant in principal.grants.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now())):
        if grant.everywhere:
            cluster_ids = group_of
        elif grant.cluster_group_id:
            cluster_ids = members[grant.cluster_group_id]
        else:
            cluster_ids = [grant.cluster_id]
        for cluster_id in cluster_ids:
            for permission in roles.get(grant.role, ()):
                _add(granted[cluster_id], permission, grant)
    return granted


def _add(held: dict[str, access.Terms], permission: str, grant: Grant) -> None:
    if grant.expires_at is None and not grant.projects:
        held[permission] = None
    elif held.setdefault(permission, []) is not None:
        until = None if grant.expires_at is None else grant.expires_at.timestamp()
        held[permission] = [*(held[permission] or []), {"until": until, "projects": grant.projects or None}]


@transaction.atomic
def recompute(*principals: User | Group) -> None:
    """Write what these principals hold. One at a time in the whole platform: of two transactions that change grants
    and clusters at once, the second waits for the first and then sees what it did."""
    list(Permission.objects.select_for_update().filter(codename=access.VIEW).values_list("pk"))
    for principal in principals:
        access.set_permissions(principal, effective(principal))


def recompute_all() -> None:
    """Write what everybody holds, for data that came in without signals."""
    recompute(
        *_principals(Grant.objects.all()),
        *User.objects.filter(grants=None),
        *Group.objects.filter(grants=None),
    )


def _principals(grants) -> list[User | Group]:
    grants = grants.select_related("user", "group").order_by()
    return list({(type(grant.principal), grant.principal.pk): grant.principal for grant in grants}.values())


def _grant_about_to_be_saved(sender, instance: Grant, **kwargs) -> None:
    instance.principals_before = _principals(Grant.objects.filter(pk=instance.pk))


def _grant_saved(sender, instance: Grant, raw: bool = False, **kwargs) -> None:
    if not raw:
        recompute(*{*instance.principals_before, instance.principal})


def _grant_deleted(sender, instance: Grant, origin=None, **kwargs) -> None:
    model = getattr(origin, "model", type(origin))
    if model not in (User, Group, Cluster):  # those take the permissions along
        recompute(instance.principal)


def _cluster_about_to_be_saved(sender, instance: Cluster, **kwargs) -> None:
    instance.group_before = Cluster.objects.filter(pk=instance.pk).values_list("group_id", flat=True).first()


def _cluster_saved(sender, instance: Cluster, created: bool, raw: bool = False, **kwargs) -> None:
    if raw or (not created and instance.group_id == instance.group_before):
        return
    touched = Q(cluster_group__in=[pk for pk in (instance.group_id, instance.group_before) if pk])
    if created:
        touched |= Q(everywhere=True)
    recompute(*_principals(Grant.objects.filter(touched)))


def _role_changed(sender, instance: OwnRole, raw: bool = False, **kwargs) -> None:
    if not raw:
        recompute(*_principals(Grant.objects.filter(role=instance.slug)))


def connect() -> None:
    post_save.connect(_role_changed, sender=OwnRole)
    post_delete.connect(_role_changed, sender=OwnRole)
    pre_save.connect(_grant_about_to_be_saved, sender=Grant)
    post_save.connect(_grant_saved, sender=Grant)
    post_delete.connect(_grant_deleted, sender=Grant)
    pre_save.connect(_cluster_about_to_be_saved, sender=Cluster)
    post_save.connect(_cluster_saved, sender=Cluster)
