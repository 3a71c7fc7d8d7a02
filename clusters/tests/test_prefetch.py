"""The next page of a long list is asked for while the last one is stored."""

import threading

import pytest

from clusters import gateway, inventory, sync
from clusters.gateway import Listing
from clusters.models import Cluster, Credential, SyncState
from clusters.readings import leases
from clusters.readings.prefetch import Prefetch, Question
from clusters.tests.listed_cloud import PAGE
from compute.servers.models import Server
from tests.platform import PATIENCE_SECONDS

SERVERS = Question(Listing("compute", "/servers/detail", "servers"), (), 10)


@pytest.fixture
def asked(listed_cloud):
    """Events of the pages, set when the cloud is asked for them."""
    events = [threading.Event() for _page in range(9)]
    listed_cloud.happens = lambda number: events[number].set()
    return events


def storing(monkeypatch, before):
    """`before` is called with the number of each page before it is stored."""
    numbers = iter(range(1, 9))

    def store(*arguments, store=inventory.store, **options):
        before(next(numbers))
        return store(*arguments, **options)

    monkeypatch.setattr(inventory, "store", store)


def test_each_page_is_asked_for_while_the_one_before_is_stored(cluster, listed_cloud, asked, monkeypatch):
    waited = []
    storing(monkeypatch, lambda number: waited.append(number == 8 or asked[number + 1].wait(timeout=PATIENCE_SECONDS)))
    sync.sync(cluster, Server)
    assert waited == [True] * 8 and len(listed_cloud.pages) == 8
    assert Server.objects.count() == 50


def test_a_lost_lease_ends_the_pass_with_a_page_under_way(cluster, listed_cloud, asked, monkeypatch):
    def seized(number):
        if number == 3:
            asked[4].wait(timeout=PATIENCE_SECONDS)
            leases.seize(sync.state_of(cluster, Server))

    storing(monkeypatch, seized)
    sync.sync(cluster, Server)
    assert asked[5].is_set() and Server.objects.count() == 3 * PAGE
    assert len(listed_cloud.pages) == 5 and not SyncState.objects.get().error_code


def test_it_is_part_of_the_running_call(db, cloud):
    cluster = Cluster.objects.create(name="east", auth_url=cloud.auth_url)
    Credential.objects.create(cluster=cluster, username="admin", secret="right", project_name="admin")
    with gateway.call(cluster) as call, Prefetch(call.conn) as prefetch:
        prefetch.start(SERVERS)
        assert prefetch.started
        assert prefetch.answer().page.items == [] and not prefetch.started
        assert call.answers("compute")[0] == 1
    headers = [
        headers for _method, path, headers, _body in cloud.seen if path.startswith("/compute/v2.1/servers/detail")
    ]
    assert [head["X-Openstack-Request-Id"] for head in headers] == [call.global_request_id]
