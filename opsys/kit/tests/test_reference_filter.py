"""A filter that takes the id or the name of what rows refer to."""

import pytest

from clusters.access import VIEW
from identity.projects.models import Project
from tests.factories import make_cluster, make_server

SEEN = {"synced_at": "2026-01-02T03:04:05Z", "digest": ""}


@pytest.fixture
def servers(client, cluster, other_cluster, make_user):
    """Of two clusters that each have a project “shop”; a third, with one too, may not be seen."""
    hidden = make_cluster("hidden")
    for place, cloud_id in ((cluster, "p-east"), (other_cluster, "p-west"), (hidden, "p-other")):
        Project.objects.create(cluster=place, cloud_id=cloud_id, name="shop", **SEEN)
    make_server(cluster, name="a", project_id="p-east")
    make_server(other_cluster, name="b", project_id="p-west")
    make_server(cluster, name="c", project_id="p-west")  # the other cluster's project has this id, not this one's
    make_server(cluster, name="d", project_id="p-other")
    client.force_login(make_user("vera", {cluster: [VIEW], other_cluster: [VIEW]}))


@pytest.mark.parametrize(
    ("project", "found"),
    [("shop", {"a", "b"}), ("p-east", {"a"}), ("p-west", {"b", "c"}), ("nobody", set()), ("", {"a", "b", "c", "d"})],
)
def test_a_project_by_name_or_id(client, servers, project, found):
    rows = client.get("/api/v1/compute/servers/", {"project": project}).json()["results"]
    assert {row["name"] for row in rows} == found


def test_the_list_names_the_project_and_leads_to_it(client, servers):
    page = client.get("/compute/servers/?project=shop").content.decode()
    assert '<a href="/identity/projects/east/p-east/">shop</a>' in page


def test_it_costs_one_query(client, servers, django_assert_num_queries):
    address = "/api/v1/compute/servers/"
    client.get(address)
    with django_assert_num_queries(9):
        client.get(f"{address}?sort=name")
    with django_assert_num_queries(10):
        client.get(f"{address}?sort=name&project=shop")
