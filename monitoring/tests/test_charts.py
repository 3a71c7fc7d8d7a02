"""Charts tell what the samples hold, to those who may see it, on the page, in panels and over REST."""

import json
import re

import pytest
from django.urls import reverse

from clusters.access import VIEW
from clusters.models import ClusterGroup
from compute.hypervisors.models import Hypervisor
from monitoring.charts import ranges
from monitoring.samples import take
from monitoring.tests.sampled import DAY, HOUR, sample, thinned
from monitoring.tests.test_home import make
from tests.factories import make_cluster

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    take.forget_numbers()


@pytest.fixture
def east():
    return make_cluster("east")


@pytest.fixture
def vera(client, make_user, east):
    user = make_user("vera", {east: [VIEW]})
    client.force_login(user)
    return user


def charts(client, query=""):
    answer = client.get(f"/api/v1/monitoring/charts/{query}")
    assert answer.status_code == 200
    return {chart["name"]: chart for chart in answer.json()["charts"]}


def lines(chart):
    """What is known, by label."""
    return {line["label"]: [value for value in line["values"] if value is not None] for line in chart["lines"]}


def test_the_clusters_of_the_scope_are_added_up(client, make_user):
    group = ClusterGroup.objects.create(name="asia")
    one, two, unseen = make_cluster("one", group=group), make_cluster("two"), make_cluster("unseen", group=group)
    client.force_login(make_user("vera", {one: [VIEW], two: [VIEW]}))
    for cluster, number in ((one, 3), (two, 4), (unseen, 100)):
        sample(cluster, {"servers/ACTIVE": number, "vcpus.used": number, "vcpus.total": 10}, ago=120)
    assert lines(charts(client)["servers"]) == {"ACTIVE": [7]}
    assert lines(charts(client)["vcpus"]) == {"Allocated": [7], "In all": [20]}
    assert lines(charts(client, "?group=asia")["servers"]) == {"ACTIVE": [3]}
    assert lines(charts(client, "?cluster=two&chart=servers")["servers"]) == {"ACTIVE": [4]}
    assert client.get("/api/v1/monitoring/charts/?cluster=unseen").status_code == 404
    assert client.get("/monitoring/charts/servers/?cluster=unseen").status_code == 404


def test_latency_and_errors_come_from_the_counters(client, vera, east):
    requests, waited = [10 * n for n in range(30)], [500 * n for n in range(30)]
    sample(
        east, {"api.requests/compute": requests, "api.ms/compute": waited, "api.errors/compute": [0] * 20 + [5] * 10}
    )
    found = charts(client, "?range=1h")
    assert set(lines(found["latency"])["compute"]) == {50}
    failed = lines(found["errors"])["compute"]
    assert max(failed) == pytest.approx(33.33) and failed[0] == 0 and failed[-1] == 0


def test_states_have_the_colours_of_the_lists_and_the_most_comes_first(client, vera, east):
    sample(east, {"servers/ERROR": 2, "servers/ACTIVE": 9}, ago=60)
    chart = charts(client)["servers"]
    assert [(line["label"], line["colour"]) for line in chart["lines"]] == [("ACTIVE", "green"), ("ERROR", "red")]
    assert chart["stacked"]


@pytest.mark.parametrize("name", ranges.RANGES)
def test_each_range_tells_of_all_of_its_time(client, vera, east, name):
    sample(east, {"vcpus.used": [1] * 200, "vcpus.total": 2}, every=600)
    thinned()
    chart = charts(client, f"?range={name}")["vcpus"]
    assert 10 < len(chart["times"]) <= 800
    whole = chart["step"] * len(chart["times"])
    assert ranges.RANGES[name][0] <= whole <= ranges.RANGES[name][0] + 2 * max(chart["step"], DAY)
    assert set(lines(chart)["Allocated"]) == {1}


def test_a_page_with_a_figure_each_and_a_table_that_says_the_same(client, vera, east):
    sample(east, {"memory.used": [2048] * 3, "memory.total": [4096] * 3}, ago=60)
    page = client.get("/monitoring/charts/?range=1h").content.decode()
    assert 'aria-current="true"' in page and page.count('hx-trigger="load"') == len(charts(client))
    figure = client.get(reverse("monitoring:chart", args=["memory"]) + "?range=1h").content.decode()
    data = json.loads(re.search(r'data-chart="([^"]+)"', figure)[1].replace("&quot;", '"'))
    assert lines(data) == {"Allocated": [2, 2, 2], "In all": [4, 4, 4]}
    assert figure.count('<th scope="row">') == 3 and "<td>2</td><td>4</td>" in figure
    assert not re.search(r"\sstyle=", page + figure)
    assert "There is no data" in client.get("/monitoring/charts/disk/").content.decode()
    assert client.get("/monitoring/charts/nonsense/").status_code == 404


def test_words_of_a_cloud_are_text(client, vera, east):
    sample(east, {"servers/<script>alert(1)</script>": 1}, ago=60)
    assert "<script>alert" not in client.get("/monitoring/charts/servers/").content.decode()


def test_the_panel_of_a_host(client, vera, east):
    host = make(Hypervisor, east, "h1")
    sample(east, {"servers": 3, "vcpus.used": 4, "vcpus.total": 8}, kind="compute.hypervisor", subject="h1", ago=HOUR)
    sample(east, {"servers": 50}, kind="compute.hypervisor", subject="h2", ago=2 * HOUR)
    url = "/compute/hypervisors/east/h1/"
    assert f"{url}panel/charts/" in client.get(url).content.decode()
    panel = client.get(f"{url}panel/charts/?range=6h").content.decode()
    assert panel.count("data-chart=") == 4 and f'hx-get="{url}panel/charts/?range=1y"' in panel
    answer = client.get(f"/api/v1/compute/hypervisors/{host.pk}/panels/charts/?range=24h").json()
    found = {chart["name"]: lines(chart) for chart in answer["charts"]}
    assert found["servers"] == {"Servers": [3]} and found["vcpus"] == {"Allocated": [4], "In all": [8]}


def test_as_many_queries_for_many_clusters(client, make_user, django_assert_num_queries):
    clusters = [make_cluster(f"c{number}") for number in range(5)]
    for cluster in clusters:
        sample(cluster, {"servers/ACTIVE": [1] * 300}, every=600)
    thinned()
    for held in (clusters[:1], clusters):
        client.force_login(make_user(f"user{len(held)}", dict.fromkeys(held, [VIEW])))
        client.get("/monitoring/charts/servers/?range=1y")
        with django_assert_num_queries(9):
            client.get("/monitoring/charts/servers/?range=1y")
