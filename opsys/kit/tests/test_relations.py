"""Relations: declared at one end, seen at both."""

import pytest
from django.utils import timezone

from clusters import inventory
from clusters.access import PROVISION, VIEW
from clusters.links import ResourceLink
from compute.images.resource import IMAGES
from compute.servers.models import Server
from compute.servers.resource import SERVERS
from opsys.kit.relate.relations import dependents_of, referrers_of
from storage.volumes.resource import VOLUMES
from tests.factories import make_server

SERVER = {"cloud_id": "s1", "name": "web-1", "status": "ACTIVE", "image_id": "i1"}
ATTACHED = {"data": {"os-extended-volumes:volumes_attached": [{"id": "v1"}, {"id": "v2"}]}}


def store(cluster, model, *rows):
    inventory.store(model, cluster, rows, seen_at=timezone.now())


@pytest.fixture
def rows(cluster):
    store(cluster, VOLUMES.model, {"cloud_id": "v1", "name": "data-1"}, {"cloud_id": "v2", "name": "data-2"})
    store(cluster, IMAGES.model, {"cloud_id": "i1", "name": "debian"})
    store(cluster, Server, {**SERVER, **ATTACHED})


def test_links_are_what_the_row_says_now(cluster, rows):
    assert set(ResourceLink.objects.values_list("source_id", "relation", "target_id")) == {
        ("s1", "volumes", "v1"),
        ("s1", "volumes", "v2"),
    }
    store(cluster, Server, {**SERVER, "data": {"os-extended-volumes:volumes_attached": [{"id": "v2"}]}})
    assert list(ResourceLink.objects.values_list("target_id", flat=True)) == ["v2"]


def test_the_column_the_filter_and_the_panel_come_of_the_declaration(client, make_user, cluster, rows):
    make_server(cluster, name="other")
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    listed = client.get("/compute/servers/?volumes=v1&columns=all").content.decode()
    assert "web-1" in listed and "other" not in listed and ">data-2</a>" in listed
    page = client.get("/storage/volumes/east/v1/").content.decode()
    assert "/storage/volumes/east/v1/panel/compute-server-volumes/" in page
    panel = client.get("/storage/volumes/east/v1/panel/compute-server-volumes/").content.decode()
    assert ">web-1</a>" in panel and "other" not in panel and "volumes=v1" in panel


def test_rest_tells_what_refers_to_a_resource(client, make_user, cluster, rows):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    image = IMAGES.model.objects.get()
    found = client.get(f"/api/v1/compute/images/{image.pk}/panels/compute-server-image/").json()
    assert [row["name"] for row in found["rows"]] == ["web-1"] and found["count"] == 1
    summary = client.get(f"/api/v1/compute/images/{image.pk}/panels/related/").json()["types"]
    assert [(one["type"], one["count"]) for one in summary] == [("compute.server", 1)]


def test_before_a_deletion_it_is_said_what_refers_to_it(client, make_user, cluster, rows):
    client.force_login(make_user("olga", {cluster: [VIEW, PROVISION]}))
    image = IMAGES.model.objects.get()
    dialog = client.get(f"/compute/images/do/delete/?ids={image.pk}").content.decode()
    assert "They stay, without it." in dialog and "image=i1" in dialog
    plan = client.post(
        "/api/v1/compute/images/do/delete/", {"ids": [image.pk], "dry_run": True}, content_type="application/json"
    ).json()
    assert [(one["type"], one["count"], one["on_delete"]) for one in plan["dependents"]] == [
        ("compute.server", 1, "detaches")
    ]


def test_what_is_gone_or_elsewhere_does_not_count(cluster, other_cluster, make_user, rows):
    store(other_cluster, Server, {**SERVER, "cloud_id": "s9"})
    store(cluster, Server, {**SERVER, "gone": True})
    user = make_user("vera", {cluster: [VIEW], other_cluster: [VIEW]})
    assert dependents_of(IMAGES, list(IMAGES.model.objects.all()), user=user) == []


def test_counting_costs_two_queries_however_many_types(cluster, make_user, rows, django_assert_num_queries):
    user = make_user("vera", {cluster: [VIEW]})
    volumes = list(VOLUMES.model.objects.all())
    with django_assert_num_queries(2):  # what is held, and one union
        (found,) = dependents_of(VOLUMES, volumes, user=user)
    assert (found.referrer.resource, found.count) == (SERVERS, 1)


def test_a_column_that_shows_an_id_is_a_relation_too():
    assert "compute.image" in {referrer.resource.name for referrer in referrers_of("identity.project")}
