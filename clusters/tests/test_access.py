import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission

from clusters import access
from clusters.access import OPERATE, PERMISSIONS, VIEW
from tests.factories import make_cluster


def test_a_stranger_holds_nothing(cluster, make_user):
    assert access.held_by(make_user("eve")) == {}
    assert access.held_by(AnonymousUser()) == {}
    assert not access.visible_clusters(make_user("mallory")).exists()


def test_own_and_group_permissions_add_up(cluster, other_cluster, make_user):
    user = make_user("olga", {cluster: [VIEW]})
    group = Group.objects.create(name="night shift")
    user.groups.add(group)
    access.set_permissions(group, {cluster.pk: [VIEW, OPERATE], other_cluster.pk: [VIEW]})
    assert access.held_by(user) == {cluster.pk: {VIEW, OPERATE}, other_cluster.pk: {VIEW}}
    assert set(access.visible_clusters(user)) == {cluster, other_cluster}


def test_without_view_there_is_nothing(cluster, make_user):
    user = make_user("odd", {cluster: [OPERATE]})
    assert access.held_by(user) == {}
    assert not access.can(user, OPERATE, cluster)


def test_a_superuser_holds_everything_while_active(cluster, platform_admin):
    assert access.held_by(platform_admin) == {cluster.pk: frozenset(PERMISSIONS)}
    platform_admin.is_active = False
    assert access.held_by(platform_admin) == {}


def test_a_permission_on_the_model_opens_no_cluster(cluster, make_user):
    user = make_user("global")
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="clusters"))
    assert access.held_by(user) == {}
    assert not access.visible_clusters(user).exists()


def test_set_permissions_is_exact(cluster, other_cluster, make_user):
    user = make_user("anna", {cluster: [VIEW, OPERATE]})
    access.set_permissions(user, {other_cluster.pk: [VIEW]})
    assert access.held_by(user) == {other_cluster.pk: {VIEW}}


@pytest.mark.parametrize("grants", [1, 20])
def test_one_query_however_many_grants(make_user, grants, django_assert_num_queries):
    user = make_user("busy", {make_cluster(f"c{n}"): [VIEW, OPERATE] for n in range(grants)})
    with django_assert_num_queries(1):
        assert len(access.held_by(user)) == grants


def test_the_refusal_names_permission_and_cluster(cluster, make_user):
    held = access.held_by(make_user("vera", {cluster: [VIEW]}))
    assert access.why_not(held, VIEW, cluster) == ""
    assert "operate" in access.why_not(held, OPERATE, cluster)
    assert "east" in access.why_not(held, OPERATE, cluster)
