"""QoS specifications: whatever Cinder sends becomes a row and a page, and what is asked of it."""

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
from storage.qos_specs import cloud
from storage.qos_specs.forms import AssociateForm, CreateForm, DisassociateForm, KeyValueForm
from storage.qos_specs.models import QosSpec
from storage.qos_specs.resource import QOS_SPECS
from storage.volume_types.models import VolumeType
from tests.factories import make_cluster
from tests.odd_answers import odd

ANSWER = {"id": "q1", "name": "gold", "consumer": "both", "specs": {"total_iops_sec": "500", "a": "<script>"}}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["consumer"]) == ("gold", "both")
    assert QosSpec(data=row["data"]).spec_lines == ["a=<script>", "total_iops_sec=500"]


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(QosSpec, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in QosSpec.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(QOS_SPECS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


@pytest.fixture
def spec(cluster):
    inventory.store(QosSpec, cluster, [cloud.row(ANSWER)], seen_at=timezone.now())
    values = {"cluster": cluster, "synced_at": timezone.now()}
    VolumeType.objects.create(cloud_id="t1", name="ssd", qos_id="q1", **values)
    VolumeType.objects.create(cloud_id="t2", name="hdd", **values)
    return QosSpec.objects.get()


def test_its_page_shows_the_volume_types_it_belongs_to(client, make_user, cluster, spec):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    page = client.get("/storage/qos_specs/east/q1/panel/storage-volumetype-qos/").content.decode()
    assert "ssd" in page and "hdd" not in page
    assert ">gold</a>" in client.get("/storage/volume_types/").content.decode()


def test_deleting_it_says_that_types_hang_on_it(client, make_user, cluster, spec):
    client.force_login(make_user("ada", {cluster: [VIEW, ADMINISTER]}))
    body = {"ids": [spec.pk], "dry_run": True}
    found = client.post("/api/v1/storage/qos_specs/do/delete/", body, content_type="application/json").json()
    assert [(one["type"], one["count"]) for one in found["dependents"]] == [("storage.volumetype", 1)]


def test_only_fitting_types_are_offered(make_user, cluster, spec):
    user = make_user("vera", {cluster: [VIEW]})
    free = AssociateForm(targets=[spec], user=user)["volume_type"].field.choices
    taken = DisassociateForm(targets=[spec], user=user)["volume_type"].field.choices
    assert (free, taken) == ([("t2", "hdd")], [("t1", "ssd")])


def test_a_limit_may_not_be_called_as_what_cinder_keeps_for_itself(make_user, cluster):
    user = make_user("vera")
    assert "specs" in filled(CreateForm, {"name": "x", "specs": {"consumer": "y"}}, cluster=cluster, user=user).errors
    assert "key" in filled(KeyValueForm, {"key": "name", "value": "y"}, cluster=cluster, user=user).errors


def test_limits_are_set_and_removed_one_by_one(monkeypatch):
    asked = []
    monkeypatch.setattr(cinder, "put", lambda conn, path, body: asked.append((path, body)))
    cloud.set_key(MagicMock(), "q1", key="a", value="1")
    cloud.set_keys(MagicMock(), "q1", consumer="both")
    cloud.remove_key(MagicMock(), "q1", key="a")
    assert asked == [
        ("/qos-specs/q1", {"qos_specs": {"a": "1"}}),
        ("/qos-specs/q1", {"qos_specs": {"consumer": "both"}}),
        ("/qos-specs/q1/delete_keys", {"keys": ["a"]}),
    ]


def test_the_id_of_a_type_cannot_become_another_question():
    conn = MagicMock()
    conn.block_storage.get.return_value.status_code = 202
    cloud.associate(conn, "q1", volume_type="a&b=c")
    conn.block_storage.get.assert_called_once_with("/qos-specs/q1/associate?vol_type_id=a%26b%3Dc")
