"""Flavors: whatever Nova sends becomes a row and a page."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from compute.flavors import cloud
from compute.flavors.models import Flavor
from compute.flavors.resource import FLAVORS
from opsys.kit.tables import table_of
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "m1",
    "name": "m1.small",
    "ram": 2048,
    "disk": 10,
    "swap": "",
    "vcpus": 1,
    "OS-FLV-EXT-DATA:ephemeral": 5,
    "OS-FLV-DISABLED:disabled": False,
    "os-flavor-access:is_public": True,
    "rxtx_factor": 1.0,
    "description": None,
    "extra_specs": {"hw:cpu_policy": "dedicated"},
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["vcpus"], row["ram"], row["disk"], row["ephemeral"]) == ("m1.small", 1, 2048, 10, 5)
    assert (row["public"], row["swap"]) == (True, 0)
    assert Flavor(data=row["data"]).extra_spec_lines == ["hw:cpu_policy=dedicated"]


@pytest.mark.parametrize(("sent", "kept"), [("", 0), (0, 0), (512, 512), (None, 0)])
def test_no_swap_is_an_empty_word_in_older_novas(sent, kept):
    assert cloud.row({**ANSWER, "swap": sent})["swap"] == kept


def test_a_flavor_is_public_unless_the_cloud_says_otherwise():
    answer = {key: value for key, value in ANSWER.items() if "is_public" not in key}
    assert cloud.row(answer)["public"] is True
    assert cloud.row({**answer, "os-flavor-access:is_public": False})["public"] is False


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Flavor, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in Flavor.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(FLAVORS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)
        for action in FLAVORS.actions:
            action.when(item)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    row = cloud.row({**ANSWER, "name": name, "extra_specs": {"x": name}})
    inventory.store(Flavor, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/compute/flavors/", "/compute/flavors/east/m1/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(("query", "names"), [("?public=True", ["a"]), ("?public=False", ["b"]), ("", ["a", "b"])])
def test_private_ones_can_be_looked_for(client, make_user, cluster, query, names):
    rows = [
        cloud.row({**ANSWER, "id": name, "name": name, "os-flavor-access:is_public": name == "a"}) for name in "ab"
    ]
    inventory.store(Flavor, cluster, rows, seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    body = client.get(f"/api/v1/compute/flavors/{query}").json()
    assert [row["name"] for row in body["results"]] == names
