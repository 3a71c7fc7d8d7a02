"""What people are asked before something is done, and what they are not offered."""

import pytest

from clusters.access import OPERATE, PROVISION, VIEW
from clusters.models import Cluster, Environment
from compute.hypervisors.models import Hypervisor
from tests.factories import make_server

URL = "/compute/servers/"


@pytest.mark.parametrize(("environment", "asked"), [(Environment.PRODUCTION, True), (Environment.TESTING, False)])
@pytest.mark.parametrize("name", ["stop", "reboot"])
def test_what_interrupts_one_server_is_asked_in_production(as_operator, server, environment, asked, name):
    Cluster.objects.update(environment=environment)
    menu = as_operator.get(f"{URL}menu/{server.pk}/")
    entries = {entry["name"]: entry for group in menu.context["actions_menu"]["groups"] for entry in group["entries"]}
    assert entries[name]["dialog"] is asked
    page = as_operator.get(f"{URL}east/{server.cloud_id}/")
    assert {entry["name"]: entry["dialog"] for entry in page.context["prominent"]}[name] is asked


def test_the_plan_goes_cluster_by_cluster_production_first(client, cluster, other_cluster, make_user):
    Cluster.objects.filter(pk=cluster.pk).update(environment=Environment.TESTING)
    rows = [make_server(place, name=f"{place.name}-{n}") for place in (cluster, other_cluster) for n in range(2)]
    client.force_login(make_user("olga", {place: [VIEW, OPERATE] for place in (cluster, other_cluster)}))
    response = client.get(f"{URL}do/stop/", {"ids": [row.pk for row in rows]})
    places = [(place.cluster.name, place.production, len(place.items)) for place in response.context["places"]]
    assert places == [("west", True, 2), ("east", False, 2)]
    page = response.content.decode()
    assert page.index("west-0") < page.index("east-0") and page.count("plan-production") == 1


def test_who_may_only_look_is_offered_nothing_and_told_why(as_viewer, server):
    response = as_viewer.get(URL)
    page = response.content.decode()
    reason = "You do not have the “operate” permission on any of these clusters."
    assert response.context["bulk_menu"]()["groups"] == [] and reason in page
    assert [entry["disabled"] for entry in response.context["new_entries"]] == [True]
    assert 'hx-get="/compute/servers/do/' not in page and 'href="/compute/servers/new/' not in page


def test_what_is_missing_in_the_clusters_shown_counts_alone(client, cluster, other_cluster, make_user):
    make_server(cluster)
    client.force_login(make_user("olga", {cluster: [VIEW, OPERATE, PROVISION], other_cluster: [VIEW]}))

    def offered(query):
        context = client.get(f"{URL}?{query}").context
        return len(context["bulk_menu"]()["groups"]), context["new_entries"][0]["disabled"]

    assert offered("")[0] > 0 and offered("")[1] is False
    assert offered("cluster=west") == (0, True)


def test_the_host_of_a_server_leads_to_it(as_operator, cluster):
    Hypervisor.objects.create(
        cluster=cluster, cloud_id="h-1", name="node", host="compute-1", synced_at="2026-01-02T03:04:05Z", digest=""
    )
    make_server(cluster, cloud_id="s-1", host="compute-1")
    for address in (URL, f"{URL}east/s-1/"):
        assert '<a href="/compute/hypervisors/east/h-1/">compute-1</a>' in as_operator.get(address).content.decode()
