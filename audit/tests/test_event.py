import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts.models import Grant
from audit.models import AppendOnly, Event
from audit.redaction import HIDDEN, LARGEST, redact


@pytest.fixture
def event(db) -> Event:
    return Event.objects.create(via="ui", action="compute.server.stop", username="ada")


def test_an_event_is_added_and_stays(event):
    event.username = "bob"
    for attempt in (
        event.save,
        event.delete,
        Event.objects.all().delete,
        Event.objects.filter(pk=event.pk).delete,
        lambda: Event.objects.update(username="bob"),
        lambda: Event.objects.bulk_update([event], ["username"]),
        lambda: Event.objects.bulk_create([Event(via="ui", action="a", params={"password": "x"})]),
        lambda: Event.objects.update_or_create(pk=event.pk, defaults={"username": "bob"}),
        Event.objects.get(pk=event.pk).save,
    ):
        with pytest.raises(AppendOnly):
            attempt()
    assert Event.objects.get().username == "ada"


def test_names_outlive_the_user_and_the_cluster(make_user, make_cluster):
    user, north = make_user(), make_cluster("north")
    Event.objects.create(
        via="ui", action="compute.server.stop", user=user, username="ada", cluster=north, cluster_name="north"
    )
    user.delete()
    north.delete()
    event = Event.objects.get(action="compute.server.stop")
    assert (event.user, event.username, event.cluster, event.cluster_name) == (None, "ada", None, "north")


def test_texts_that_are_too_long_are_cut_rather_than_lost(db):
    Event.objects.create(via="ui", action="a" * 300, name="n" * 999, error_code="e" * 99, reason="r" * 5000)
    event = Event.objects.get()
    assert (len(event.action), len(event.name), len(event.error_code)) == (100, 255, 40)
    assert len(event.reason) == 5000


def test_secrets_never_reach_the_table(db):
    Event.objects.create(via="ui", action="a", params={"server": {"adminPass": "s3cret", "name": "web"}})
    assert Event.objects.get().params == {"server": {"adminPass": HIDDEN, "name": "web"}}


@pytest.mark.parametrize(
    "key",
    [
        *("password", "Password", "new_password", "admin_pass", "adminPass", "admin-pass", "passwd", "passphrase"),
        *("secret", "client_secret", "token", "auth_token", "X-Auth-Token", "key", "private_key", "api_key"),
        *("user_data", "userData", "OS-DCF:user_data", "credentials", "Authorization", "personality", "pass"),
    ],
)
def test_secret_keys_are_hidden_at_any_depth(key):
    assert redact({key: "s3cret"}) == {key: HIDDEN}
    assert "s3cret" not in json.dumps(redact([{"a": [{"b": {key: {"c": ["s3cret"]}}}]}]))


@pytest.mark.parametrize("key", ["name", "key_name", "keypair", "flavor", "bypass", "compass", "networks"])
def test_other_keys_are_kept(key):
    assert redact({key: "value"}) == {key: "value"}


@pytest.mark.parametrize("value", [True, False, None, "", [False, True]])
def test_a_yes_or_no_is_no_secret(value):
    assert redact({"must_change_password": value}) == {"must_change_password": value}


@pytest.mark.parametrize("value", [0, 1234, ["", "a"], {"a": True}])
def test_anything_else_may_be_one(value):
    assert redact({"password": value}) == {"password": HIDDEN}


def test_params_become_plain_values():
    moment, number = timezone.now(), uuid4()
    assert redact({"at": moment, "id": number, "n": 1, "x": 1.5, "no": None, "yes": True}) == {
        "at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "id": str(number),
        "n": 1,
        "x": 1.5,
        "no": None,
        "yes": True,
    }
    assert redact({"file": object(), "raw": b"bytes"}) == {"file": "<object>", "raw": "<bytes>"}


def test_params_stay_small():
    assert len(redact("x" * 10_000)) < 600
    assert len(redact(list(range(10_000)))) == 101
    assert len(redact({str(n): n for n in range(10_000)})) == 101
    assert len(json.dumps(redact({str(n): "x" * 400 for n in range(99)}))) < LARGEST
    deep: dict = {}
    for _level in range(1000):
        deep = {"a": deep}
    assert len(json.dumps(redact(deep))) < 200


class TestVisibleTo:
    @pytest.fixture
    def events(self, make_user, make_cluster):
        north, south = make_cluster("north"), make_cluster("south")
        ada, bob = make_user("ada"), make_user("bob")
        Grant.objects.create(user=ada, role="viewer", cluster=north)
        for name, user, cluster in (("n", bob, north), ("s", bob, south), ("none", bob, None), ("own", ada, south)):
            Event.objects.create(via="ui", action="test", user=user, name=name, cluster=cluster)
        return ada, bob

    def names(self, user) -> set[str]:
        return {event.name for event in Event.objects.visible_to(user).filter(action="test")}

    def test_ones_own_and_those_of_clusters_one_may_see(self, events):
        ada, bob = events
        assert self.names(ada) == {"n", "own"}
        assert self.names(bob) == {"n", "s", "none"}

    def test_a_platform_admin_sees_all(self, events, make_user):
        assert self.names(make_user("root", is_superuser=True)) == {"n", "s", "none", "own"}

    def test_an_inactive_user_sees_nothing_not_even_as_admin(self, events, make_user):
        ada, _bob = events
        ada.is_active = False
        ada.save()
        assert self.names(ada) == set()
        assert self.names(make_user("retired", is_superuser=True, is_active=False)) == set()


def test_purging_takes_the_oldest_in_batches(db):
    now = timezone.now()
    for age in (1, 5, 10, 20):
        event = Event.objects.create(via="ui", action="a", name=str(age))
        Event._base_manager.filter(pk=event.pk).update(at=now - timedelta(days=age))
    before = now - timedelta(days=4)
    assert Event.objects.purge(before, batch=2) == 2
    assert {event.name for event in Event.objects.all()} == {"1", "5"}
    assert Event.objects.purge(before, batch=2) == 1
    assert Event.objects.purge(before, batch=2) == 0
    assert [event.name for event in Event.objects.all()] == ["1"]


def test_each_event_has_an_operation_of_its_own_unless_told(db):
    one, two = (Event.objects.create(via="ui", action="a") for _twice in range(2))
    assert isinstance(one.operation, UUID)
    assert one.operation != two.operation
