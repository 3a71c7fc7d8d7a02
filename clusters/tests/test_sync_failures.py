"""What goes wrong with a reading is noted in its state, whatever it is, and no header of an answer can cause it."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from clusters import gateway, inventory, sync
from clusters.gateway import CloudError
from clusters.gateway.session import _clock_ahead
from clusters.inventory import Source
from clusters.models import Credential, SyncState
from compute.servers.models import Server
from tests.factories import make_cluster, make_state
from tests.wire import as_json


@pytest.mark.parametrize(
    "date",
    [
        "Sat, 28 Nov 2026 03:20:00 GMT, Sat, 28 Nov 2026 03:20:00 GMT",  # sent twice, as requests joins it
        "yesterday",
        "",
        "Sat, 99 Nov 2026 03:20:00 GMT",
        "Sat, 28 Nov 99999999999 03:20:00 GMT",
        "0",
    ],
)
def test_a_header_that_is_no_date_is_passed_over(date):
    ahead = _clock_ahead(SimpleNamespace(headers={"date": date}))
    assert ahead is None or isinstance(ahead, timedelta)


@pytest.mark.parametrize("zone", ["-0000", "GMT", "+0000"])
def test_a_date_counts_whatever_way_it_says_utc(zone):
    ahead = _clock_ahead(SimpleNamespace(headers={"date": f"Sat, 28 Nov 2026 03:20:00 {zone}"}))
    assert isinstance(ahead, timedelta)


def raises(error):
    def fetch(conn):
        raise error
        yield

    return fetch


@pytest.fixture
def gateway_call(monkeypatch):
    class Call:
        conn = None

        def __enter__(self):
            return self

        def __exit__(self, *args):
            return False

        def cloud_time(self, moment):
            return moment

    monkeypatch.setattr("clusters.sync.gateway.call", lambda cluster, **options: Call())


def test_a_fault_of_ours_is_noted_and_the_lease_is_free(cluster, gateway_call, monkeypatch):
    monkeypatch.setitem(inventory.SOURCES, Server, Source("compute", raises(TypeError("odd")), None))
    with pytest.raises(TypeError):
        sync.sync(cluster, Server)
    state = SyncState.objects.get(resource="compute.server")
    assert (state.error_code, state.failures, state.running_until) == ("unexpected", 1, None)
    assert "could not be processed" in state.error and "odd" not in state.error


def test_an_error_of_the_cloud_is_noted_once(cluster, gateway_call, monkeypatch):
    error = CloudError("timeout", cluster="east")
    monkeypatch.setitem(inventory.SOURCES, Server, Source("compute", raises(error), None))
    with pytest.raises(CloudError):
        sync.sync(cluster, Server)
    state = SyncState.objects.get(resource="compute.server")
    assert (state.error_code, state.failures) == ("timeout", 1)


def test_a_service_that_a_cloud_does_not_have_is_no_error_in_the_list_of_clusters(db, capsys):
    cluster = make_cluster("small")
    make_state(cluster, resource="storage.volume", error="It does not offer this.", error_code="no_service")
    call_command("list_clusters", "--json")
    (facts,) = json.loads(capsys.readouterr().out)
    assert (facts["error"], facts["missing_services"]) == ("", ["block-storage"])
    call_command("list_clusters")
    assert "without block-storage" in capsys.readouterr().out


MINE = Credential(username="a", secret="right", project_name="p")


def test_an_end_of_the_token_that_is_no_moment_is_the_clouds_fault(cloud, cluster):
    answer = cloud._log_in

    def log_in(handler):
        status, headers, body = answer({"auth": {"identity": {"token": {"id": "right"}}, "scope": {}}})
        said = json.loads(body)
        said["token"]["expires_at"] = "soon"
        return status, headers, json.dumps(said).encode()

    cloud.answers["POST /v3/auth/tokens"] = log_in
    cluster.auth_url = cloud.auth_url
    with (
        pytest.raises(CloudError) as error,
        gateway.call(cluster, credential=MINE) as call,
    ):
        gateway.one(call.conn.compute, "/servers/x", "server")
    assert error.value.code == "bad_answer"


def test_a_request_id_of_any_length_is_kept_as_far_as_there_is_room(cloud, cluster):
    cluster.auth_url = cloud.auth_url
    cloud.answers["GET /compute/v2.1/servers/x"] = as_json(409, {}, **{"x-openstack-request-id": "r" * 4000})
    with (
        pytest.raises(CloudError) as error,
        gateway.call(cluster, credential=MINE) as call,
    ):
        gateway.one(call.conn.compute, "/servers/x", "server")
    assert error.value.request_id == "r" * 100
