"""Told to wait, we wait: one place reads the header, readings and jobs keep to it."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from django.utils import timezone
from openstack import exceptions as sdk

from clusters import sync
from clusters.gateway import CloudError
from clusters.gateway.retry_after import MOST_SECONDS, retry_after
from clusters.gateway.translation import translate
from clusters.inventory import Source
from clusters.models import Cluster, Credential, SyncState
from clusters.readings import paces
from compute.flavors.models import Flavor
from compute.servers.models import Server
from storage.volumes.models import Volume
from tests.wire import as_json

DATE = "Sat, 28 Nov 2026 03:20:00 GMT"


def answer(status, **headers):
    response = requests.Response()
    response.status_code = status
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "120"}, 120),
        ({"retry_after": " 1.5 "}, 1.5),
        ({"retry_after": "999999"}, MOST_SECONDS),
        ({"retry_after": "Sat, 28 Nov 2026 03:21:00 GMT", "date": DATE}, 60),
        ({"retry_after": "Sat, 28 Nov 2026 03:21:00 -0000", "date": DATE}, 60),
        ({"retry_after": "Sat, 28 Nov 2099 03:21:00 GMT", "date": DATE}, MOST_SECONDS),
        ({"retry_after": "Sat, 28 Nov 2026 03:19:00 GMT", "date": DATE}, None),
        ({"retry_after": "0"}, None),
        ({"retry_after": "-5"}, None),
        ({"retry_after": "nan"}, None),
        ({"retry_after": "inf"}, None),
        ({"retry_after": "soon"}, None),
        ({"retry_after": ""}, None),
        ({}, None),
    ],
)
def test_seconds_and_dates_are_read_and_bounded(headers, seconds):
    found = retry_after(answer(429, **headers))
    assert found == (None if seconds is None else timedelta(seconds=seconds))


def test_a_date_counts_from_now_where_the_cloud_tells_no_date():
    at = (datetime.now(UTC) + timedelta(minutes=5)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert timedelta(seconds=290) < retry_after(answer(503, retry_after=at)) <= timedelta(seconds=300)


@pytest.mark.parametrize("status", [200, 202, 302, 409])
def test_other_answers_tell_nothing(status):
    assert retry_after(answer(status, retry_after="10")) is None


@pytest.mark.parametrize(
    ("status", "headers", "code", "waits"),
    [
        (429, {"retry_after": "60"}, "rate_limited", True),
        (429, {}, "rate_limited", False),
        (413, {"retry_after": "60"}, "rate_limited", True),
        (413, {"retry_after": "0"}, "quota", False),  # how Cinder tells of a quota
        (413, {}, "quota", False),
        (503, {"retry_after": "60"}, "server_error", True),
    ],
)
def test_an_error_says_until_when(status, headers, code, waits):
    error = translate(sdk.HttpException("x", response=answer(status, **headers)), "east")
    assert error.code == code and bool(error.until) is waits
    assert ("UTC" in error.with_time()) is waits
    assert (error.seconds_to_wait > 55) is waits


@pytest.fixture
def east(db, cloud):
    cluster = Cluster.objects.create(name="east", auth_url=cloud.auth_url)
    Credential.objects.create(cluster=cluster, username="admin", secret="right", project_name="admin")
    return cluster


def test_a_reading_rests_with_all_types_of_the_service_and_says_until_when(cloud, east):
    cloud.answers["GET /compute/v2.1/servers/detail"] = as_json(429, {}, **{"Retry-After": "3600"})
    volumes = sync.state_of(east, Volume)
    with pytest.raises(CloudError):
        sync.sync(east, Server)
    state = SyncState.objects.get(resource="compute.server")
    now = timezone.now()
    assert state.retry_at > now + timedelta(seconds=3500) and state.error_code == "rate_limited"
    source = Source("compute", None, None, full_seconds=30)
    for minutes in (1, 30, 58):
        assert paces.due(state, source, now + timedelta(minutes=minutes)) == ""
    assert paces.due(state, source, now + timedelta(minutes=61)) == "full"
    volumes.refresh_from_db()
    assert volumes.retry_at is None, "another service of the same cloud goes on"


def test_types_of_the_same_service_wait_too(cloud, east):
    flavors = sync.state_of(east, Flavor)
    cloud.answers["GET /compute/v2.1/servers/detail"] = as_json(503, {}, **{"Retry-After": "600"})
    with pytest.raises(CloudError):
        sync.sync(east, Server)
    flavors.refresh_from_db()
    assert flavors.retry_at and flavors.error_code == "server_error"


def test_a_good_reading_forgets_it(cloud, east):
    state = sync.state_of(east, Server)
    SyncState.objects.filter(pk=state.pk).update(retry_at=timezone.now(), error="x", error_code="rate_limited")
    sync.sync(east, Server)
    state.refresh_from_db()
    assert (state.retry_at, state.error) == (None, "")
