"""Pages over the wire: markers that a service refuses, in the words of each, and links that are missing."""

from urllib.parse import parse_qs, urlsplit

import pytest

from clusters import gateway, sync
from clusters.gateway import Listing, read_count, read_page
from clusters.models import Cluster, Credential
from compute.servers.models import Server
from tests.wire import as_json

SERVERS = Listing("compute", "/servers/detail", "servers", microversion="2.96")
PATH = "GET /compute/v2.1/servers/detail"


@pytest.fixture
def east(db, cloud):
    cluster = Cluster.objects.create(name="east", auth_url=cloud.auth_url)
    Credential.objects.create(cluster=cluster, username="admin", secret="right", project_name="admin")
    return cluster


@pytest.fixture
def page(cloud, east):
    """page(markers, limit) → the page, of the servers a to f of which c is deleted."""

    def serve(handler):
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        if query.get("marker") == "c":
            return as_json(cloud.refuses, {"badRequest": {"message": "marker [c] not found", "code": cloud.refuses}})
        rows = [name for name in "abdef" if name > query.get("marker", "")][: int(query["limit"])]
        links = [{"rel": "next", "href": f"http://x/?marker={rows[-1]}"}] if rows and rows[-1] != "f" else []
        return as_json(200, {"servers": [{"id": name, "name": name} for name in rows], "servers_links": links})

    cloud.answers[PATH], cloud.refuses = serve, 400

    def read(*markers, limit=2):
        with gateway.call(east) as call:
            return read_page(call.conn, SERVERS, markers=markers, limit=limit)

    return read


def ids(page):
    return [item["id"] for item in page.items]


@pytest.mark.parametrize("status", [400, 404])
def test_a_deleted_marker(cloud, page, status):
    cloud.refuses = status
    assert ids(page("c", "b", "a")) == ["d", "e"]
    assert ids(page("b")) == ["d", "e"] and not page("b").from_start
    assert ids(page("c")) == ["a", "b"] and page("c").from_start


def test_where_to_go_on(page):
    assert page(limit=3).markers == ["d", "b", "a"], "the last one first, then others before it"
    assert page("d", limit=9).markers == []


def test_other_refusals_are_no_markers(cloud, page):
    cloud.answers[PATH] = as_json(403, {"forbidden": {"message": "no", "code": 403}})
    with pytest.raises(gateway.CloudError) as caught:
        page("b")
    assert caught.value.code == "forbidden"
    cloud.answers[PATH] = as_json(400, {"badRequest": {"message": "odd", "code": 400}})
    with pytest.raises(gateway.CloudError) as caught:
        page("b")
    assert caught.value.code == "bad_request"


def test_a_whole_pass(cloud, page, east):
    sync.sync(east, Server)
    assert set(Server.objects.present().values_list("cloud_id", flat=True)) == set("abdef")


@pytest.mark.parametrize(("answer", "count"), [({"servers": [], "count": 20}, 20), ({"servers": []}, None)])
def test_how_many_there_are(cloud, east, answer, count):
    asked = []

    def serve(handler):
        asked.append(parse_qs(urlsplit(handler.path).query))
        return as_json(200, answer)

    cloud.answers[PATH] = serve
    listing = Listing("compute", "/servers/detail", "servers", {"limit": 50, "status": "ACTIVE"}, "2.96")
    with gateway.call(east) as call:
        assert read_count(call.conn, listing) == count
    assert asked == [{"limit": ["1"], "status": ["ACTIVE"], "with_count": ["true"]}]


def test_an_older_cloud_does_not_understand_what_came_later(east):
    listing = Listing("compute", "/servers/detail", "servers", since="2.999")
    with gateway.call(east) as call:
        assert gateway.if_understood(lambda: read_count(call.conn, listing), "refused") == "refused"
