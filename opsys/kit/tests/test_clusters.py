"""The clusters themselves, over REST and as a page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters.access import VIEW
from tests.factories import make_cluster, make_state

API, PAGE = "/api/v1/clusters/", "/clusters/"


@pytest.fixture
def clusters(client, make_user):
    """Three: one is well, one cannot be read, one may not be seen."""
    well = make_cluster(
        "well", capabilities={"services": {"compute": {"max": "2.90"}, "share": {"code": "no_service"}}}
    )
    broken, hidden = make_cluster("broken"), make_cluster("hidden")
    for cluster in (well, broken, hidden):
        make_state(cluster, synced_at=timezone.now())
    make_state(broken, "storage.volume", error_code="unreachable", error="…")
    client.force_login(make_user("vera", {well: [VIEW], broken: [VIEW]}))


def test_state_freshness_and_capabilities(client, clusters):
    broken, well = client.get(API).json()["results"]
    assert (well["name"], well["state"], broken["state"]) == ("well", "ok", "error")
    assert well["services"] == {"compute": {"max": "2.90"}}
    assert {one["type"]: one["state"] for one in broken["types"]} == {
        "compute.server": "ok",
        "storage.volume": "error",
    }
    assert client.get(f"{API}well/").json() == well


def test_no_address_and_no_credential(client, clusters):
    assert "invalid:5000" not in client.get(API).content.decode() and "secret" not in client.get(API).content.decode()


def test_what_may_not_be_seen_is_not_there(client, clusters):
    assert client.get(f"{API}hidden/").status_code == 404
    assert "cluster=hidden" not in client.get(PAGE).content.decode()


def test_the_page_says_what_is_wrong(client, clusters):
    page = client.get(PAGE).content.decode()
    assert "cannot be read" in page and "Volumes:" in page and "compute 2.90" in page
    assert 'href="/compute/servers/?cluster=well"' in page


def test_a_constant_number_of_queries(client, clusters, make_user):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(API)
        return len(captured)

    queries()
    few = queries()
    client.force_login(make_user("vi", {make_cluster(f"more-{number}"): [VIEW] for number in range(9)}))
    queries()
    assert queries() == few
