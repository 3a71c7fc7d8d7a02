"""A name that fits two resources of one cluster is accepted at no door; the answer lists them."""

import json

import pytest
from django.core.management import CommandError, call_command

from clusters.access import OPERATE, PROVISION, VIEW
from compute.flavors.forms import AccessForm
from compute.servers.models import Server
from identity.projects.models import Project
from jobs.schedules import work
from opsys.kit.declare import register
from opsys.kit.relate.naming import the_one
from tests.factories import make_server

SEEN = {"synced_at": "2026-01-02T03:04:05Z", "digest": ""}
BOTH = ("domain Default, cluster east, ID p-ours", "domain customers, cluster east, ID p-theirs")


@pytest.fixture
def user(cluster, other_cluster, make_user):
    """May see two clusters. East has two projects “ci” in two domains, with a server each; west has one."""
    for place, cloud_id, domain in (
        (cluster, "p-ours", "Default"),
        (cluster, "p-theirs", "customers"),
        (other_cluster, "p-west", "Default"),
    ):
        Project.objects.create(cluster=place, cloud_id=cloud_id, name="ci", domain=domain, **SEEN)
        make_server(place, name=f"of-{cloud_id}", cloud_id=f"s-{cloud_id}", project_id=cloud_id, status="ACTIVE")
    held = [VIEW, OPERATE, PROVISION]
    return make_user("olga", {cluster: held, other_cluster: held})


@pytest.fixture
def browser(client, user):
    client.force_login(user)
    return client


def test_the_list_says_which_there_are_and_shows_no_rows(browser):
    page = browser.get("/compute/servers/?project=ci", headers={"hx-request": "true", "hx-target": "region"})
    text = page.content.decode()
    assert all(one in text for one in BOTH) and "of-p-" not in text


def test_the_rest_list_refuses_it(browser):
    answer = browser.get("/api/v1/compute/servers/", {"project": "ci"})
    assert answer.status_code == 400
    assert all(one in str(answer.json()) for one in BOTH)


@pytest.mark.parametrize("address", ["/compute/servers/export/", "/api/v1/compute/servers/export/"])
def test_no_file_is_made_of_it(browser, address):
    answer = browser.get(address, {"project": "ci"})
    assert answer.status_code == 400
    assert all(one in answer.content.decode() for one in BOTH)


@pytest.mark.parametrize("extra", [{"dry_run": True}, {"expect": 3}])
def test_rest_acts_on_nothing(browser, extra):
    answer = browser.post(
        "/api/v1/compute/servers/do/delete/",
        json.dumps({"filter": {"project": "ci"}, **extra}),
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert all(one in str(answer.json()) for one in BOTH)


def test_the_bulk_dialog_acts_on_nothing(browser):
    page = browser.get("/compute/servers/do/delete/", {"all": "1", "query": "project=ci"}).content.decode()
    assert all(one in page for one in BOTH) and "of-p-" not in page


@pytest.mark.parametrize("do", [["list"], ["delete", "--all", "--dry-run"], ["delete", "--all", "--expect", "3"]])
def test_the_command_line_acts_on_nothing(user, do):
    with pytest.raises(CommandError) as refused:
        call_command("ops", "compute.server", *do, "--filter", "project=ci", "--as", "olga")
    assert all(one in str(refused.value) for one in BOTH)


def test_a_schedule_finds_nothing(user):
    with pytest.raises(work.Refused) as refused:
        work.found(register.get("compute.server"), "project=ci", user=user)
    assert all(one in str(refused.value) for one in BOTH)


def test_one_in_each_cluster_is_clear(browser):
    rows = browser.get("/api/v1/compute/servers/", {"project": "ci", "cluster": "west"}).json()["results"]
    assert [row["name"] for row in rows] == ["of-p-west"]


def test_an_id_is_never_taken_for_a_name(browser, cluster):
    """Somebody calls a project after another's id."""
    Project.objects.create(cluster=cluster, cloud_id="p-sly", name="p-ours", domain="customers", **SEEN)
    make_server(cluster, name="sly", project_id="p-sly")
    rows = browser.get("/api/v1/compute/servers/", {"project": "p-ours"}).json()["results"]
    assert [row["name"] for row in rows] == ["of-p-ours"]


def test_a_form_offers_them_told_apart_and_takes_the_id_only(user, cluster):
    offered = dict(AccessForm(cluster=cluster, user=user).fields["project"].choices)
    assert "domain Default" in offered["p-ours"] and "p-theirs" in offered["p-theirs"]
    refused = AccessForm({"project": "ci"}, cluster=cluster, user=user)
    assert all(one in str(refused.errors) for one in BOTH)
    assert AccessForm({"project": "p-ours"}, cluster=cluster, user=user).is_valid()


@pytest.mark.parametrize("target", ["twin", "east/twin"])
def test_a_target_of_the_command_line(user, cluster, target):
    for place, cloud_id in enumerate(("p-ours", "p-theirs")):
        make_server(cluster, name="twin", cloud_id=f"twin-{place}", project_id=cloud_id)
    with pytest.raises(CommandError) as refused:
        call_command("ops", "compute.server", "stop", target, "--as", "olga")
    assert "twin-0" in str(refused.value) and "project ci" in str(refused.value)


def test_a_slash_in_a_name_is_not_taken_for_a_cluster(user, cluster):
    make_server(cluster, name="web", cloud_id="meant")
    make_server(cluster, name="east/web", cloud_id="sly")
    with pytest.raises(CommandError, match="sly"):
        call_command("ops", "compute.server", "stop", "east/web", "--as", "olga")


def test_an_id_wins_over_any_number_of_names(user, cluster):
    for place in range(3):
        make_server(cluster, name="s-p-ours", cloud_id=f"sly-{place}")
    with pytest.raises(CommandError, match="was not found"):
        call_command("ops", "compute.server", "show", "unknown", "--as", "olga")
    call_command("ops", "compute.server", "show", "s-p-ours", "--as", "olga")
    assert Server.objects.filter(name="s-p-ours").count() == 3


def test_another_case_is_another_name(cluster, user):
    """Also for a database that takes them for equal."""
    make_server(cluster, name="WEB", cloud_id="big")
    rows = Server.objects.filter(cluster=cluster)
    assert the_one(rows, "web") is None
    make_server(cluster, name="web", cloud_id="small")
    assert (the_one(rows, "web").cloud_id, the_one(rows, "WEB").cloud_id) == ("small", "big")
    assert the_one(rows, "web ") is None


def test_a_filter_by_a_name_of_another_case_finds_nothing(browser, cluster):
    Project.objects.create(cluster=cluster, cloud_id="p-big", name="CI", domain="Default", **SEEN)
    make_server(cluster, name="of-big", project_id="p-big")
    rows = browser.get("/api/v1/compute/servers/", {"project": "CI"}).json()["results"]
    assert [row["name"] for row in rows] == ["of-big"]
    assert browser.get("/api/v1/compute/servers/", {"project": "Ci"}).json()["results"] == []
