"""Odd values of a cloud cost their own field, and never the row or the pass."""

import pytest
from django.utils import timezone

from clusters import inventory
from clusters.coerce import coerced
from compute.images.models import Image
from compute.servers.models import Server
from networking.networks.models import Network


@pytest.mark.parametrize(
    ("model", "given", "kept"),
    [
        (Server, {"name": "x" * 300}, {"name": "x" * 255}),
        (Server, {"status": "x" * 300}, {"status": "x" * 64}),
        (Server, {"name": "half \ud800 one"}, {"name": "half ? one"}),
        (Server, {"name": "nul\0"}, {"name": "nul"}),
        (Server, {"name": None}, {"name": ""}),
        (Server, {"name": 17}, {"name": "17"}),
        (Server, {"name": {"a": 1}, "host": ["x"], "flavor": True}, {"name": "", "host": "", "flavor": ""}),
        (Server, {"locked": "yes"}, {"locked": True}),
        (Server, {"locked": None}, {"locked": False}),
        (Server, {"created_at": "yesterday"}, {"created_at": None}),
        (Server, {"data": {"a": float("nan"), "b": ["\ud800"]}}, {"data": {"a": None, "b": ["?"]}}),
        (Server, {"addresses": None}, {"addresses": None}),
        (Network, {"mtu": "1500"}, {"mtu": 1500}),
        (Image, {"size": 2**43}, {"size": 2**43}),
        (Image, {"size": 2**63}, {"size": None}),
        (Network, {"mtu": -1}, {"mtu": None}),
        (Network, {"mtu": 10**12}, {"mtu": None}),
        (Network, {"mtu": "big"}, {"mtu": None}),
        (Network, {"mtu": float("inf")}, {"mtu": None}),
        (Network, {"mtu": []}, {"mtu": None}),
    ],
)
def test_each_value_becomes_what_its_column_holds(model, given, kept):
    assert coerced(model, given) == kept


def test_one_odd_row_does_not_cost_the_others(cluster):
    odd = {"cloud_id": "odd", "name": {"no": "text"}, "status": "S" * 99, "host": None, "data": {"x": float("inf")}}
    good = {"cloud_id": "good", "name": "web", "status": "ACTIVE", "data": {}}
    changes = inventory.store(Server, cluster, [odd, good], seen_at=timezone.now())
    assert sorted(changes.changed) == ["good", "odd"]
    assert Server.objects.get(cloud_id="good").name == "web"
    assert Server.objects.get(cloud_id="odd").status == "S" * 64


def test_a_row_without_an_id_is_left_out(cluster):
    rows = [{"cloud_id": "", "name": "x", "data": {}}, {"cloud_id": "good", "name": "web", "data": {}}]
    assert inventory.store(Server, cluster, rows, seen_at=timezone.now()).changed == ["good"]
