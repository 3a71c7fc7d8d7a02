"""Volumes: whatever Cinder sends becomes a row and a page."""

from datetime import datetime

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from opsys.kit.lists.tables import table_of
from storage.volumes import cloud
from storage.volumes.models import Volume
from storage.volumes.resource import VOLUMES
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "5bc0",
    "name": "data-1",
    "status": "in-use",
    "size": 20,
    "volume_type": "ssd",
    "bootable": "false",
    "created_at": "2026-01-02T03:04:05.000000",
    "updated_at": None,
    "os-vol-tenant-attr:tenant_id": "p1",
    "attachments": [{"server_id": "3fa0", "device": "/dev/vdb"}],
    "metadata": {},
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["size"], row["bootable"], row["attached_to"]) == ("data-1", 20, False, ["3fa0"])
    assert row["created_at"].isoformat() == "2026-01-02T03:04:05+00:00"


def test_volumes_are_counted_before_one_moment_the_youngest_first():
    """Of two bounds Cinder takes what fits either."""
    zone = timezone.get_fixed_timezone(120)
    listing = cloud.index.made(datetime(2026, 1, 2, 5, 4, 5, tzinfo=zone))
    assert listing.query == {"all_tenants": "1", "created_at": "lt:2026-01-02T03:04:05", "sort": "created_at:desc"}
    assert listing.since == "3.60", "older ones know no such filter"


@pytest.mark.parametrize(
    ("sent", "kept"), [("true", True), (True, True), ("TRUE", True), ("false", False), (None, False)]
)
def test_bootable_is_a_word_in_cinder(sent, kept):
    assert cloud.row({**ANSWER, "bootable": sent})["bootable"] is kept


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Volume, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in Volume.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(VOLUMES, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    inventory.store(Volume, cluster, [cloud.row({**ANSWER, "name": name})], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/storage/volumes/", "/storage/volumes/east/5bc0/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    ("status", "transitional"),
    [("creating", True), ("deleting", True), ("available", False), ("in-use", False), ("", False)],
)
def test_a_busy_volume_is_worth_looking_at_again(status, transitional):
    assert Volume(status=status).transitional is transitional
