"""Host aggregates: whatever Nova sends becomes a row and a page."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from compute.aggregates import cloud
from compute.aggregates.models import Aggregate
from compute.aggregates.resource import AGGREGATES
from opsys.kit.lists.tables import table_of
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": 2,
    "uuid": "32c7",
    "name": "ssd",
    "hosts": ["cmp-2", "cmp-1"],
    "metadata": {"ssd": "true", "availability_zone": "az-1"},
    "availability_zone": "az-1",
    "created_at": "2026-01-02T03:04:05.000000",
    "updated_at": None,
    "deleted": False,
}


def test_a_usual_answer(cluster):
    inventory.store(Aggregate, cluster, [cloud.row(ANSWER)], seen_at=timezone.now())
    aggregate = Aggregate.objects.get()
    assert (aggregate.cloud_id, aggregate.name, aggregate.availability_zone) == ("2", "ssd", "az-1")
    assert aggregate.hosts == ["cmp-1", "cmp-2"]
    assert aggregate.metadata_lines == ["ssd=true"]


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Aggregate, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in Aggregate.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(AGGREGATES, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    row = cloud.row({**ANSWER, "name": name, "hosts": [name], "metadata": {str(name): name}})
    inventory.store(Aggregate, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/compute/aggregates/", "/compute/aggregates/east/2/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()
