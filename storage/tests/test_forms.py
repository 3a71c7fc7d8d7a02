"""Input that Cinder would refuse is refused before it is sent, with the reason at its field."""

import json

import pytest
from django.utils import timezone

from compute.images.models import Image
from storage.backups.resource import BACKUPS
from storage.snapshots.resource import SNAPSHOTS
from storage.volumes.resource import VOLUMES
from tests.factories import make_server

CREATE = VOLUMES.action("create", "cluster")


def test_smaller_than_the_image_needs(errors, cluster):
    Image.objects.create(
        cluster=cluster, cloud_id="i1", name="debian", status="active", min_disk=4, digest="", synced_at=timezone.now()
    )
    assert errors(CREATE, source="image", image="i1", size=3) == {"size": ["It needs 4 GiB at least."]}
    assert errors(CREATE, source="image", image="i1", size=4) == {}


@pytest.mark.parametrize("source", ["snapshot", "source_volume", "backup"])
def test_smaller_than_what_it_is_made_of(errors, make_volume, make_snapshot, make_backup, source):
    {"snapshot": make_snapshot, "source_volume": make_volume, "backup": make_backup}[source]("x", size=7)
    assert errors(CREATE, source=source, size=6, **{source: "x"}) == {"size": ["It needs 7 GiB at least."]}
    assert errors(CREATE, source=source, size=7, **{source: "x"}) == {}
    assert errors(CREATE, source=source, size=7) == {source: ["Choose what to create the volume from."]}


def test_over_quota_with_the_figures(errors, cluster, cloud_says):
    cluster.capabilities = {"project_id": "p1"}
    cluster.save()
    cloud_says["quotas"] = {"volumes": (10, 8), "per_volume_gigabytes": (100, 0), "gigabytes_ssd": (50, 45)}
    (said,) = errors(CREATE, size=1, count=3)["size"]
    assert said == "Quota “volumes”: 8 of 10 are in use, and this takes 3."
    assert errors(CREATE, size=101) == {"size": ["A volume of this project may have 100 GiB at most."]}
    assert "45 of 50" in errors(CREATE, size=6, volume_type="ssd")["size"][0]
    assert errors(CREATE, size=5, volume_type="ssd", count=1) == {}


def test_a_type_the_project_may_not_use(errors, make_volume, cloud_says):
    reason = "The project may use no volume type “gold”."
    assert errors(CREATE, size=1, volume_type="gold") == {"volume_type": [reason]}
    retype, volume = VOLUMES.action("retype"), make_volume("v1")
    cloud_says["closed"] = {"p1"}
    assert "private" in errors(retype, volume, volume_type="gold")["volume_type"][0]
    cloud_says["closed"] = set()
    assert errors(retype, volume, volume_type="gold") == {}


def test_no_volume_shrinks(errors, make_volume):
    extend = VOLUMES.action("extend")
    reason = "“v1” has 10 GiB already; a volume cannot shrink."
    assert errors(extend, make_volume("v1"), size=10) == {"size": [reason]}
    assert errors(extend, make_volume("v2"), size=11) == {}


def test_extending_takes_only_the_difference_from_the_quota(errors, make_volume, cloud_says):
    cloud_says["quotas"] = {"gigabytes": (100, 95)}
    extend = VOLUMES.action("extend")
    assert errors(extend, make_volume("v1"), size=15) == {}
    assert "95 of 100" in errors(extend, make_volume("v2"), size=16)["size"][0]


def test_in_use_it_grows_only_where_the_cloud_can(make_volume):
    volume, extend = make_volume("v1", status="in-use"), VOLUMES.action("extend")
    assert extend.when(volume) == ""
    volume.cluster.capabilities = {"services": {"block-storage": {"max": "3.41"}}}
    assert "3.42" in extend.when(volume)


def test_attaching_to_a_server_of_another_zone(errors, cluster, make_volume, cloud_says):
    attach, volume = VOLUMES.action("attach"), make_volume("v1", availability_zone="a")
    make_server(cluster, cloud_id="s1", project_id="p1", availability_zone="b")
    cloud_says["choices"]["volume-zones"] = ["a", "b"]
    assert "zone b, the volume in a" in errors(attach, volume, server="s1")["server"][0]
    assert errors(attach, volume, server="s1", other_zone=True) == {}
    # Storage that has no such zone has zones of its own.
    cloud_says["choices"]["volume-zones"] = ["a"]
    assert errors(attach, volume, server="s1") == {}


def test_restoring_over_a_smaller_volume(errors, make_volume, make_backup):
    over, backup = BACKUPS.action("restore-over"), make_backup("b1", size=10)
    make_volume("small", size=9), make_volume("fits", size=10)
    reason = "The volume has 9 GiB, the backup is of one of 10 GiB."
    assert errors(over, backup, volume="small") == {"volume": [reason]}
    assert errors(over, backup, volume="fits") == {}


def test_the_first_backup_is_a_full_one(errors, make_volume, make_backup):
    backup, volume = VOLUMES.action("backup"), make_volume("v1")
    assert "full" in errors(backup, volume, incremental=True)["incremental"][0]
    make_backup("b1", volume_id="v1")
    assert errors(backup, volume, incremental=True) == {}


def test_only_the_newest_snapshot_and_no_smaller_one_is_reverted_to(errors, make_volume, make_snapshot):
    revert, volume, now = VOLUMES.action("revert"), make_volume("v1"), timezone.now()
    make_snapshot("old", volume_id="v1", created_at=now.replace(year=2020))
    make_snapshot("new", volume_id="v1", created_at=now)
    assert "snapshot" in errors(revert, volume, snapshot="old")
    assert errors(revert, volume, snapshot="new") == {}
    volume.size = 11
    assert "extended" in errors(revert, volume, snapshot="new")["snapshot"][0]


def test_snapshots_of_all_volumes_of_a_server(user, cluster, make_volume):
    make_volume("v1"), make_volume("v2"), make_volume("v3")
    attached = {"os-extended-volumes:volumes_attached": [{"id": "v1"}, {"id": "v3"}]}
    make_server(cluster, cloud_id="s1", data=attached)
    create = SNAPSHOTS.action("create", "cluster")
    form = create.form({"name": "n", "server": "s1"}, cluster=cluster, user=user)
    assert form.is_valid(), form.errors
    assert [params for _name, params in form.requests()] == [
        {"name": "n", "volume": "v1"},
        {"name": "n", "volume": "v3"},
    ]


def test_what_is_no_record_is_not_imported(errors):
    wanted = BACKUPS.action("import-record", "cluster")
    for record in ("x", "[]", '{"backup_service": "s"}', '{"backup_service": "s", "backup_url": 3}'):
        assert errors(wanted, record=record) == {"record": ["This is not the record of a backup."]}
    assert errors(wanted, record=json.dumps({"backup_service": "s", "backup_url": "dXJs"})) == {}


def test_several_volumes_are_requests_of_their_own(user, cluster):
    form = CREATE.form({"name": "d", "count": 2, "source": "blank", "size": 1}, cluster=cluster, user=user)
    assert form.is_valid(), form.errors
    assert [name for name, _params in form.requests()] == ["d-1", "d-2"]
