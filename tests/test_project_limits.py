"""A person whose grant names projects sees and touches what lies in them, through every door, and nothing else."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Grant
from audit.models import Event
from clusters import access, gateway
from compute.flavors.models import Flavor
from compute.hypervisors.models import Hypervisor
from compute.images.models import Image
from compute.servers.models import Server
from compute.servers.resource import SERVERS
from identity.projects.models import Project
from networking.networks.models import Network
from opsys.kit.act.perform import perform, perform_in
from opsys.kit.console.history import history_of
from opsys.kit.declare import register
from storage.volumes.models import Volume
from terminal.rules.permissions import may_open
from tests.factories import make_server, make_state

MINE, THEIRS, OWNERS = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture(autouse=True)
def no_cloud(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("a cloud was called")

    monkeypatch.setattr(gateway, "call", never)


def row(model, cluster, name, **values):
    return model.objects.create(
        cluster=cluster, name=name, cloud_id=name, synced_at=timezone.now(), digest="", **values
    )


@pytest.fixture
def things(cluster):
    make_state(cluster)
    row(Project, cluster, MINE, status="enabled")
    row(Project, cluster, THEIRS, status="enabled")
    for name, project in (("mine", MINE), ("theirs", THEIRS)):
        make_server(cluster, name=f"{name}-server", cloud_id=f"{name}-server", project_id=project)
        row(Volume, cluster, f"{name}-volume", project_id=project)
        row(Network, cluster, f"{name}-network", project_id=project)
        row(Image, cluster, f"{name}-image", project_id=project, visibility="private")
    row(Image, cluster, "public-image", project_id=OWNERS, visibility="public")
    row(Network, cluster, "internet", project_id=OWNERS, external=True)
    row(Flavor, cluster, "m1.small", public=True)
    row(Flavor, cluster, "m1.secret", public=False)
    row(Hypervisor, cluster, "host-1")
    return cluster


@pytest.fixture
def paula(make_user, things):
    user = make_user("paula")
    Grant.objects.create(user=user, role="operator", cluster=things, projects=[MINE])
    return user


@pytest.fixture
def page(client, paula):
    client.force_login(paula)
    return client


def named(model, user):
    return set(model.objects.visible_to(user).values_list("name", flat=True))


def test_rows_are_those_of_the_projects_and_those_for_all(paula):
    assert named(Server, paula) == {"mine-server"}
    assert named(Volume, paula) == {"mine-volume"}
    assert named(Image, paula) == {"mine-image", "public-image"}
    assert named(Network, paula) == {"mine-network", "internet"}
    assert named(Flavor, paula) == {"m1.small"}
    assert named(Hypervisor, paula) == set()
    assert named(Project, paula) == {MINE}


@pytest.mark.parametrize("resource", register.resources(), ids=lambda resource: resource.name)
def test_no_list_page_count_value_or_export_tells_of_others(page, resource):
    texts = [
        page.get(resource.url()).content.decode(),
        page.get(f"/api/v1/{resource.app}/{resource.slug}/").content.decode(),
        page.get(f"{resource.url()}export/?format=csv").getvalue().decode(),
    ]
    for name in [spec.name for spec in resource.filters][:8]:
        texts.append(page.get(f"{resource.url()}values/{name}/").content.decode())
    assert not any("theirs-" in text or THEIRS in text for text in texts)


def test_search_topology_overview_and_findings(page):
    for address in (
        "/find/?q=theirs",
        "/api/v1/find/?q=theirs",
        "/networking/topology/",
        "/api/v1/networking/topology/",
        "/",
        "/home/pulse/",
        "/findings/stuck/",
        "/networking/exposure/",
        "/audit/",
        "/terminal/targets/?q=theirs",
    ):
        text = page.get(address).content.decode().replace("q=theirs", "").replace('value="theirs"', "")
        assert "theirs-" not in text, address


def test_what_lies_elsewhere_is_not_there_to_act_on(page, paula):
    theirs = Server.objects.get(name="theirs-server")
    (outcome,) = perform(SERVERS, SERVERS.action("stop"), [theirs.pk], user=paula, via="system")
    assert (outcome.status, outcome.code) == ("refused", "not_found")
    assert page.get(f"/compute/servers/east/{theirs.cloud_id}/").status_code == 404
    assert page.get(f"/api/v1/compute/servers/{theirs.pk}/").status_code == 404
    assert page.post("/compute/servers/do/stop/", {"ids": [theirs.pk]}).status_code in (200, 404)


def test_what_is_for_all_is_seen_and_not_touched(page, paula):
    image = Image.objects.get(name="public-image")
    resource = register.get("compute.image")
    deleting = next(action for action in resource.on_items if action.deletes)
    (outcome,) = perform(resource, deleting, [image.pk], user=paula, via="system")
    assert (outcome.status, outcome.code) == ("refused", "permission")
    assert page.get("/api/v1/compute/images/?q=public").json()["results"][0]["name"] == "public-image"


def test_their_own_may_be_acted_on(page):
    mine = Server.objects.get(name="mine-server")
    assert page.get(f"/api/v1/compute/servers/{mine.pk}/").json()["actions"]["stop"]["allowed"]


def test_new_things_are_made_in_the_projects_only(paula, things):
    volumes = register.get("storage.volume")
    create = next(action for action in volumes.on_clusters if action.takes_project)
    outcome = perform_in(volumes, create, things, name="x", user=paula, via="system", params={})
    assert (outcome.status, outcome.code) == ("refused", "permission") and "project" in outcome.reason


def test_the_cluster_s_own_affairs_are_not_theirs(page, paula, things):
    assert not access.held_by(paula).get(things.pk)
    assert access.why_not(access.held_by(paula), access.OPERATE, things)
    assert may_open(paula, things)
    assert not may_open(paula, things, server=Server.objects.select_related("cluster").get(name="mine-server"))
    assert may_open(paula, things, server=Server.objects.select_related("cluster").get(name="theirs-server"))
    assert [cluster.name for cluster in access.visible_clusters(paula)] == ["east"]


def test_the_command_line(paula, capsys):
    call_command("find", "server", "--as", "paula")
    said = capsys.readouterr().out
    assert "mine-server" in said and "theirs-server" not in said


def test_more_on_the_whole_cluster_adds_up(paula, things):
    Grant.objects.create(user=paula, role="viewer", cluster=things)
    assert named(Server, paula) == {"mine-server", "theirs-server"}
    held = access.held_by(paula)
    servers = {server.name: server for server in Server.objects.select_related("cluster")}
    assert not access.why_not_on(held, access.OPERATE, servers["mine-server"])
    assert access.why_not_on(held, access.OPERATE, servers["theirs-server"])


def test_whoever_is_not_limited_pays_no_query_for_it(make_user, cluster, django_assert_num_queries):
    user = make_user("vera", {cluster: [access.VIEW]})
    with django_assert_num_queries(1):
        found, projects = access.clusters_and_projects(user)
    assert found == [cluster] and projects == {}


def test_the_history_of_what_is_theirs_has_what_others_did(paula, things):
    """And nothing of what is only shared with them."""

    def done_by_another(item, resource):
        Event.objects.create(
            via="ui",
            action=f"{resource}.rename",
            resource=resource,
            cluster=things,
            cloud_id=item.cloud_id,
            username="otto",
            phase="done",
        )
        return [row["who"] for row in history_of(item, user=paula)]

    assert done_by_another(Server.objects.get(name="mine-server"), "compute.server") == ["otto"]
    assert done_by_another(Image.objects.get(name="public-image"), "compute.image") == []
    assert Event.objects.visible_to(paula).count() == 0, "the log itself stays closed"
    type(paula).objects.update(is_active=False)
    paula.refresh_from_db()
    assert history_of(Server.objects.get(name="mine-server"), user=paula) == []
