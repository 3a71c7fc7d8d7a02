"""What a filter offers: the values there are, with their numbers, and several of them at once."""

import pytest

from clusters.access import VIEW
from clusters.inventory import store
from compute.images.models import Image
from compute.servers.models import Server
from identity.projects.models import Project
from storage.volumes.models import Volume
from tests.factories import make_cluster, make_server

URL = "/compute/servers/"
SEEN = {"synced_at": "2026-01-02T03:04:05Z", "digest": ""}
PART = {"HX-Request": "true"}


@pytest.fixture
def servers(client, cluster, other_cluster, make_user):
    """Seven of two clusters, and one of a cluster that may not be seen."""
    for number in range(4):
        make_server(cluster, name=f"a-{number}", host="compute-2", project_id="p-east", image_id="i-1")
    make_server(cluster, name="b", host="compute-1", status="ERROR", project_id="p-east", locked=True)
    make_server(other_cluster, name="c", host="compute-9", project_id="p-west")
    make_server(other_cluster, name="d", host="", project_id="p-gone")
    make_server(make_cluster("hidden"), name="h", host="compute-2", project_id="p-hidden")
    Project.objects.create(cluster=cluster, cloud_id="p-east", name="shop", **SEEN)
    Project.objects.create(cluster=other_cluster, cloud_id="p-west", name="shop", **SEEN)
    Image.objects.create(cluster=cluster, cloud_id="i-1", name="cirros", **SEEN)
    client.force_login(make_user("vera", {cluster: [VIEW], other_cluster: [VIEW]}))


def offered(client, name, query="", url=URL):
    response = client.get(f"{url}values/{name}/?{query}", headers=PART)
    assert response.status_code == 200
    return [(one.value, one.label, one.count) for one in response.context["values"]]


def test_the_hosts_there_are_the_most_used_first(client, servers):
    assert offered(client, "host") == [
        ("compute-2", "compute-2", 4),
        ("compute-1", "compute-1", 1),
        ("compute-9", "compute-9", 1),
    ]
    assert offered(client, "host", "find=E-9") == [("compute-9", "compute-9", 1)]
    assert offered(client, "host", "find=nothing") == []
    assert offered(client, "host", "cluster=west") == [("compute-9", "compute-9", 1)]


def test_what_is_chosen_comes_first_also_what_is_not_offered(client, servers):
    found = offered(client, "host", "host=compute-9&host=elsewhere&find=compute-2")
    assert found == [("compute-9", "compute-9", -1), ("elsewhere", "elsewhere", -1), ("compute-2", "compute-2", 4)]


def test_projects_stand_by_their_names_and_are_told_apart(client, servers):
    assert offered(client, "project") == [
        ("p-east", "shop in east", 5),
        ("p-gone", "p-gone", 1),
        ("p-west", "shop in west", 1),
    ]
    assert [value for value, *_rest in offered(client, "project", "find=SHO")] == ["p-east", "p-west"]
    assert offered(client, "image") == [("i-1", "cirros", 4)]


def test_declared_choices_all_stand_there_those_of_rows_first(client, servers):
    found = offered(client, "status")
    assert found[:2] == [("ACTIVE", "ACTIVE", 6), ("ERROR", "ERROR", 1)]
    assert ("BUILD", "BUILD", 0) in found


def test_what_is_linked_is_counted_over_rows_that_are_there(client, servers, cluster):
    Volume.objects.create(cluster=cluster, cloud_id="v-1", name="data", **SEEN)
    data = {"os-extended-volumes:volumes_attached": [{"id": "v-1"}]}
    rows = [{"cloud_id": name, "name": name, "data": data} for name in ("one", "two")]
    seen = Server.objects.first().synced_at
    store(Server, cluster, rows, seen_at=seen)
    assert offered(client, "volumes") == [("v-1", "data", 2)]
    store(Server, cluster, [{"cloud_id": "two", "gone": True}], seen_at=seen)
    assert offered(client, "volumes") == [("v-1", "data", 1)]


@pytest.mark.parametrize("name", ["nothing", "q"])
def test_there_are_no_values_of_what_is_no_filter(client, servers, name):
    assert client.get(f"{URL}values/{name}/").status_code == 404


def test_several_values_at_once(client, servers):
    def names(query):
        return [row.name for row in client.get(f"{URL}?{query}").context["page"].rows]

    assert names("host=compute-1&host=compute-9") == ["b", "c"]
    assert names("project=p-west&project=p-gone") == ["c", "d"]
    assert names("project=shop&project=p-gone") == ["a-0", "a-1", "a-2", "a-3", "b", "c", "d"]
    assert names("host=+") == []
    assert "host" in client.get(f"{URL}?{'&'.join(f'host={n}' for n in range(101))}").context["filter"].form.errors


def test_the_page_says_by_name_what_is_chosen(client, servers):
    page = client.get(f"{URL}?project=p-east&image=i-1").content.decode()
    assert '<span class="form-check-label">shop</span>' in page
    assert '<span class="form-check-label">cirros</span>' in page


def test_a_cell_bears_what_its_filter_takes(client, servers):
    page = client.get(f"{URL}?q=a-0&columns=all").content.decode()
    for name, value in {"status": "ACTIVE", "host": "compute-2", "project": "p-east", "image": "i-1"}.items():
        assert f'data-filter="{name}" data-value="{value}"' in page


@pytest.mark.parametrize(
    ("name", "queries"), [("host", 4), ("status", 4), ("project", 5), ("image", 5), ("volumes", 6)]
)
def test_a_constant_number_of_queries(client, servers, django_assert_max_num_queries, name, queries):
    client.get(URL)
    with django_assert_max_num_queries(queries):
        offered(client, name)
