"""The form of a new server: what it offers, and what it refuses before a cloud is asked."""

import pytest
from django.utils import timezone

from clusters.access import PROVISION, VIEW
from compute.flavors.models import Flavor
from compute.images.models import Image
from compute.servers.creating import form as create_form
from compute.servers.creating.form import CreateForm
from compute.servers.creating.offers import Offers
from networking.networks.models import Network

LIMITS = {"maxTotalInstances": 10, "totalInstancesUsed": 7, "maxTotalCores": -1, "maxTotalRAMSize": 8192}
GIVEN = {"name": "web", "count": "1", "source": "image", "image": "i1", "flavor": "small", "networks": ["n1"]}


@pytest.fixture
def offers(monkeypatch) -> Offers:
    said = Offers(
        zones=[("nova", "nova")],
        limits=LIMITS,
        ports=[("p1", "10.0.0.9")],
        security_groups=[("g1", "web")],
        free={"n1": 2},
        snapshots=[("s1", "disk", 20)],
    )
    monkeypatch.setattr(create_form, "offers_of", lambda cluster, project_id="": said)
    return said


@pytest.fixture
def stocked(cluster, offers):
    """A cluster with an image, three flavors and a network."""
    cluster.capabilities = {"project_id": "own", "is_admin": True}
    cluster.save()
    seen = {"cluster": cluster, "synced_at": timezone.now(), "digest": ""}
    Image.objects.create(cloud_id="i1", name="ubuntu", status="active", min_disk=10, min_ram=1024, size=2**30, **seen)
    for name, vcpus, ram, disk in (("tiny", 1, 512, 1), ("small", 1, 2048, 10), ("huge", 8, 16384, 80)):
        Flavor.objects.create(cloud_id=name, name=name, vcpus=vcpus, ram=ram, disk=disk, **seen)
    Network.objects.create(cloud_id="n1", name="front", project_id="own", subnets=["s1"], **seen)
    return cluster


@pytest.fixture
def form(stocked, make_user):
    user = make_user("olga", {stocked: [VIEW, PROVISION]})
    return lambda **changes: CreateForm({**GIVEN, **changes}, cluster=stocked, user=user)


def test_what_is_sent_for_one(form):
    filled = form(metadata="a=1", tags="front\nblue", security_groups=["g1"])
    assert filled.is_valid(), filled.errors
    ((name, params),) = filled.requests()
    assert name == "web"
    assert params == {
        "name": "web",
        "source": "image",
        "image": "i1",
        "flavor": "small",
        "networks": ["n1"],
        "security_groups": ["g1"],
        "metadata": {"a": "1"},
        "tags": ["front", "blue"],
    }


def test_several_are_a_request_each(form):
    filled = form(count="2")
    assert filled.is_valid(), filled.errors
    assert [(name, params["name"]) for name, params in filled.requests()] == [("web-1", "web-1"), ("web-2", "web-2")]


def test_what_belongs_to_another_source_is_not_sent(form):
    filled = form(source="new-volume", volume_size="20", delete_volume="on", volume_snapshot="s1")
    assert filled.is_valid(), filled.errors
    ((_name, params),) = filled.requests()
    assert (params["volume_size"], params["delete_volume"]) == (20, True) and "volume_snapshot" not in params


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\tb\x07"}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": "x" * 254, "count": "2"}, "name"),
        ({"count": "0"}, "count"),
        ({"count": "101"}, "count"),
        ({"image": ""}, "image"),
        ({"image": "no-such"}, "image"),
        ({"flavor": "tiny"}, "flavor"),  # smaller than the image needs
        ({"flavor": "huge"}, "flavor"),  # more memory than the quota leaves
        ({"count": "4"}, "flavor"),  # more servers than the quota leaves
        ({"count": "3"}, "networks"),  # more than there are free addresses
        ({"networks": []}, "networks"),
        ({"networks": [], "ports": ["p1"], "count": "2"}, "ports"),
        ({"ports": ["nobody's"]}, "ports"),
        ({"fixed_ip": "10.0.0.300"}, "fixed_ip"),
        ({"fixed_ip": "10.0.0.3", "count": "2"}, "fixed_ip"),
        ({"networks": [], "ports": ["p1"], "fixed_ip": "10.0.0.3"}, "fixed_ip"),
        ({"source": "new-volume"}, "volume_size"),
        ({"source": "new-volume", "volume_size": "5"}, "volume_size"),
        ({"source": "volume"}, "volume"),
        ({"source": "snapshot"}, "volume_snapshot"),
        ({"source": "snapshot", "volume_snapshot": "s1", "volume_size": "5"}, "volume_size"),
        ({"source": "tape"}, "source"),
        ({"user_data": "x" * 49_150}, "user_data"),
        ({"metadata": "no equals sign"}, "metadata"),
        ({"tags": "a/b"}, "tags"),
        ({"tags": "\n".join(map(str, range(51)))}, "tags"),
        ({"security_groups": ["nobody's"]}, "security_groups"),
    ],
)
def test_what_cannot_work_is_said_at_its_field(form, changes, field):
    filled = form(**changes)
    assert not filled.is_valid() and field in filled.errors, filled.errors


def test_user_data_may_have_the_whole_limit(form):
    assert form(user_data="x" * 49_149).is_valid()


def test_the_table_of_flavors_says_why_not(form):
    reasons = {row["name"]: row["reason"] for row in form().flavor_rows()}
    assert "memory" in reasons["tiny"] and not reasons["small"] and "quota" in reasons["huge"]
    assert {row["name"]: row["chosen"] for row in form().flavor_rows()}["small"]


def test_the_page_stands_although_nothing_can_be_asked(client, make_user, stocked, monkeypatch):
    problem = Offers(problems={"compute": "Cluster east did not answer in time."})
    monkeypatch.setattr(create_form, "offers_of", lambda cluster, project_id="": problem)
    client.force_login(make_user("olga", {stocked: [VIEW, PROVISION]}))
    response = client.get("/compute/servers/new/create/", {"cluster": "east", "image": "i1"})
    page = response.content.decode()
    assert response.status_code == 200 and "did not answer in time" in page
    assert 'value="i1" selected' in page and "front" in page


def test_who_may_not_create_is_told_and_shown_nothing(client, make_user, stocked):
    client.force_login(make_user("vera", {stocked: [VIEW]}))
    page = client.get("/compute/servers/new/create/", {"cluster": "east"}).content.decode()
    assert "permission" in page and 'name="flavor"' not in page


@pytest.mark.parametrize(
    ("network", "said"),
    [
        ({"subnets": []}, "no subnet"),
        ({"subnets": ["s"], "external": True}, "floating IP"),
        ({"subnets": ["s"], "cloud_id": "full"}, "no free address left"),
    ],
)
def test_a_network_that_cannot_be_chosen_says_why(form, stocked, offers, network, said):
    offers.free["full"] = 0
    fields = {"cloud_id": "n2", "name": "other", "project_id": "own", **network}
    Network.objects.create(cluster=stocked, synced_at=timezone.now(), digest="", **fields)
    rows = {row["name"]: row["reason"] for row in form().network_rows()}
    assert rows["front"] == "" and said in rows["other"]
    assert "networks" in form(networks=[fields["cloud_id"]]).errors
