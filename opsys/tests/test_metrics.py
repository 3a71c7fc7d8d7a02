"""What Prometheus is told, and who may ask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from jobs.models import Job
from tests.factories import make_cluster, make_server, make_state

pytestmark = pytest.mark.django_db
BEARER = {"Authorization": "Bearer a-long-token"}


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN = "a-long-token"


def figures(client) -> dict[tuple, float]:
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_without_a_token_in_the_settings_there_is_no_such_page(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer other", "Token a-long-token", "Bearer ä"])
def test_only_who_bears_the_token_is_answered(client, token, sent):
    assert client.get("/metrics", headers={"Authorization": sent}).status_code == 401


def test_figures_of_clusters_and_jobs(client, token):
    east, off = make_cluster("east"), make_cluster("off", enabled=False)
    for status in ("ACTIVE", "ACTIVE", 'odd "one"\n\\'):
        make_server(east, status=status)
    make_server(east, gone_at=timezone.now())
    make_server(off)
    moment = timezone.now()
    make_state(east, failures=3, seconds=1.5, synced_at=moment)
    make_state(off)
    Job.objects.create(kind="x", title="x", via="web", state=Job.State.FAILED)
    found = figures(client)
    servers = {key[1:]: value for key, value in found.items() if key[0] == "opsys_resources"}
    assert servers == {("east", "ACTIVE", "compute.server"): 2, ("east", 'odd "one"\n\\', "compute.server"): 1}
    assert found["opsys_sync_failures", "east", "compute.server"] == 3
    assert found["opsys_sync_seconds", "east", "compute.server"] == 1.5
    assert found["opsys_sync_timestamp_seconds", "east", "compute.server"] == pytest.approx(moment.timestamp())
    assert ("opsys_sync_failures", "off", "compute.server") not in found
    assert (found["opsys_jobs", "failed"], found["opsys_jobs", "queued"]) == (1, 0)


def test_more_clusters_take_no_more_queries(client, token, django_assert_num_queries):
    make_server(make_cluster("east"))
    with CaptureQueriesContext(connection) as one:
        figures(client)
    for number in range(10):
        make_server(make_cluster(f"more-{number}"))
    with django_assert_num_queries(len(one)):
        figures(client)


def test_what_a_cloud_does_not_have_or_allow_is_no_failure(client, token):
    make_state(make_cluster("east"), failures=3, error_code="no_service", synced_at=None)
    assert figures(client)["opsys_sync_failures", "east", "compute.server"] == 0
