"""Volume groups and their snapshots: whatever Cinder sends becomes a row and a page, and what is asked of it."""

from unittest.mock import MagicMock

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import ADMINISTER, VIEW
from clusters.models import Cluster
from opsys.kit.forms.form import filled
from opsys.kit.lists.tables import table_of
from storage import cinder
from storage.group_snapshots import cloud as snapshots_cloud
from storage.group_snapshots.models import GroupSnapshot
from storage.group_snapshots.resource import GROUP_SNAPSHOTS
from storage.groups import cloud
from storage.groups.forms import CopyForm
from storage.groups.models import VolumeGroup
from storage.groups.resource import GROUPS
from storage.volume_types.models import VolumeType
from tests.factories import make_cluster
from tests.odd_answers import odd

ANSWER = {
    "id": "g1",
    "name": "database",
    "description": "all of it",
    "status": "available",
    "availability_zone": "nova",
    "created_at": "2026-01-02T03:04:05.000000",
    "group_type": "gt1",
    "volume_types": ["t1"],
    "group_snapshot_id": None,
    "source_group_id": None,
    "project_id": "p1",
}
SNAPSHOT = {
    "id": "s1",
    "name": "before",
    "status": "available",
    "created_at": "2026-01-02T03:04:05.000000",
    "group_id": "g1",
    "project_id": "p1",
    "description": None,
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["project_id"], row["volume_type_ids"]) == ("database", "p1", ["t1"])
    assert snapshots_cloud.row(SNAPSHOT)["group_id"] == "g1"


@pytest.mark.django_db
@given(answer=odd(ANSWER), snapshot=odd(SNAPSHOT))
def test_no_answer_breaks_the_sync_or_the_page(answer, snapshot):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(VolumeGroup, cluster, [cloud.row(answer)], seen_at=timezone.now())
    inventory.store(GroupSnapshot, cluster, [snapshots_cloud.row(snapshot)], seen_at=timezone.now())
    for resource in (GROUPS, GROUP_SNAPSHOTS):
        for item in resource.model.objects.select_related("cluster"):
            cells = [conditional_escape(cell) for row in table_of(resource, [item]).rows for cell in row]
            assert "<script" not in "".join(cells)


@pytest.fixture
def world(cluster):
    inventory.store(VolumeGroup, cluster, [cloud.row(ANSWER)], seen_at=timezone.now())
    inventory.store(GroupSnapshot, cluster, [snapshots_cloud.row(SNAPSHOT)], seen_at=timezone.now())
    VolumeType.objects.create(cluster=cluster, cloud_id="t1", name="ssd", synced_at=timezone.now())


def test_a_group_shows_its_snapshots_and_a_type_its_groups(client, make_user, cluster, world):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    assert "before" in client.get("/storage/groups/east/g1/panel/storage-groupsnapshot-group/").content.decode()
    assert (
        "database"
        in client.get("/storage/volume_types/east/t1/panel/storage-volumegroup-volume_types/").content.decode()
    )


def test_a_cloud_too_old_for_groups_says_so(client, make_user, cluster, world):
    cluster.capabilities = {"services": {"block-storage": {"max": "3.0"}}}
    cluster.save()
    client.force_login(make_user("ada", {cluster: [VIEW, ADMINISTER]}))
    pk = VolumeGroup.objects.get().pk
    actions = client.get(f"/api/v1/storage/groups/{pk}/").json()["actions"]
    assert "3.20" in actions["reset-status"]["reason"] and actions["reset-status"]["code"] == "capability"


def test_a_cloud_too_old_for_groups_is_not_asked_for_them(monkeypatch):
    for module in (cloud, snapshots_cloud):
        monkeypatch.setattr(module, "negotiate", lambda proxy, wanted: "3.12")
        assert list(module.fetch(MagicMock())) == []


@pytest.mark.parametrize(
    ("given", "fine"),
    [
        ({}, False),
        ({"source_group_id": "database"}, True),
        ({"group_snapshot_id": "before"}, True),
        ({"source_group_id": "database", "group_snapshot_id": "before"}, False),
    ],
)
def test_a_copy_is_made_of_one_thing(make_user, cluster, world, given, fine):
    user = make_user("vera", {cluster: [VIEW]})
    assert filled(CopyForm, {"name": "x", **given}, cluster=cluster, user=user).is_valid() is fine


def test_what_cinder_is_asked(monkeypatch):
    asked = []
    answer = {"group": {"id": "new"}}
    monkeypatch.setattr(cinder, "post", lambda conn, path, body: asked.append((path, body)) or answer)
    monkeypatch.setattr(cinder, "put", lambda conn, path, body: asked.append((path, body)))
    conn = MagicMock()
    assert cloud.create(conn, name="x", group_type="gt1", volume_types=["t1"]) == "new"
    assert cloud.create_from(conn, name="x", source_group_id="g1") == "new"
    cloud.add_volumes(conn, "g1", volumes=["v1", "v2"])
    cloud.remove_volumes(conn, "g1", volumes=["v1"])
    cloud.delete(conn, "g1")
    assert asked == [
        ("/groups", {"group": {"name": "x", "group_type": "gt1", "volume_types": ["t1"]}}),
        ("/groups/action", {"create-from-src": {"name": "x", "source_group_id": "g1"}}),
        ("/groups/g1", {"group": {"add_volumes": "v1,v2"}}),
        ("/groups/g1", {"group": {"remove_volumes": "v1"}}),
        ("/groups/g1/action", {"delete": {"delete-volumes": False}}),
    ]
