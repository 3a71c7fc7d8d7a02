from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import explaining
from accounts.models import Grant, OwnRole, User
from audit.models import Event
from clusters import access
from clusters.access import CONSOLE, OPERATE, PROVISION, VIEW
from clusters.models import ClusterGroup


@pytest.fixture
def ada(make_user):
    return make_user()


class TestExpiry:
    def test_a_grant_ends_by_itself(self, ada, cluster):
        Grant.objects.create(
            user=ada, role="operator", cluster=cluster, expires_at=timezone.now() + timedelta(hours=1)
        )
        assert access.can(ada, OPERATE, cluster) and cluster in access.visible_clusters(ada)
        with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
            assert not access.held_by(ada) and cluster not in access.visible_clusters(ada)

    def test_another_that_does_not_end_goes_on(self, ada, cluster):
        soon = timezone.now() + timedelta(hours=1)
        Grant.objects.create(user=ada, role="operator", cluster=cluster, expires_at=soon)
        Grant.objects.create(user=ada, role="viewer", cluster=cluster)
        with time_machine.travel(soon + timedelta(seconds=1)):
            assert access.can(ada, VIEW, cluster) and not access.can(ada, OPERATE, cluster)

    def test_through_a_group_too(self, ada, cluster):
        crew = Group.objects.create(name="crew")
        crew.user_set.add(ada)
        soon = timezone.now() + timedelta(hours=1)
        Grant.objects.create(group=crew, role="operator", everywhere=True, expires_at=soon)
        assert access.can(ada, OPERATE, cluster)
        with time_machine.travel(soon + timedelta(seconds=1)):
            assert not access.held_by(ada)


class TestOwnRoles:
    @pytest.fixture
    def helpdesk(self, db):
        return OwnRole.objects.create(slug="helpdesk", name="Help desk", permissions=["console_cluster"])

    def test_it_bundles_what_was_chosen_and_seeing(self, ada, cluster, helpdesk):
        Grant.objects.create(user=ada, role="helpdesk", cluster=cluster)
        assert access.held_by(ada)[cluster.pk] == {VIEW, CONSOLE}

    def test_a_change_holds_at_once(self, ada, cluster, helpdesk):
        Grant.objects.create(user=ada, role="helpdesk", cluster=cluster)
        helpdesk.permissions = ["operate_cluster"]
        helpdesk.save()
        assert access.held_by(ada)[cluster.pk] == {VIEW, OPERATE}
        helpdesk.delete()
        assert not access.held_by(ada)

    def test_it_may_ask_for_a_second_factor(self, ada, cluster, helpdesk):
        Grant.objects.create(user=ada, role="helpdesk", cluster=cluster)
        helpdesk.second_factor = True
        helpdesk.save()
        assert User.objects.get(pk=ada.pk).must_add_second_factor

    def test_no_role_of_one_s_own_has_a_built_in_name(self, db):
        with pytest.raises(ValidationError):
            OwnRole(slug="admin", name="x").full_clean()

    def test_only_roles_that_there_are(self, ada, cluster):
        with pytest.raises(ValidationError):
            Grant(user=ada, role="captain", cluster=cluster).full_clean()
        with pytest.raises(CommandError, match="no role captain"):
            call_command("create_user", "eve", "--role", "captain", "--everywhere")

    def test_changes_are_audited(self, helpdesk):
        helpdesk.permissions = ["operate_cluster"]
        helpdesk.save()
        event = Event.objects.get(action="accounts.ownrole.change")
        assert event.params["changes"]["permissions"] == [["console_cluster"], ["operate_cluster"]]


class TestExplained:
    @pytest.fixture
    def granted(self, ada, cluster, other_cluster):
        production = ClusterGroup.objects.create(name="production")
        cluster.group = production
        cluster.save()
        ops = Group.objects.create(name="ops")
        ops.user_set.add(ada)
        until = timezone.now() + timedelta(days=3)
        Grant.objects.create(group=ops, role="operator", cluster_group=production, expires_at=until)
        Grant.objects.create(user=ada, role="viewer", everywhere=True)
        return ada

    def test_by_person(self, granted, cluster, other_cluster, django_assert_num_queries):
        with django_assert_num_queries(2):
            lines = explaining.of_user(granted, [cluster, other_cluster])
        assert [line.cluster.name for line in lines] == ["east", "west"]
        (source,) = lines[0].sources[OPERATE]
        assert str(source).startswith("operator through group ops, on group production, until")
        assert len(lines[0].sources[VIEW]) == 2 and OPERATE not in lines[1].sources

    def test_by_cluster(self, granted, cluster, make_user, platform_admin):
        lines = explaining.of_cluster(cluster)
        assert [line.user.username for line in lines] == ["root", "ada"]
        assert set(lines[1].sources) == {VIEW, OPERATE, PROVISION, CONSOLE}

    def test_what_it_says_is_what_holds(self, granted, cluster, other_cluster):
        held = access.held_by(granted)
        for line in explaining.of_user(granted, [cluster, other_cluster]):
            assert set(line.sources) == held[line.cluster.pk]

    def test_pages(self, client, granted, platform_admin, cluster):
        client.force_login(granted)
        assert "through group ops" in client.get("/accounts/rights/").content.decode()
        assert client.get("/accounts/rights/all/").status_code == 403
        client.force_login(platform_admin)
        assert "through group ops" in client.get("/accounts/rights/all/?user=ada").content.decode()
        assert "ada" in client.get("/accounts/rights/all/?cluster=east").content.decode()
        assert client.get("/accounts/rights/all/?cluster=moon").status_code == 404
