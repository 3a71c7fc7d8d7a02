"""The topology of a cluster, of a project and around a resource, for people and for programs."""

import pytest
from django.utils import timezone

from clusters.access import VIEW
from clusters.links import write_links
from networking.topology import walking
from opsys.kit.declare import register
from tests.factories import make_server

URL, API = "/networking/topology/", "/api/v1/networking/topology/"


def make(kind, cluster, cloud_id, **fields):
    model = register.get(f"networking.{kind}").model
    values = {"name": cloud_id, "digest": "", "synced_at": timezone.now(), **fields}
    row = model.objects.create(cluster=cluster, cloud_id=cloud_id, **values)
    write_links(model, cluster, [row])
    return row


def make_port(cluster, cloud_id, network, device="", owner="compute:nova", **fields):
    subnets = [f"{network}-sub"]
    return make(
        "port",
        cluster,
        cloud_id,
        network_id=network,
        device_id=device,
        device_owner=owner,
        subnet_ids=subnets,
        fixed_ips=[{"subnet_id": subnets[0], "ip_address": "10.0.0.5"}],
        **fields,
    )


@pytest.fixture
def world(cluster):
    """public ← r1 → front (web-1 with a floating IP, web-2), r1 → back (db-1)."""
    make("network", cluster, "public", external=True)
    for network in ("front", "back"):
        make("network", cluster, network, project_id="p1")
        make("subnet", cluster, f"{network}-sub", network_id=network, project_id="p1")
        make_port(cluster, f"r1-{network}", network, "r1", "network:router_interface", project_id="p1")
    make("router", cluster, "r1", external_network_id="public", project_id="p1")
    for name, network, project in (("web-1", "front", "p1"), ("web-2", "front", "p2"), ("db-1", "back", "p1")):
        make_server(cluster, name=name, cloud_id=name, project_id=project)
        make_port(cluster, f"{name}-port", network, name, project_id=project)
    make("floatingip", cluster, "fip", network_id="public", port_id="web-1-port", router_id="r1", project_id="p1")
    return cluster


@pytest.fixture
def ada(client, cluster, make_user):
    user = make_user("ada", {cluster: [VIEW]})
    client.force_login(user)
    return user


def told(client, **query):
    return client.get(API, query).json()


def names(client, **query):
    return {node["name"] for node in told(client, **query)["nodes"]}


def test_a_cluster_with_its_edges_from_the_declared_relations(client, ada, world):
    found = told(client, cluster="east")
    edges = {(edge["source"].partition("/")[2], edge["target"].partition("/")[2]) for edge in found["edges"]}
    assert len(found["nodes"]) == 15
    assert {("web-1-port", "web-1"), ("web-1-port", "front-sub"), ("front-sub", "front"), ("r1", "public")} <= edges
    assert {("fip", "web-1-port"), ("r1-front", "r1")} <= edges
    assert ("web-1-port", "front") not in edges


def test_a_project_with_what_it_uses_of_others(client, ada, world):
    make("network", world, "elsewhere", project_id="p2")
    found = names(client, cluster="east", project="p1")
    assert "web-2" not in found and "elsewhere" not in found and {"web-1", "public", "r1", "db-1"} <= found
    assert {"web-2", "front"} <= names(client, cluster="east", project="p2")


def test_a_project_goes_by_its_name_too(client, ada, world):
    model = register.get("identity.project").model
    model.objects.create(cluster=world, cloud_id="p2", name="shop", synced_at=timezone.now())
    assert "web-2" in names(client, project="shop") and "web-1" not in names(client, project="shop")


def test_around_a_server_stands_its_way_out_and_not_its_neighbours(client, ada, world):
    found = names(client, cluster="east", around="compute.server/web-1")
    assert found == {"web-1", "web-1-port", "front-sub", "front", "r1-front", "r1", "public", "fip"}


def test_around_a_network_stand_all_its_servers(client, ada, world):
    found = names(client, cluster="east", around="networking.network/front")
    assert {"web-1", "web-2", "r1", "public", "fip"} <= found and "db-1" not in found and "back" not in found


def test_around_a_router_stand_its_networks_without_their_servers(client, ada, world):
    found = names(client, cluster="east", around="networking.router/r1")
    assert {"front", "back", "public"} <= found and "db-1" not in found


def test_of_too_many_it_says_so_and_offers_neighbourhoods(client, ada, world, monkeypatch):
    monkeypatch.setattr(walking, "MOST", 10)
    found = told(client, cluster="east")
    assert found["too_many"] == 15 and found["nodes"] == []
    assert "compute.server/web-1" in [offer["around"] for offer in found["offers"]]
    assert [offer["name"] for offer in told(client, q="db-")["offers"]] == ["db-1"]
    page = client.get(URL, {"cluster": "east"}).content.decode()
    assert "15 resources or more are too many" in page and "around=networking.network%2Ffront" in page
    assert len(names(client, around="compute.server/web-1")) == 8


def test_the_page_holds_the_picture_and_the_same_as_a_table(client, ada, world):
    page = client.get(URL).content.decode()
    assert '"id": "compute.server/web-1"' in page and 'id="topology-table"' in page
    assert f'href="{register.get("compute.server").url("item", "east", "web-1")}"' in page
    region = client.get(URL, headers={"HX-Request": "true", "HX-Target": "region"}).content.decode()
    assert "<html" not in region and 'data-live-type="networking.port"' in region


def test_an_empty_cluster_has_nothing_to_draw(client, ada, cluster):
    assert "There is nothing to draw" in client.get(URL).content.decode()


def test_what_one_may_not_see_is_not_there(client, world, make_user, other_cluster):
    client.force_login(make_user("vera", {other_cluster: [VIEW]}))
    assert client.get(API, {"cluster": "east"}).status_code == 404
    assert client.get(API, {"around": "compute.server/web-1"}).status_code == 404
    assert told(client)["nodes"] == []


@pytest.mark.parametrize("around", ["compute.server/none", "compute.image/x", "x", "/", "networking.network/"])
def test_around_what_there_is_not(client, ada, world, around):
    assert client.get(URL, {"around": around}).status_code == 404


def test_around_what_is_gone_the_page_says_so(client, ada, world):
    """Also where it went while the page was open."""
    register.get("compute.server").model.objects.filter(cloud_id="web-1").update(gone_at=timezone.now())
    around = {"cluster": "east", "around": "compute.server/web-1"}
    region = client.get(URL, around, headers={"HX-Request": "true", "HX-Target": "region"})
    for answer in (region, client.get(URL, around)):
        assert "It no longer exists on cluster east." in answer.content.decode()
        assert '{"nodes": [], "edges": []}' in answer.content.decode()
    assert client.get(API, around).status_code == 404


def test_a_name_that_is_markup_stays_a_name(client, ada, world):
    make("network", world, "evil", name="</script><script>alert(1)</script>")
    assert "<script>alert" not in client.get(URL).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_cluster(client, ada, world, django_assert_max_num_queries):
    for number in range(60):
        make_server(world, name=f"s{number}", cloud_id=f"s{number}")
        make_port(world, f"s{number}-port", "front", f"s{number}")
    client.get(URL)
    with django_assert_max_num_queries(45):
        assert "s59" in client.get(URL).content.decode()
    with django_assert_max_num_queries(90):
        assert "s59" in client.get(URL, {"around": "networking.network/front"}).content.decode()


def test_a_name_of_two_projects_is_drawn_for_neither(client, ada, world):
    projects = register.get("identity.project").model
    for cloud_id, domain in (("p1", "one"), ("p2", "two")):
        projects.objects.create(
            cluster=world, cloud_id=cloud_id, name="ci", domain=domain, digest="", synced_at=timezone.now()
        )
    page = client.get(URL, {"project": "ci"}).content.decode()
    assert "is not unique" in page and "web-1" not in page
    answer = client.get(API, {"project": "ci"})
    assert answer.status_code == 400 and "p1" in str(answer.json()) and "p2" in str(answer.json())
    assert client.get(API, {"project": "p1"}).status_code == 200
