"""Networks: whatever Neutron sends becomes a row and a page."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from networking.networks import cloud
from networking.networks.models import Network
from networking.networks.resource import NETWORKS
from opsys.kit.lists.tables import table_of
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "9de0",
    "name": "private",
    "status": "ACTIVE",
    "project_id": "p1",
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
    "provider:network_type": "vxlan",
    "provider:segmentation_id": 0,
    "router:external": False,
    "shared": True,
    "mtu": 1450,
    "subnets": ["s1"],
    "tags": [],
}


def test_a_usual_answer(cluster):
    inventory.store(Network, cluster, [cloud.row(ANSWER)], seen_at=timezone.now())
    network = Network.objects.get()
    assert (network.name, network.network_type, network.segment, network.mtu) == ("private", "vxlan", "0", 1450)
    assert network.shared and not network.external and network.subnets == ["s1"]


def test_old_clouds_say_tenant():
    answer = {key: value for key, value in ANSWER.items() if key != "project_id"}
    assert cloud.row({**answer, "tenant_id": "p2"})["project_id"] == "p2"


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Network, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in Network.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(NETWORKS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    inventory.store(Network, cluster, [cloud.row({**ANSWER, "name": name})], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/networking/networks/", "/networking/networks/east/9de0/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()
