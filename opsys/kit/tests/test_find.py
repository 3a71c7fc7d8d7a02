"""Search over everything: who finds what, and what stands first."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from clusters import inventory
from clusters.access import VIEW
from compute.servers.models import Server
from networking.networks.models import Network
from opsys.kit.declare import register
from opsys.kit.lists.scope import Scope
from opsys.kit.search.find import find
from storage.volumes.models import Volume
from tests.factories import make_server

ADDRESSES = [{"network": "net", "address": "10.0.0.7", "type": "fixed", "mac": "fa:16:3e:00:00:07"}]
ID = "5f0c7d5e-0000-4000-8000-00000000000a"


@pytest.fixture
def world(cluster, other_cluster):
    """Things of three types with names alike, in two clusters."""
    make_server(cluster, name="web", cloud_id=ID, addresses=ADDRESSES)
    make_server(cluster, name="web-2")
    make_server(cluster, name="my-web")
    make_server(cluster, name="10.0.0.70")
    make_server(other_cluster, name="web-west")
    row = {"cloud_id": "vol-1", "name": "web-data", "status": "in-use", "attached_to": [ID]}
    inventory.store(Volume, cluster, [row], seen_at=timezone.now())
    inventory.store(Network, cluster, [{"cloud_id": "net-1", "name": "Cobweb"}], seen_at=timezone.now())


def found(text, *clusters, limit=10):
    scope = Scope(list(clusters), list(clusters))
    return [[hit.item.name for hit in group.hits] for group in find(text, scope, limit=limit).groups]


def test_exact_hits_stand_before_beginnings_before_the_rest(world, cluster):
    assert found("web", cluster) == [["web", "web-2", "my-web"], ["web-data"], ["Cobweb"]]
    assert found("WEB", cluster) == found("web", cluster)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("10.0.0.7", ["web", "10.0.0.70"]),
        ("FA:16:3E:00:00:07", ["web"]),
        (ID[:13], ["web"]),
        ("w", []),
        (" ", []),
        ("%web", []),
        ("_eb", []),
        ("nothing-of-that-name", []),
    ],
)
def test_by_address_mac_or_a_part_of_the_id(world, cluster, text, names):
    groups = found(text, cluster)
    assert (groups[0] if groups else []) == names


def test_what_only_bears_an_id_stands_behind_what_has_it(world, cluster):
    result = find(ID, Scope([cluster], [cluster]), limit=5)
    assert [(hit.resource.name, hit.match == ID) for hit in result.hits] == [
        ("compute.server", True),
        ("storage.volume", True),
    ]
    assert result.only.item.name == "web"


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("compute.hypervisor", {"name": "compute-7", "host": "sought", "status": "enabled"}),
        ("compute.hypervisor", {"name": "compute-7", "host_ip": "sought"}),
        ("compute.service", {"name": "nova-compute@compute-7", "binary": "sought"}),
        ("compute.aggregate", {"name": "ssd", "availability_zone": "sought"}),
        ("identity.user", {"name": "ada", "email": "sought"}),
        ("identity.project", {"name": "sought"}),
    ],
)
def test_each_type_is_found_by_what_it_bears(cluster, kind, row):
    inventory.store(register.get(kind).model, cluster, [{"cloud_id": "id-1", **row}], seen_at=timezone.now())
    assert found("SOUGHT", cluster) == found("id-1", cluster) == [[row["name"]]]


def test_more_than_are_shown_is_said(world, cluster):
    servers, *_rest = find("web", Scope([cluster], [cluster]), limit=2).groups
    assert len(servers.hits) == 2 and servers.more


def test_two_of_the_same_name_are_not_one(cluster, other_cluster):
    make_server(cluster, name="twin")
    make_server(other_cluster, name="twin")
    both = Scope([cluster, other_cluster], [cluster, other_cluster])
    assert find("twin", both, limit=5).only is None
    assert find("twin", Scope([cluster], [cluster]), limit=5).only.item.cluster == cluster


def test_nothing_of_a_cluster_one_may_not_see_and_nothing_gone(world, client, make_user, cluster):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    assert client.get("/api/v1/find/", {"q": "web-west"}).json()["results"] == []
    assert "web-west" not in client.get("/find/", {"q": "web"}).content.decode()
    Server.objects.filter(name="my-web").update(gone_at=timezone.now())
    assert client.get("/api/v1/find/", {"q": "my-web"}).json()["results"] == []


class TestPage:
    @pytest.fixture(autouse=True)
    def logged_in(self, world, as_viewer):
        self.client = as_viewer

    def test_enter_opens_the_only_exact_hit(self):
        response = self.client.get("/find/", {"q": "web-2", "go": "1"})
        assert response.status_code == 302 and "/compute/servers/east/" in response["Location"]
        assert self.client.get("/find/", {"q": "web-2"}).status_code == 200

    def test_enter_shows_what_there_is_where_several_are_meant(self):
        assert self.client.get("/find/", {"q": "we", "go": "1"}).status_code == 200

    def test_while_typing_only_the_offer_is_sent(self):
        page = self.client.get("/find/", {"q": "web"}, headers={"HX-Request": "true", "HX-Target": "found"})
        text = page.content.decode()
        assert 'role="option"' in text and "<html" not in text and "Servers" in text and "east" in text

    def test_nothing_is_opened_while_one_types(self):
        headers = {"HX-Request": "true", "HX-Target": "found"}
        assert self.client.get("/find/", {"q": "web-2", "go": "1"}, headers=headers).status_code == 200

    def test_a_narrowed_search_offers_the_wide_one(self):
        assert "Search all clusters" in self.client.get("/find/", {"q": "zzz", "cluster": "east"}).content.decode()
        assert self.client.get("/find/", {"q": "zzz", "cluster": "north"}).status_code == 404

    @pytest.mark.parametrize("text", ["<script>alert(1)</script>", "'; --", "\x00", "\ud800", "é" * 500])
    def test_odd_text_finds_nothing_and_breaks_nothing(self, text):
        page = self.client.get("/find/", {"q": text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")})
        assert page.status_code == 200 and "<script>alert" not in page.content.decode()


def test_the_command_tells_what_it_found(world, make_user, cluster, capsys):
    make_user("vera", {cluster: [VIEW]})
    call_command("find", "10.0.0.7", "--as", "vera", "--json")
    (first, second) = json.loads(capsys.readouterr().out)
    assert (first["name"], first["match"], first["exact"], first["cluster"]) == ("web", "10.0.0.7", True, "east")
    assert not second["exact"]
    call_command("find", ID, "--as", "vera")
    assert capsys.readouterr().out.split()[:3] == ["compute.server", "east", ID]
    with pytest.raises(SystemExit):
        call_command("find", "nowhere", "--as", "vera")


def test_the_number_of_queries_does_not_grow(world, as_viewer, cluster, django_assert_max_num_queries):
    for number in range(40):
        make_server(cluster, name=f"web-{number:02}")
    # Session and rights, and up to two for each type.
    with django_assert_max_num_queries(6 + 2 * len(register.resources())):
        as_viewer.get("/find/", {"q": "web"}, headers={"HX-Request": "true", "HX-Target": "found"})
