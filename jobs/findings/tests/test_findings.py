"""Each state is found by its rule, and nothing else is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.access import VIEW
from clusters.links import ResourceLink
from jobs.findings.checks import CHECKS
from monitoring.usage.models import Price
from opsys.kit.declare import register
from tests.factories import make_server

URL, API = "/findings/stuck/", "/api/v1/findings/stuck/"
LONG_AGO = timedelta(days=60)

FOUND = {
    "server-building": {"status": "BUILD"},
    "server-deleting": {"status": "ACTIVE", "task_state": "deleting"},
    "server-resizing": {"status": "RESIZE"},
    "server-unconfirmed": {"status": "VERIFY_RESIZE"},
    "volume-busy": {"status": "detaching"},
    "port-dead-host": {"host": "dead", "device_id": "s", "device_owner": "compute:nova"},
    "volume-unattached": {"status": "available"},
    "floating-ip-unused": {"port_id": ""},
    "port-unheld": {"device_id": ""},
    "security-group-unused": {"name": "left over"},
    "snapshot-of-gone-volume": {"volume_id": "gone"},
    "image-of-gone-server": {"kind": "snapshot", "server_id": "gone"},
}
HEALTHY = {
    "compute.server": {"status": "ACTIVE"},
    "storage.volume": {"status": "in-use"},
    "networking.port": {"device_id": "s", "device_owner": "compute:nova", "host": "alive"},
    "networking.floatingip": {"port_id": "p"},
    "networking.securitygroup": {"name": "default"},
    "networking.router": {},
    "networking.network": {},
    "storage.snapshot": {"volume_id": "healthy-storage.volume"},
    "compute.image": {"kind": "image", "server_id": "gone"},
}


def make(type_name, cluster, cloud_id, *, age=LONG_AGO, **fields):
    now = timezone.now()
    values = {"name": cloud_id, "digest": "", "synced_at": now, "updated_at": now - age, "project_id": "p1", **fields}
    return register.get(type_name).model.objects.create(cluster=cluster, cloud_id=cloud_id, **values)


@pytest.fixture
def world(cluster):
    make("identity.project", cluster, "p1")
    make("identity.project", cluster, "p2", gone_at=timezone.now())
    make("compute.hypervisor", cluster, "h1", host="dead", state="down")
    make("compute.hypervisor", cluster, "h2", host="alive", state="up")
    make("storage.volume", cluster, "gone", gone_at=timezone.now())
    make("compute.server", cluster, "gone", gone_at=timezone.now())
    for kind, fields in HEALTHY.items():
        make(kind, cluster, f"healthy-{kind}", **fields)
    return cluster


@pytest.fixture
def ada(client, cluster, make_user):
    user = make_user("ada", {cluster: [VIEW]})
    client.force_login(user)
    return user


def found(client, query=""):
    return client.get(f"{API}{query}").json()["results"]


def check_of(name):
    return next(check for check in CHECKS if check.name == name)


def test_every_rule_is_tried_and_named_once():
    assert {check.name for check in CHECKS if "-of-gone-project" not in check.name} == set(FOUND)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_what_is_well_is_not_found(client, ada, world):
    assert found(client) == []
    assert "Nothing is stuck" in client.get(URL).content.decode()


@pytest.mark.parametrize("name", FOUND)
def test_a_state_is_found_with_what_to_do_about_it(client, ada, world, name):
    check = check_of(name)
    row = make(check.type, world, "bad", **FOUND[name])
    (one,) = found(client)
    assert one["name"] == row.name and one["kind"] == check.kind and one["how"] == str(check.how)
    known = {action.name for action in register.get(check.type).on_items}
    remedy = {"type": check.type, "action": check.remedy, "id": row.pk} if check.remedy in known else None
    assert one["remedy"] == remedy


@pytest.mark.parametrize("name", [name for name in FOUND if check_of(name).after])
def test_what_changed_a_moment_ago_is_not_found(client, ada, world, name):
    check = check_of(name)
    make(check.type, world, "new", age=check.after - timedelta(minutes=1), **FOUND[name])
    make(check.type, world, "timeless", **{**FOUND[name], "updated_at": None, "created_at": None})
    assert found(client) == []


@pytest.mark.parametrize(
    "check", [check for check in CHECKS if "-of-gone-project" in check.name], ids=lambda check: check.name
)
def test_only_a_project_that_was_seen_to_go_is_gone(client, ada, world, check):
    make(check.type, world, "bad", **{**HEALTHY[check.type], "project_id": "p2"})
    make(check.type, world, "unknown", **{**HEALTHY[check.type], "project_id": "never seen"})
    assert [one["name"] for one in found(client)] == ["bad"]


def test_a_security_group_of_a_port_is_used(client, ada, world):
    make("networking.securitygroup", world, "g1", name="web")
    ResourceLink.objects.create(
        cluster=world,
        source_type="networking.port",
        source_id="healthy-networking.port",
        relation="security_groups",
        target_id="g1",
    )
    assert found(client) == []


def test_remedies_that_are_named_exist_where_the_type_has_actions():
    missing = {
        (check.type, check.remedy)
        for check in CHECKS
        if check.remedy and (actions := {action.name for action in register.get(check.type).on_items})
        if check.remedy not in actions
    }
    assert missing == set()


def test_what_is_stuck_comes_first_and_filters_narrow(client, ada, world):
    make("storage.volume", world, "old", status="available", size=40)
    make("compute.server", world, "stuck", status="BUILD")
    assert [one["name"] for one in found(client)] == ["stuck", "old"]
    assert [one["name"] for one in found(client, "?kind=orphaned")] == ["old"]
    assert [one["name"] for one in found(client, "?type=compute.server")] == ["stuck"]
    assert [one["size"] for one in found(client, "?q=old")] == ["40 GiB"]
    page = client.get(URL).content.decode()
    assert "/compute/servers/do/reset-state/?ids=" in page and 'data-key="compute.server/reset-state/' in page


def test_a_price_is_told_where_it_is_known(client, ada, world):
    flavor = {"vcpus": 2, "ram": 4096, "disk": 10, "ephemeral": 0}
    make("storage.volume", world, "volume", status="available", size=40)
    make("compute.server", world, "server", status="BUILD", data={"flavor": flavor})
    make("compute.server", world, "of an old cloud", status="BUILD")
    make("networking.floatingip", world, "ip", port_id="")
    make("networking.port", world, "port", device_id="")
    assert {one["cost"] for one in found(client)} == {None}
    Price.objects.create(what="volumes", amount="0.0001")
    Price.objects.create(what="vcpus", amount="0.01")
    Price.objects.create(what="memory", amount="0.001")
    assert {one["name"]: one["cost"] for one in found(client)} == {
        "volume": "2.88",  # 40 GiB × 720 hours × 0.0001
        "server": "17.28",  # 720 × (2 × 0.01 + 4 × 0.001)
        "of an old cloud": None,
        "ip": None,
        "port": None,
    }


def test_what_one_may_not_see_is_not_there(client, world, make_user, other_cluster):
    make_server(world, name="hidden", status="BUILD")
    client.force_login(make_user("vera", {other_cluster: [VIEW]}))
    assert found(client) == []
