"""Volume services: whatever Cinder sends becomes a row and a page, and what is asked of it."""

from unittest.mock import MagicMock

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from opsys.kit.lists.tables import table_of
from storage import cinder
from storage.services import cloud
from storage.services.models import VolumeService
from storage.services.resource import SERVICES
from tests.factories import make_cluster
from tests.odd_answers import odd

ANSWER = {
    "binary": "cinder-volume",
    "host": "ctl@fast",
    "zone": "nova",
    "status": "enabled",
    "state": "up",
    "updated_at": "2026-01-02T03:04:05.000000",
    "backend_state": "up",
    "disabled_reason": None,
    "frozen": False,
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["cloud_id"], row["host"], row["availability_zone"]) == ("cinder-volume@ctl@fast", "ctl@fast", "nova")
    assert (row["status"], row["state"], row["updated_at"]) == ("enabled", "up", None)


def test_signs_of_life_do_not_change_the_row_of_a_living_service():
    assert cloud.row(ANSWER) == cloud.row({**ANSWER, "updated_at": "2026-01-02T03:04:15.000000"})
    assert cloud.row({**ANSWER, "state": "down"})["updated_at"].isoformat() == "2026-01-02T03:04:05+00:00"


@pytest.mark.django_db
@given(answer=odd({"id": "x", **ANSWER}))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(VolumeService, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in VolumeService.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(SERVICES, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


def test_a_host_of_several_back_ends_has_a_page_for_each(client, make_user, cluster):
    inventory.store(VolumeService, cluster, [cloud.row(ANSWER)], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    assert 'href="/storage/services/east/cinder-volume@ctl@fast/"' in client.get("/storage/services/").content.decode()
    assert client.get("/storage/services/east/cinder-volume@ctl@fast/").status_code == 200


def test_it_is_named_to_cinder_by_program_and_host(monkeypatch):
    asked = []
    monkeypatch.setattr(cinder, "put", lambda conn, path, body: asked.append((path, body)))
    cloud.disable(MagicMock(), "cinder-volume@ctl@fast", reason="new disks")
    cloud.enable(MagicMock(), "cinder-volume@ctl@fast")
    named = {"binary": "cinder-volume", "host": "ctl@fast"}
    assert asked == [
        ("/os-services/disable-log-reason", {**named, "disabled_reason": "new disks"}),
        ("/os-services/enable", named),
    ]


@pytest.mark.parametrize(
    ("answer", "colour", "impossible"),
    [
        ({}, "green", "enable"),
        ({"status": "disabled"}, "yellow", "disable"),
        ({"state": "down"}, "red", "enable"),
        ({"backend_state": "down"}, "red", "enable"),
    ],
)
def test_what_its_state_allows(answer, colour, impossible):
    row = cloud.row({**ANSWER, **answer})
    service = VolumeService(**{key: row[key] for key in ("status", "state", "backend_state")})
    assert SERVICES.status_colour(service) == colour
    assert [action.name for action in SERVICES.actions if action.when(service)] == [impossible]
