"""Whatever Cinder sends becomes a row and a page, and what hangs on a volume is told before it is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.models import Cluster
from opsys.kit.lists.tables import table_of
from opsys.kit.relate.relations import dependents_of
from storage.backups import chain
from storage.backups import cloud as backups
from storage.backups.models import Backup
from storage.backups.resource import BACKUPS
from storage.snapshots import cloud as snapshots
from storage.snapshots.resource import SNAPSHOTS
from storage.transfers import cloud as transfers
from storage.transfers.resource import TRANSFERS
from storage.volumes.resource import VOLUMES
from tests.factories import make_cluster
from tests.odd_answers import odd

SNAPSHOT = {
    "id": "s1",
    "name": "before",
    "status": "available",
    "size": 5,
    "volume_id": "v1",
    "created_at": "2026-01-02T03:04:05.000000",
    "metadata": {"a": "b"},
    "os-extended-snapshot-attributes:project_id": "p1",
}
BACKUP = {
    "id": "b1",
    "name": "weekly",
    "status": "available",
    "size": 5,
    "volume_id": "v1",
    "is_incremental": True,
    "has_dependent_backups": False,
    "data_timestamp": "2026-01-02T03:04:05.000000",
    "os-backup-project-attr:project_id": "p1",
}
TRANSFER = {"id": "t1", "name": "gift", "volume_id": "v1", "no_snapshots": False, "source_project_id": "p1"}


@pytest.mark.parametrize(
    ("cloud", "answer", "resource"),
    [(snapshots, SNAPSHOT, SNAPSHOTS), (backups, BACKUP, BACKUPS), (transfers, TRANSFER, TRANSFERS)],
)
def test_a_usual_answer_is_a_page(client, user, cluster, cloud, answer, resource):
    inventory.store(resource.model, cluster, [cloud.row(answer)], seen_at=timezone.now())
    item = resource.model.objects.get()
    assert (item.name, item.volume_id, item.project_id) == (answer["name"], "v1", "p1")
    client.force_login(user)
    for page in (resource.url(), resource.item_url(item)):
        assert client.get(page).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("cloud", "resource"), [(snapshots, SNAPSHOTS), (backups, BACKUPS), (transfers, TRANSFERS)])
@given(answer=odd({**SNAPSHOT, **BACKUP, **TRANSFER}))
def test_no_answer_breaks_the_sync_or_the_list(cloud, resource, answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(resource.model, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in resource.model.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(resource, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


def test_what_hangs_on_a_volume_is_counted_before_it_goes(user, make_volume, make_snapshot, make_backup):
    volume = make_volume("v1")
    make_snapshot("s1", volume_id="v1"), make_snapshot("s2", volume_id="v1"), make_backup("b1", volume_id="v1")
    plain = {one.referrer.resource.name: one for one in dependents_of(VOLUMES, [volume], user=user)}
    assert plain["storage.snapshot"].count == 2 and plain["storage.snapshot"].on_delete == "blocks"
    assert plain["storage.backup"].on_delete == "detaches"
    cascades = VOLUMES.action("delete-with-snapshots").cascades
    along = {one.referrer.resource.name: one for one in dependents_of(VOLUMES, [volume], user=user, cascades=cascades)}
    assert along["storage.snapshot"].on_delete == "cascades" and along["storage.backup"].on_delete == "detaches"


def test_the_chain_begins_anew_with_each_full_backup():
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    kinds = (False, True, True, False, True)
    made = [
        Backup(pk=n, cloud_id=str(n), incremental=kind, of_moment=begin + timedelta(days=n))
        for n, kind in enumerate(kinds)
    ]
    found = chain.chains(reversed(made))
    assert [[backup.pk for backup in one] for one in found] == [[0, 1, 2], [3, 4]]


def test_the_chain_is_a_panel_of_each_backup(user, make_backup):
    now = timezone.now()
    make_backup("full", volume_id="v1", of_moment=now)
    last = make_backup("increment", volume_id="v1", of_moment=now + timedelta(hours=1), incremental=True)
    make_backup("other", volume_id="v2", of_moment=now)
    (found,) = chain.panel(None, last, user=user, query={})["chains"]
    assert [(one["cloud_id"], one["this"]) for one in found] == [("full", False), ("increment", True)]


def test_without_the_backup_service_the_buttons_say_so(make_volume, make_backup):
    volume, backup = make_volume("v1"), make_backup("b1")
    for target, action in ((volume, VOLUMES.action("backup")), (backup, BACKUPS.action("restore"))):
        assert action.when(target) == ""
        target.cluster.capabilities = {"volume_backups": False}
        assert "cinder-backup" in action.when(target)
        target.cluster.capabilities = {"volume_backups": None}
        assert action.when(target) == ""


def test_a_backup_that_increments_need_stays(make_backup):
    assert "increments" in BACKUPS.action("delete").when(make_backup("b1", has_increments=True))
