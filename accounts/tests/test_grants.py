import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import grants
from accounts.models import Grant, User
from accounts.roles import PERMISSIONS, Role
from clusters import access
from clusters.access import ClusterGroupPermission, ClusterUserPermission
from clusters.models import Cluster

VIEWER = {access.VIEW}
OPERATOR = {access.VIEW, access.OPERATE, access.PROVISION, access.CONSOLE}


def held(user: User, cluster: Cluster) -> frozenset[str]:
    return access.held_by(User.objects.get(pk=user.pk)).get(cluster.pk, frozenset())


def test_the_roles_bundle_what_access_knows():
    assert set(PERMISSIONS) == set(Role.values)
    assert PERMISSIONS[Role.VIEWER] == VIEWER
    assert PERMISSIONS[Role.OPERATOR] == OPERATOR
    assert PERMISSIONS[Role.ADMIN] == set(access.PERMISSIONS)


@pytest.mark.parametrize("role", Role.values)
def test_a_grant_on_one_cluster_gives_its_role_there_alone(make_user, make_cluster, role):
    user, north, south = make_user(), make_cluster("north"), make_cluster("south")
    grant = Grant.objects.create(user=user, role=role, cluster=north)
    assert held(user, north) == PERMISSIONS[role]
    assert not held(user, south)
    grant.delete()
    assert not held(user, north)


def test_an_admin_by_grant_is_no_platform_admin(make_user, make_cluster):
    user, north = make_user(), make_cluster("north")
    Grant.objects.create(user=user, role=Role.ADMIN, everywhere=True)
    user.refresh_from_db()
    assert held(user, north) == set(access.PERMISSIONS)
    assert not user.is_superuser
    assert not user.is_staff


def test_staff_is_who_is_superuser(make_user):
    user = make_user(is_staff=True)
    assert not User.objects.get(pk=user.pk).is_staff
    user.is_superuser = True
    user.save(update_fields=["is_superuser"])
    assert User.objects.get(pk=user.pk).is_staff


def test_grants_add_up(make_user, make_cluster, eu):
    user, north = make_user(), make_cluster("north", eu)
    Grant.objects.create(user=user, role=Role.VIEWER, everywhere=True)
    operator = Grant.objects.create(user=user, role=Role.OPERATOR, cluster_group=eu)
    assert held(user, north) == OPERATOR
    operator.delete()
    assert held(user, north) == VIEWER


def test_a_rewritten_grant_leaves_nothing_behind(make_user, make_cluster):
    ada, bob, north = make_user("ada"), make_user("bob"), make_cluster("north")
    grant = Grant.objects.create(user=ada, role=Role.OPERATOR, cluster=north)
    grant.role = Role.VIEWER
    grant.save()
    assert held(ada, north) == VIEWER
    grant.user = bob
    grant.save()
    assert not held(ada, north)
    assert held(bob, north) == VIEWER


def test_members_of_a_group_hold_what_the_group_was_granted(make_user, make_cluster):
    user, north, team = make_user(), make_cluster("north"), Group.objects.create(name="team")
    Grant.objects.create(group=team, role=Role.OPERATOR, cluster=north)
    assert not held(user, north)
    user.groups.add(team)
    assert held(user, north) == OPERATOR
    user.groups.remove(team)
    assert not held(user, north)
    user.groups.add(team)
    team.delete()
    assert not held(user, north)


def test_everywhere_means_later_clusters_too(make_user, make_cluster):
    user, team = make_user(), Group.objects.create(name="team")
    other = make_user("other")
    other.groups.add(team)
    Grant.objects.create(user=user, role=Role.VIEWER, everywhere=True)
    Grant.objects.create(group=team, role=Role.OPERATOR, everywhere=True)
    late = make_cluster("late")
    assert held(user, late) == VIEWER
    assert held(other, late) == OPERATOR


def test_a_cluster_takes_on_the_grants_of_the_group_it_moves_to(make_user, make_cluster, eu):
    user, north = make_user(), make_cluster("north")
    Grant.objects.create(user=user, role=Role.OPERATOR, cluster_group=eu)
    assert not held(user, north)
    north.group = eu
    north.save()
    assert held(user, north) == OPERATOR
    north.group = None
    north.save()
    assert not held(user, north)


def test_a_cluster_created_in_a_group_is_granted_with_it(make_user, make_cluster, eu):
    user = make_user()
    Grant.objects.create(user=user, role=Role.OPERATOR, cluster_group=eu)
    assert held(user, make_cluster("north", eu)) == OPERATOR
    assert not held(user, make_cluster("south"))


def test_a_deleted_cluster_group_takes_its_grants_along(make_user, make_cluster, eu):
    user, north = make_user(), make_cluster("north", eu)
    Grant.objects.create(user=user, role=Role.OPERATOR, cluster_group=eu)
    eu.delete()
    assert not held(user, north)
    assert Cluster.objects.filter(pk=north.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_deleted_cluster_leaves_no_permission_behind(make_user, make_cluster, eu):
    """Committed for real: a recomputation in the middle of the deletion would point at a row that goes."""
    user, north, south = make_user(), make_cluster("north", eu), make_cluster("south")
    Grant.objects.create(user=user, role=Role.OPERATOR, cluster=north)
    Grant.objects.create(user=user, role=Role.VIEWER, cluster_group=eu)
    Grant.objects.create(user=user, role=Role.VIEWER, everywhere=True)
    north.delete()
    assert held(user, south) == VIEWER
    assert Grant.objects.filter(user=user).count() == 2
    assert not ClusterUserPermission.objects.exclude(content_object=south).exists()


@pytest.mark.django_db(transaction=True)
def test_deleted_principals_leave_no_permission_behind(make_user, make_cluster):
    user, north, team = make_user(), make_cluster("north"), Group.objects.create(name="team")
    Grant.objects.create(user=user, role=Role.OPERATOR, cluster=north)
    Grant.objects.create(user=user, role=Role.VIEWER, everywhere=True)
    Grant.objects.create(group=team, role=Role.OPERATOR, cluster=north)
    user.delete()
    Group.objects.filter(pk=team.pk).delete()
    assert not Grant.objects.exists()
    assert not ClusterUserPermission.objects.exists()
    assert not ClusterGroupPermission.objects.exists()


def test_an_inactive_user_holds_nothing_and_gets_it_back(make_user, make_cluster):
    user, north = make_user(), make_cluster("north")
    Grant.objects.create(user=user, role=Role.OPERATOR, cluster=north)
    user.is_active = False
    user.save()
    assert not held(user, north)
    user.is_active = True
    user.save()
    assert held(user, north) == OPERATOR


def test_recompute_all_repairs_both_ways(make_user, make_cluster):
    ada, bob, north = make_user("ada"), make_user("bob"), make_cluster("north")
    Grant.objects.create(user=ada, role=Role.VIEWER, cluster=north)
    access.set_permissions(ada, {})
    access.set_permissions(bob, {north.pk: [access.VIEW]})
    grants.recompute_all()
    assert held(ada, north) == VIEWER
    assert not held(bob, north)


def test_nothing_is_granted_when_it_cannot_be_written_out(make_user, make_cluster, monkeypatch):
    user, north = make_user(), make_cluster("north")

    def broken(principal, granted):
        raise IntegrityError("full")

    monkeypatch.setattr(access, "set_permissions", broken)
    with pytest.raises(IntegrityError):
        Grant.objects.create(user=user, role=Role.VIEWER, cluster=north)
    assert not Grant.objects.exists()


@pytest.mark.parametrize("principal", [{}, {"user", "group"}])
def test_a_grant_has_exactly_one_principal(make_user, make_cluster, principal):
    both = {"user": make_user(), "group": Group.objects.create(name="team")}
    grant = Grant(role=Role.VIEWER, everywhere=True, **{name: both[name] for name in principal})
    _refused(grant, "one user or for one group")


@pytest.mark.parametrize(
    "scope",
    [
        set(),
        {"cluster", "cluster_group"},
        {"cluster", "everywhere"},
        {"cluster_group", "everywhere"},
        {"cluster", "cluster_group", "everywhere"},
    ],
)
def test_a_grant_has_exactly_one_scope(make_user, make_cluster, eu, scope):
    every = {"cluster": make_cluster("north"), "cluster_group": eu, "everywhere": True}
    grant = Grant(user=make_user(), role=Role.VIEWER, **{name: every[name] for name in scope})
    _refused(grant, "on one cluster")


@pytest.mark.parametrize("principal", ["user", "group"])
@pytest.mark.parametrize("scope", ["cluster", "cluster_group", "everywhere"])
def test_the_same_grant_is_there_once(make_user, make_cluster, eu, principal, scope):
    who = {"user": make_user(), "group": Group.objects.create(name="team")}[principal]
    on = {"cluster": make_cluster("north"), "cluster_group": eu, "everywhere": True}[scope]
    Grant.objects.create(role=Role.VIEWER, **{principal: who, scope: on})
    Grant.objects.create(role=Role.OPERATOR, **{principal: who, scope: on})
    _refused(Grant(role=Role.VIEWER, **{principal: who, scope: on}), "already")


def _refused(grant: Grant, sentence: str) -> None:
    """By the forms with a sentence, and by the database whoever writes."""
    with pytest.raises(ValidationError, match=sentence):
        grant.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.bulk_create([grant])
