"""Changes of the platform's own data, each once, with who did it where somebody signed."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import ApiToken, Grant, User
from audit.acting import Actor, sign
from audit.models import Event
from clusters.models import ClusterGroup, Credential
from monitoring.usage.models import Price


@pytest.fixture
def root(make_user) -> User:
    return make_user("root", is_superuser=True)


@pytest.fixture
def admin(client, root):
    client.force_login(root)
    return client


def last(action: str) -> Event:
    return Event.objects.get(action=action)


def test_the_fields_that_changed_with_their_values(make_cluster):
    north = make_cluster("north")
    north.region = "RegionOne"
    north.verify_tls = False
    north.save()
    event = last("clusters.cluster.change")
    assert event.params == {"changes": {"region": ["", "RegionOne"], "verify_tls": [True, False]}}
    assert (event.cluster, event.cluster_name, event.name) == (north, "north", "north")
    assert (event.via, event.user, event.phase) == ("system", None, "noted")


@pytest.mark.parametrize("update_fields", [None, ["capabilities", "checked_at"]])
def test_bookkeeping_is_no_change(make_cluster, update_fields):
    north = make_cluster("north")
    before = Event.objects.count()
    north.capabilities = {"services": {}}
    north.save(update_fields=update_fields)
    assert Event.objects.count() == before


def test_only_what_is_saved_has_changed(make_cluster):
    north = make_cluster("north")
    north.region, north.description = "RegionOne", "not saved"
    north.save(update_fields=["region"])
    assert list(last("clusters.cluster.change").params["changes"]) == ["region"]


def test_a_credential_shows_no_value_at_all(make_cluster):
    north = make_cluster("north")
    credential = Credential.objects.create(cluster=north, username="ops", secret="s3cret-one")
    credential.secret = "s3cret-two"
    credential.username = "ops2"
    credential.save()
    assert last("clusters.credential.change").params == {"changes": ["username", "secret"]}
    assert last("clusters.credential.change").cluster == north
    credential.delete()
    everything = json.dumps([event.params for event in Event.objects.all()])
    assert "s3cret" not in everything
    assert last("clusters.credential.delete").name == "north"


def test_a_secret_that_no_key_opens_can_be_replaced(make_cluster, settings):
    credential = Credential.objects.create(cluster=make_cluster("north"), username="ops", secret="s3cret")
    settings.FERNET_KEYS = ["another-key-0123456789-0123456789-abcdef"]
    credential.secret = "s3cret-two"
    credential.save()
    assert last("clusters.credential.change").params == {"changes": ["secret"]}


def test_grants_and_members(make_user, make_cluster, root):
    user, north, team = make_user(), make_cluster("north"), Group.objects.create(name="team")
    grant = Grant(user=user, role="operator", cluster=north)
    sign(grant, Actor(root, "ui", "192.0.2.7"))
    grant.save()
    event = last("accounts.grant.add")
    assert (event.user, event.username, event.via, event.client) == (root, "root", "ui", "192.0.2.7")
    assert (event.cluster, event.name) == (north, "ada: operator on north")
    grant.delete()
    assert last("accounts.grant.delete").cluster == north
    user.groups.add(team)
    assert last("accounts.user.groups.add").params == {"changes": ["team"]}
    team.user_set.remove(user)
    assert last("auth.group.users.remove").params == {"changes": ["ada"]}
    user.groups.set([team])
    user.groups.clear()
    assert last("accounts.user.groups.remove").params == {"changes": ["team"]}


def test_a_new_password_is_an_event_but_a_new_hash_of_it_is_not(make_user):
    user = make_user()
    user.password = make_password("correct horse battery")  # as after a login with an old kind of hash
    user.save(update_fields=["password"])
    assert not Event.objects.filter(action="accounts.user.password").exists()
    user.set_password("staple of the other kind")
    user.save()
    assert last("accounts.user.password").params == {}


@pytest.mark.django_db(transaction=True)
def test_what_a_deletion_takes_along_is_noted_and_signed(make_user, make_cluster, root, eu):
    """Committed for real: an event must not point at a row that the same deletion takes."""
    user, north = make_user(), make_cluster("north", eu)
    Grant.objects.create(user=user, role="viewer", cluster=north)
    Grant.objects.create(user=user, role="viewer", cluster_group=eu)
    Credential.objects.create(cluster=north, username="ops", secret="s3cret")
    sign(north, Actor(root, "admin"))
    north.delete()
    for action in ("clusters.cluster.delete", "clusters.credential.delete", "accounts.grant.delete"):
        event = last(action)
        assert (event.user, event.cluster, event.cluster_name) == (root, None, "north")
    ClusterGroup.objects.all().delete()
    assert Event.objects.filter(action="accounts.grant.delete").count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_deletes_themselves_is_still_named(root, make_user):
    make_user("ada")
    Grant.objects.create(user=root, role="viewer", everywhere=True)
    users = User.objects.filter(username__in=["root", "ada"])
    sign(users, Actor(root, "admin"))
    users.delete()
    events = Event.objects.filter(action__in=["accounts.user.delete", "accounts.grant.delete"])
    assert {(event.name, event.username, event.user) for event in events} == {
        ("root", "root", None),
        ("ada", "root", None),
        ("root: viewer on every cluster", "root", None),
    }


class TestAdmin:
    """Through Django admin every change is one event with the person who made it."""

    def test_a_user_is_created_with_a_password_to_change(self, admin, root):
        response = admin.post(
            "/admin/accounts/user/add/",
            {
                "username": "ada",
                "usable_password": "true",
                "password1": "correct horse battery",
                "password2": "correct horse battery",
                "must_change_password": "on",
            },
        )
        user = User.objects.get(username="ada")
        assert response.url == f"/admin/accounts/user/{user.pk}/change/"
        assert user.must_change_password
        event = Event.objects.get(action="accounts.user.add", name="ada")
        assert (event.user, event.via, event.client) == (root, "admin", "127.0.0.1")
        assert "battery" not in json.dumps(event.params)
        assert user.password not in json.dumps(event.params)

    def test_grants_are_added_and_taken_away_on_the_page_of_a_user(self, admin, root, make_user, make_cluster):
        user, north = make_user(), make_cluster("north")
        page = f"/admin/accounts/user/{user.pk}/change/"
        form = {
            "username": "ada",
            "is_active": "on",
            "grants-TOTAL_FORMS": "1",
            "grants-INITIAL_FORMS": "0",
            "grants-0-user": user.pk,
            "grants-0-role": "operator",
            "grants-0-cluster": north.pk,
        }
        assert admin.post(page, form).status_code == 302
        grant = Grant.objects.get()
        assert (grant.user, grant.cluster, grant.created_by) == (user, north, root)
        assert last("accounts.grant.add").user == root
        form |= {"grants-INITIAL_FORMS": "1", "grants-0-id": grant.pk, "grants-0-DELETE": "on"}
        assert admin.post(page, form).status_code == 302
        assert not Grant.objects.exists()
        assert last("accounts.grant.delete").user == root
        assert not Event.objects.filter(action="accounts.user.change").exists()

    @pytest.mark.parametrize("keep", [True, False])
    def test_a_password_set_by_an_admin(self, admin, root, make_user, keep):
        user = make_user()
        form = {"password1": "staple of the other", "password2": "staple of the other", "usable_password": "true"}
        form |= {} if keep else {"must_change_password": "on"}
        assert admin.post(f"/admin/accounts/user/{user.pk}/password/", form).status_code == 302
        user.refresh_from_db()
        assert user.check_password("staple of the other")
        assert user.must_change_password is not keep
        event = last("accounts.user.password")
        assert (event.user, event.via, event.name) == (root, "admin", "ada")

    def test_many_deleted_at_once(self, admin, root, make_user):
        pks = [make_user(name).pk for name in ("ada", "bob")]
        form = {"action": "delete_selected", "_selected_action": pks, "post": "yes"}
        assert admin.post("/admin/accounts/user/", form).status_code == 302
        events = Event.objects.filter(action="accounts.user.delete")
        assert {(event.name, event.username) for event in events} == {("ada", "root"), ("bob", "root")}

    def test_a_model_that_is_not_watched_is_taken_from_the_admins_log(self, admin, root):
        price = Price.objects.create(what="vcpus", amount=1)
        assert admin.post(f"/admin/monitoring/price/{price.pk}/delete/", {"post": "yes"}).status_code == 302
        event = last("monitoring.price.delete")
        assert (event.user, event.via) == (root, "admin")

    def test_a_deleted_token_leaves_its_owner_in_the_audit_and_its_digest_nowhere(self, admin, root, make_user):
        row, _token = ApiToken.objects.create(user=make_user())
        assert admin.post(f"/admin/accounts/apitoken/{row.pk}/delete/", {"post": "yes"}).status_code == 302
        event = last("accounts.apitoken.delete")
        assert (event.user, event.name) == (root, f"ada: {row.token_key}")
        assert not LogEntry.objects.exists()
