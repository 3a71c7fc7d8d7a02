"""Compute services: whatever Nova sends becomes a row and a page."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from compute.services import cloud
from compute.services.models import Service
from compute.services.resource import SERVICES
from opsys.kit.lists.tables import table_of
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "ab3a",
    "binary": "nova-compute",
    "host": "cmp-1",
    "zone": "nova",
    "status": "enabled",
    "state": "up",
    "updated_at": "2026-01-02T03:04:05.000000",
    "disabled_reason": None,
    "forced_down": False,
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["host"], row["availability_zone"]) == ("nova-compute@cmp-1", "cmp-1", "nova")
    assert (row["status"], row["state"], row["forced_down"]) == ("enabled", "up", False)


def test_signs_of_life_do_not_change_the_row_of_a_living_service():
    assert cloud.row(ANSWER) == cloud.row({**ANSWER, "updated_at": "2026-01-02T03:04:15.000000"})
    silent = cloud.row({**ANSWER, "state": "down"})
    assert silent["updated_at"].isoformat() == "2026-01-02T03:04:05+00:00"


def test_old_clouds_number_their_services():
    assert cloud.row({**ANSWER, "id": 4})["cloud_id"] == "4"


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Service, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in Service.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(SERVICES, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    row = cloud.row({**ANSWER, "binary": name, "host": name, "zone": name, "disabled_reason": name})
    inventory.store(Service, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/compute/services/", "/compute/services/east/ab3a/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    ("answer", "colour"),
    [({}, "green"), ({"status": "disabled"}, "yellow"), ({"state": "down", "status": "disabled"}, "red")],
)
def test_a_service_that_is_down_is_red(answer, colour):
    row = cloud.row({**ANSWER, **answer})
    assert SERVICES.status_colour(Service(status=row["status"], state=row["state"])) == colour
