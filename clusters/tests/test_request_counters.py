"""How quick a cloud's API answers, and how often it does not, is counted by the readings."""

import pytest

from clusters import sync
from clusters.gateway import CloudError
from clusters.models import Cluster, Credential, SyncState
from compute.flavors.models import Flavor
from compute.servers.models import Server
from tests.wire import as_json

SERVERS = "GET /compute/v2.1/servers/detail"


@pytest.fixture
def east(db, cloud):
    cluster = Cluster.objects.create(name="east", auth_url=cloud.auth_url)
    Credential.objects.create(cluster=cluster, username="admin", secret="right", project_name="admin")
    return cluster


def counters(resource="compute.server"):
    state = SyncState.objects.get(resource=resource)
    return state.requests, state.request_ms, state.request_errors


def test_changes_are_counted_and_whole_lists_are_not(cloud, east):
    cloud.answers[SERVERS] = as_json(200, {"servers": []})
    sync.sync(east, Server)
    assert counters() == (0, 0, 0)
    for expected in (1, 2):
        sync.sync(east, Server, full=False)
        requests, waited, errors = counters()
        assert (requests, errors) == (expected, 0) and 0 <= waited < 5000


def test_whole_lists_count_where_a_service_tells_no_changes(cloud, east):
    cloud.answers["GET /compute/v2.1/flavors/detail"] = as_json(200, {"flavors": []})
    sync.sync(east, Flavor)
    assert counters("compute.flavor")[0] >= 1


@pytest.mark.parametrize(("status", "errors"), [(500, 1), (403, 0)])
def test_a_failure_of_the_cloud_counts_and_a_refusal_does_not(cloud, east, status, errors):
    cloud.answers[SERVERS] = as_json(status, {})
    with pytest.raises(CloudError):
        sync.sync(east, Server)
    assert counters() == (0, 0, errors)
