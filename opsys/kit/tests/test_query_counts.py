"""The number of queries of each page: frozen, and the same however many rows and clusters there are."""

import pytest

from clusters import sync
from clusters.access import OPERATE, VIEW
from tests.factories import make_cluster, make_server, make_state

URL = "/compute/servers/"
REGION = {"HX-Request": "true", "HX-Target": "region"}


@pytest.fixture(params=[(1, 1), (20, 60)], ids=lambda size: f"{size[0]} clusters, {size[1]} rows")
def servers(request, client, make_user, monkeypatch):
    """Servers in some clusters, of which the logged-in user may see all."""
    cluster_count, row_count = request.param
    clusters = [make_cluster(f"cloud-{number:02}") for number in range(cluster_count)]
    for cluster in clusters:
        make_state(cluster)
    rows = [make_server(clusters[n % cluster_count], name=f"web-{n}") for n in range(row_count)]
    client.force_login(make_user("viewer", {cluster: [VIEW, OPERATE] for cluster in clusters}))
    # The first request of a session is dearer: it notes that somebody is there, and looks at these clusters.
    monkeypatch.setattr(sync, "_said", {})
    client.get(URL)
    return rows


@pytest.mark.parametrize(
    ("address", "headers", "queries"),
    [
        (URL, {}, 11),
        (f"{URL}?status=ACTIVE&sort=-created", {}, 11),
        (f"{URL}?q=web&sort=host", {}, 11),
        (f"{URL}?sort=cluster", {}, 11),
        (URL, REGION, 9),
        (f"{URL}freshness/", REGION, 4),
        (f"{URL}count/?status=ACTIVE", REGION, 4),
        ("/api/v1/compute/servers/?sort=-created", {}, 9),
        (f"{URL}menu/{{row.pk}}/", REGION, 5),
        (f"{URL}{{row.cluster.name}}/{{row.cloud_id}}/", {}, 12),
    ],
)
def test_the_number_of_queries_does_not_grow(client, servers, django_assert_num_queries, address, headers, queries):
    with django_assert_num_queries(queries):
        response = client.get(address.format(row=servers[0]), headers=headers)
    assert response.status_code == 200
