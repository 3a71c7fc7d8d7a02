"""The parts of a detail page that are read from the cloud when they are opened."""

import pytest

from clusters import access
from clusters.access import VIEW
from clusters.gateway import CloudError
from compute.servers import resource
from opsys.kit.declare.resource import Panel
from opsys.kit.relate.panels import panels_of


def load(conn, item, *, user, query):
    return {"lines": [f"{item.name} {query.get('tail', 10)}"], "reason": f"<script>{item.name}"}


@pytest.fixture(autouse=True)
def panels(cloud):
    """One that any viewer may open, one that needs the console permission."""
    kept = resource.SERVERS.panels
    template = "kit/_panel_problem.html"
    log = Panel("log", "Log", template, load)
    secret = Panel("screen", "Screen", template, load, permission=access.CONSOLE)
    object.__setattr__(resource.SERVERS, "panels", (log, secret))
    panels_of.cache_clear()
    yield
    object.__setattr__(resource.SERVERS, "panels", kept)
    panels_of.cache_clear()


def page(server, name):
    return f"/compute/servers/east/{server.cloud_id}/panel/{name}/"


def rest(server, name):
    return f"/api/v1/compute/servers/{server.pk}/panels/{name}/"


def test_the_page_names_them_and_asks_no_cloud(as_viewer, server, cloud):
    content = as_viewer.get(f"/compute/servers/east/{server.cloud_id}/").content.decode()
    assert page(server, "log") in content and cloud.calls == []
    assert 'href="/compute/servers/"' in content.partition("</aside>")[0], "the menu of the frame"


def test_it_is_drawn_and_escaped(as_viewer, server, cloud):
    content = as_viewer.get(page(server, "log")).content.decode()
    assert "&lt;script&gt;web-1" in content and cloud.calls == ["east"]


def test_rest_gives_its_values(as_viewer, server):
    assert as_viewer.get(rest(server, "log"), {"tail": 3}).json()["lines"] == ["web-1 3"]


def test_without_the_permission_no_cloud_is_asked(as_viewer, server, cloud):
    assert "console" in as_viewer.get(page(server, "screen")).content.decode()
    response = as_viewer.get(rest(server, "screen"))
    assert (response.status_code, response.json()["code"]) == (403, "permission")
    assert cloud.calls == []


def test_a_cloud_that_fails_is_told_with_a_way_to_try_again(as_viewer, server, cloud):
    cloud.errors["east"] = CloudError("timeout", cluster="east", request_id="req-9")
    content = as_viewer.get(page(server, "log")).content.decode()
    assert "did not answer" in content and "req-9" in content and page(server, "log") in content
    response = as_viewer.get(rest(server, "log"))
    assert (response.status_code, response.json()["code"]) == (424, "timeout")


def test_what_may_not_be_seen_is_not_there(client, make_user, other_cluster, server):
    client.force_login(make_user("west only", {other_cluster: [VIEW]}))
    assert client.get(page(server, "log")).status_code == 404
    assert client.get(rest(server, "log")).status_code == 404


def test_an_unknown_one_is_not_found(as_viewer, server):
    assert as_viewer.get(page(server, "nothing")).status_code == 404
    assert as_viewer.get(rest(server, "nothing")).status_code == 404
