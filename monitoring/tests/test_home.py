"""The overview: right figures, each leading to the list that shows them, for those who may see them."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from clusters.access import VIEW
from clusters.models import ClusterGroup
from compute.hypervisors.models import Hypervisor
from compute.services.models import Service
from jobs.models import Job
from monitoring.alerts.models import Ending
from monitoring.home.sparklines import sparkline
from monitoring.samples.models import RecentLatency
from networking.networks.models import Network
from networking.subnets.models import Subnet
from storage.pools.models import Pool
from storage.volumes.models import Volume
from tests.factories import make_cluster, make_server, make_state

pytestmark = pytest.mark.django_db


def make(model, cluster, cloud_id, **fields):
    values = {"name": cloud_id, "synced_at": timezone.now(), "digest": "", **fields}
    return model.objects.create(cluster=cluster, cloud_id=cloud_id, **values)


@pytest.fixture
def east():
    return make_cluster("east")


@pytest.fixture
def vera(client, make_user, east):
    user = make_user("vera", {east: [VIEW]})
    client.force_login(user)
    return user


def page(client, query=""):
    response = client.get(f"/{query}")
    assert response.status_code == 200
    return response


def tile(response, name):
    (found,) = [one for one in response.context["tiles"] if one.name == name]
    return found


def counted(client, url):
    """How many rows the list behind a figure shows."""
    response = client.get(url)
    assert response.status_code == 200
    return response.context["page"].count.value


def test_servers_by_state_each_leading_to_its_list(client, vera, east):
    for status in ("ACTIVE", "ACTIVE", "SHUTOFF", "ERROR"):
        make_server(east, status=status)
    make_server(east, gone_at=timezone.now())
    response = page(client)
    servers = response.context["counts"][0]
    assert {state.status: state.count for state in servers.states} == {"ACTIVE": 2, "SHUTOFF": 1, "ERROR": 1}
    assert sum(state.percent for state in servers.states) == pytest.approx(100)
    for state in servers.states:
        assert counted(client, state.url) == state.count
    assert tile(response, "compute.server").count == 1
    assert counted(client, tile(response, "compute.server").url) == 1


def test_a_state_the_list_cannot_be_filtered_by_leads_nowhere_and_is_drawn_as_text(client, vera, east):
    make_server(east, status="<script>alert(1)</script>")
    response = page(client)
    assert response.context["counts"][0].states[0].url == ""
    assert "<script>alert" not in response.content.decode()


def test_what_one_may_not_see_is_not_counted(client, vera):
    west = make_cluster("west")
    make_server(west, status="ERROR")
    make(Service, west, "1", state="down", status="enabled")
    make_state(west, error_code="unreachable", error="x")
    Event.objects.create(action="compute.server.stop", phase="done", via="ui", cluster=west, cluster_name="west")
    Job.objects.create(kind="x", title="of somebody else", via="ui", state=Job.State.RUNNING)
    response = page(client)
    assert [one.cluster.name for one in response.context["health"].clusters] == ["east"]
    assert not any(one.count for one in response.context["tiles"])
    assert response.context["actions"] == [] and response.context["work"].count == 0
    assert "west" not in response.content.decode().replace("Newest", "")
    assert client.get("/?cluster=west").status_code == 404
    assert client.get("/home/pulse/?cluster=west").status_code == 404


def test_services_and_hosts_down(client, vera, east):
    make(Service, east, "1", state="down", status="enabled", binary="nova-compute")
    make(Service, east, "2", state="up", status="enabled", binary="nova-compute")
    make(Hypervisor, east, "h1", state="down", status="enabled")
    response = page(client)
    for name in ("compute.service", "compute.hypervisor"):
        assert tile(response, name).count == 1
        assert counted(client, tile(response, name).url) == 1


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({}, "never"),
        ({"compute.server": {}}, "never"),
        ({"compute.server": {"synced_at": 0}}, "ok"),
        ({"compute.server": {"synced_at": 600}}, "stale"),
        (
            {"compute.server": {"synced_at": 0}, "storage.volume": {"error_code": "timeout", "error": "east is slow"}},
            "partial",
        ),
        ({"compute.server": {"synced_at": 0}, "storage.volume": {"error_code": "no_service"}}, "ok"),
        (
            {
                "compute.server": {"error_code": "timeout", "error": "east is slow"},
                "storage.volume": {"error_code": "timeout", "error": "east is slow"},
            },
            "error",
        ),
    ],
)
def test_the_health_of_a_cluster(client, vera, east, states, expected):
    for resource, fields in states.items():
        if "synced_at" in fields:
            fields = {**fields, "synced_at": timezone.now() - timedelta(seconds=fields["synced_at"])}
        make_state(east, resource, **fields)
    (health,) = page(client).context["health"].clusters
    assert health.state == expected
    if expected in ("error", "partial"):
        assert "east" in health.reason


def test_a_service_is_named_that_cannot_be_read(client, vera, east):
    make_state(east, "compute.server", synced_at=timezone.now(), seconds=0.4)
    make_state(east, "storage.volume", error_code="timeout", error="east is slow", failed_at=timezone.now())
    (health,) = page(client).context["health"].clusters
    assert {service.name: service.state for service in health.services} == {"compute": "ok", "block-storage": "error"}
    assert tile(page(client), "clusters").count == 1


def test_capacity_is_what_placement_says(client, vera, east):
    stock = {"VCPU": {"total": 16}, "MEMORY_MB": {"total": 65536}, "DISK_GB": {"total": 1000}}
    for number, used in (("1", 64), ("2", 0)):
        make(
            Hypervisor,
            east,
            number,
            vcpus_used=used,
            vcpus_total=64,
            memory_used=1024,
            memory_total=98304,
            data={"placement": stock},
        )
    kinds = {kind.name: kind for kind in page(client).context["capacity"].kinds}
    assert (kinds["vcpus"].share.used, kinds["vcpus"].share.total) == (64, 128)
    assert (kinds["vcpus"].physical, kinds["vcpus"].ratio) == (32, 4.0)
    assert kinds["memory"].ratio == 1.5
    assert "disk" not in kinds
    assert page(client).context["capacity"].fullest[0].share.percent == 50
    assert counted(client, kinds["vcpus"].url) == 2


@pytest.mark.parametrize("odd", [None, "x", {}, {"VCPU": None}, {"VCPU": {"total": "many"}}])
def test_capacity_of_odd_answers(client, vera, east, odd):
    make(Hypervisor, east, "1", vcpus_used=1, vcpus_total=2, data={"placement": odd})
    (kind,) = page(client).context["capacity"].kinds
    assert (kind.share.percent, kind.physical) == (50, 0)


def test_addresses_are_those_of_external_networks(client, vera, east):
    make(Network, east, "out", external=True)
    make(Network, east, "in", external=False)
    make(Subnet, east, "s1", network_id="out", ip_version=4, used_addresses=9, total_addresses=10)
    make(Subnet, east, "s2", network_id="in", ip_version=4, used_addresses=1, total_addresses=100)
    (kind,) = page(client).context["capacity"].kinds
    assert (kind.name, kind.share.used, kind.share.total, kind.share.level) == ("addresses", 9, 10, "full")


def test_storage_pools_by_their_space_and_what_was_promised_of_it(client, vera, east):
    make(Pool, east, "p1", total=1000, free=300, usable=900, provisioned=4000, provisionable=9000, used_percent=78)
    make(Pool, east, "p2", total=1000, free=1000, usable=900)  # does not tell what it promised
    make(Pool, east, "p3")  # tells nothing
    (kind,) = page(client).context["capacity"].kinds
    assert (kind.name, kind.share.used, kind.share.total) == ("pools", 700, 1800)
    assert (kind.provisioned.used, kind.provisioned.total) == (4000, 9000)
    assert counted(client, kind.url) == 3
    assert "700 / 1800 GiB used · 4000 / 9000 GiB provisioned" in " ".join(page(client).content.decode().split())


def test_volumes_in_error_and_their_size(client, vera, east):
    make(Volume, east, "v1", status="error", size=10)
    make(Volume, east, "v2", status="in-use", size=20)
    response = page(client)
    assert response.context["capacity"].volumes_gib == 30
    assert tile(response, "storage.volume").count == counted(client, tile(response, "storage.volume").url) == 1


def test_full_pools_and_what_is_stuck(client, vera, east):
    for number, level in enumerate(("full", "tight", "", "full")):
        make(Pool, east, f"p{number}", level=level, status="up")
    long_ago = timezone.now() - timedelta(hours=5)
    make(Volume, east, "v1", status="deleting", size=1, updated_at=long_ago)
    make(Volume, east, "v2", status="deleting", size=1, updated_at=timezone.now())
    response = page(client)
    assert tile(response, "storage.pool").count == counted(client, tile(response, "storage.pool").url) == 2
    assert tile(response, "stuck").count == counted(client, tile(response, "stuck").url) == 1


def test_latency_of_each_cluster_as_a_line(client, vera, east):
    recent = RecentLatency(cluster=east, at=int(timezone.now().timestamp()), requests=9, waited=9)
    recent.minutes = [None, 20, 85]
    recent.save()
    (health,) = page(client).context["health"].clusters
    assert (health.latency.last, health.latency.largest) == (85, 85)
    assert "85 ms" in page(client).content.decode()
    recent.at -= 3600
    recent.save()
    assert page(client).context["health"].clusters[0].latency is None, "nothing is told of an hour ago"


def test_what_ends_soon(client, vera, east):
    assert page(client).context["endings"] == []
    west, now = make_cluster("west"), timezone.now()
    for cluster, what, days in ((east, "certificate", -1), (east, "credential", 29), (west, "certificate", 3)):
        Ending.objects.create(cluster=cluster, what=what, ends_at=now + timedelta(days=days), checked_at=now)
    found = page(client).context["endings"]
    assert [(one.cluster.name, str(one.what), one.over) for one in found] == [
        ("east", "certificate", True),
        ("east", "credential", False),
    ]
    Ending.objects.update(ends_at=now + timedelta(days=31))
    assert "Ending soon" not in page(client).content.decode()


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ([5], "M100 1h.1"),
        ([0, 10], "M66.7 19h.1L100 1"),
        ([10, None, 10], "M33.3 1h.1M100 1h.1"),
        ([0, 0, 0, 0], "M0 19h.1L33.3 19L66.7 19L100 19"),
    ],
)
def test_a_sparkline(values, path):
    assert sparkline(values, 4).path == path
    assert sparkline([None, None], 4) is None


def test_jobs_under_way_and_failed(client, vera):
    Job.objects.create(kind="x", title="runs", via="ui", user=vera, state=Job.State.RUNNING)
    for ago in (1, 48):
        ended = timezone.now() - timedelta(hours=ago)
        Job.objects.create(kind="x", title="failed", via="ui", user=vera, state=Job.State.FAILED, finished_at=ended)
    response = page(client)
    assert [job.title for job in response.context["work"].jobs] == ["runs"]
    assert tile(response, "jobs").count == 1
    assert [job.title for job in client.get("/jobs/?state=failed").context["page"].rows] == ["failed", "failed"]
    assert len(client.get("/jobs/?state=running&state=queued").context["page"].rows) == 1
    assert len(client.get("/jobs/?state=nonsense").context["page"].rows) == 3


def test_last_actions_and_newest_errors(client, vera, east):
    server = make_server(east, name="web", status="ERROR", data={"fault": {"message": "No valid host"}})
    event = {"cluster": east, "cluster_name": "east", "cloud_id": server.cloud_id, "name": "web", "via": "ui"}
    for phase in ("started", "failed"):
        Event.objects.create(action="compute.server.start", phase=phase, resource="compute.server", **event)
    response = page(client)
    (action,) = response.context["actions"]
    assert action["label"] == "Start" and action["url"].endswith(f"/east/{server.cloud_id}/")
    (failed,) = response.context["errors"]
    assert (failed.name, failed.reason) == ("web", "No valid host")


def test_the_scope_stays_in_the_addresses(client, make_user):
    group = ClusterGroup.objects.create(name="asia")
    inside, outside = make_cluster("one", group=group), make_cluster("two")
    client.force_login(make_user("vera", {inside: [VIEW], outside: [VIEW]}))
    for cluster in (inside, outside):
        make_server(cluster)
    for query in ("?group=asia", "?cluster=one"):
        response = page(client, query)
        assert response.context["counts"][0].total == 1
        assert parse_qs(urlsplit(response.context["counts"][0].url).query) == parse_qs(query[1:])


def test_without_a_cluster_it_says_what_to_do(client, make_user):
    client.force_login(make_user("nobody", {}))
    assert "You have access to no cluster" in page(client).content.decode()


def test_the_pulse_tells_of_changes(client, vera, east):
    state = make_state(east, synced_at=timezone.now(), changed_at=timezone.now())
    version = page(client).context["version"]
    asked = {"version": version}
    assert "HX-Trigger" not in client.get("/home/pulse/", asked)
    state.changed_at = timezone.now()
    state.save()
    assert client.get("/home/pulse/", asked)["HX-Trigger"] == "rows-changed"
    Job.objects.create(kind="x", title="runs", via="ui", user=vera, state=Job.State.RUNNING)
    version = page(client).context["version"]
    Job.objects.update(state=Job.State.DONE)
    assert client.get("/home/pulse/", {"version": version})["HX-Trigger"] == "rows-changed"


def test_the_region_comes_alone_and_watches_all_it_shows(client, vera):
    whole = page(client).content.decode()
    assert 'data-live-type="compute.server"' in whole and 'data-live-type="compute.hypervisor"' in whole
    part = client.get("/", headers={"HX-Request": "true", "HX-Target": "region"}).content.decode()
    assert part.lstrip().startswith('<section id="region"') and "<html" not in part
    assert not re.search(r"\sstyle=", whole)


def test_as_many_queries_for_many_clusters(client, make_user, django_assert_num_queries):
    def fill(name):
        cluster = make_cluster(name)
        make_server(cluster, status="ERROR")
        make(Hypervisor, cluster, "h", vcpus_used=1, vcpus_total=2, state="down")
        make(Volume, cluster, "v", status="error")
        make_state(cluster, synced_at=timezone.now(), error_code="timeout")
        Event.objects.create(
            action="compute.server.stop", phase="done", via="ui", cluster=cluster, cluster_name=name, cloud_id="1"
        )
        return cluster

    clusters = [fill("c0")]
    user = make_user("vera", {clusters[0]: [VIEW]})
    client.force_login(user)
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)
    expected = len(few)
    clusters += [fill(f"c{number}") for number in range(1, 6)]
    client.force_login(make_user("wim", dict.fromkeys(clusters, [VIEW])))
    page(client)
    with django_assert_num_queries(expected):
        page(client)


def test_what_is_no_action_of_a_type_is_said_in_words_too(client, vera, east):
    Event.objects.create(action="terminal.session.open", phase="done", via="ui", cluster=east, cluster_name="east")
    client.force_login(vera)
    (action,) = client.get("/").context["actions"]
    assert action["label"] == "Open a terminal"
