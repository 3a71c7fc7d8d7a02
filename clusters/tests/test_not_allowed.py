"""Credentials that may do little: what they may ask for is asked for, and what they may not is told with the role."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from clusters import gateway, inventory, sync
from clusters.gateway import CloudError, reach
from clusters.models import Credential, SyncState
from clusters.readings import paces
from compute.hypervisors.models import Hypervisor
from compute.servers.models import Server
from identity.projects.models import Project
from identity.quotas.models import Quota
from monitoring.home.health import health_of
from networking.agents.models import NetworkAgent
from networking.networks.models import Network
from opsys.kit.lists.freshness import freshness
from tests.factories import make_server
from tests.wire import FakeCloud, as_json, serving

SERVERS = "GET /compute/v2.1/servers/detail"
HYPERVISORS = "GET /compute/v2.1/os-hypervisors/detail"
FORBIDDEN = as_json(403, {"forbidden": {"message": "Policy does not allow it.", "code": 403}})


def own_only(handler):
    """As Nova answers a reader: nobody else's servers, and none that were deleted."""
    if "all_tenants" in handler.path or "SOFT_DELETED" in handler.path:
        return FORBIDDEN
    return as_json(200, {"servers": [{"id": "s1", "name": "mine", "status": "ACTIVE"}]})


@pytest.fixture
def cloud(cluster):
    found = FakeCloud(roles=("reader",))
    found.answers |= {SERVERS: own_only, HYPERVISORS: FORBIDDEN, "GET /compute/v2.1/os-services": FORBIDDEN}
    with serving(found):
        cluster.auth_url = found.auth_url
        cluster.capabilities = {"project_id": "p", "roles": ["reader"], "is_admin": False}
        cluster.save()
        credential = Credential.objects.get()
        credential.secret = "right"
        credential.save()
        yield found


def lists_of(cloud) -> list[str]:
    return [path.partition("?")[2] for _m, path, _h, _b in cloud.seen if "/servers/detail" in path]


def test_a_reader_sees_its_own_project_and_all_projects_are_asked_for_once(cluster, cloud):
    sync.sync(cluster, Server)
    assert [server.name for server in Server.objects.present()] == ["mine"]
    first = lists_of(cloud)
    assert "all_tenants" in first[0] and not any("all_tenants" in query for query in first[1:])
    sync.sync(cluster, Server)
    assert not any("all_tenants" in query for query in lists_of(cloud)[len(first) :])
    state = SyncState.objects.get(resource="compute.server")
    assert (state.error_code, state.retry_at) == ("", None)


def test_all_projects_are_asked_for_again_after_an_hour_and_with_another_credential(cluster, cloud, monkeypatch):
    sync.sync(cluster, Server)
    for change in ("later", "credential"):
        before = len(lists_of(cloud))
        if change == "later":
            monkeypatch.setattr(reach, "ASK_AGAIN_SECONDS", 0)
        else:
            monkeypatch.undo()
            Credential.objects.get().save()
        sync.sync(cluster, Server)
        assert "all_tenants" in lists_of(cloud)[before], change


def test_another_failure_does_not_narrow(cluster, cloud):
    cloud.answers[SERVERS] = as_json(500, {})
    with pytest.raises(CloudError):
        sync.sync(cluster, Server)
    cloud.answers[SERVERS] = own_only
    before = len(lists_of(cloud))
    sync.sync(cluster, Server)
    assert "all_tenants" in lists_of(cloud)[before]


def test_an_administrator_sees_everybodys(cluster, cloud):
    cloud.answers[SERVERS] = lambda handler: as_json(200, {"servers": []})
    sync.sync(cluster, Server)
    assert all("all_tenants=1" in query for query in lists_of(cloud))


def test_what_may_not_be_listed_is_told_with_the_missing_role_and_rests(cluster, cloud, client, make_user):
    with pytest.raises(CloudError):
        sync.sync(cluster, Hypervisor)
    state = SyncState.objects.get(resource="compute.hypervisor")
    wait = state.retry_at - timezone.now()
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)
    assert paces.due(state, inventory.SOURCES[Hypervisor], timezone.now()) == ""
    ((chip,), _version) = freshness(Hypervisor, [cluster])
    said = "Not allowed with this credential: it has reader, and this takes the role admin."
    assert (chip.state, chip.reason) == ("refused", said)
    client.force_login(make_user("vera", {cluster: ["view_cluster"]}))
    page = client.get("/compute/hypervisors/").content.decode()
    assert said in page and "chip-refused" in page and "chip-error" not in page
    assert client.get("/api/v1/compute/hypervisors/").json()["clusters"][0]["state"] == "refused"


def test_it_is_no_trouble_of_the_cluster(cluster, cloud, capsys):
    sync.sync(cluster, Server)
    with pytest.raises(CloudError):
        sync.sync(cluster, Hypervisor)
    assert health_of([cluster]).clusters[0].state == "ok"
    call_command("list_clusters", as_json=True)
    assert '"error": ""' in (said := capsys.readouterr().out) and '"compute.hypervisor"' in said


def test_a_new_credential_is_tried_at_once(cluster, cloud):
    with pytest.raises(CloudError):
        sync.sync(cluster, Hypervisor)
    Credential.objects.get().save()
    state = SyncState.objects.get(resource="compute.hypervisor")
    assert paces.due(state, inventory.SOURCES[Hypervisor], timezone.now()) == "full"


def test_a_credential_without_a_project_is_told_so(cluster, cloud):
    cluster.capabilities = {"project_id": None, "roles": ["reader"]}
    cluster.save()
    with pytest.raises(CloudError):
        sync.sync(cluster, Hypervisor)
    ((chip,), _version) = freshness(Hypervisor, [cluster])
    assert "it is for a domain or the system, and this takes a project" in chip.reason


def test_the_roles_of_the_credential_are_known(cluster, cloud):
    with gateway.call(cluster) as call:
        assert gateway.discover(call, cluster=cluster.name)["roles"] == ["reader"]


def test_an_empty_list_that_is_a_refusal_in_disguise_is_told(cluster, cloud):
    """Neutron leaves out what may not be seen: its agents from a member, everything from whoever has no project."""
    sync.sync(cluster, NetworkAgent)
    sync.sync(cluster, Network)
    ((agents,), _version), ((networks,), _version) = freshness(NetworkAgent, [cluster]), freshness(Network, [cluster])
    assert agents.state == "refused" and "this takes the role admin" in agents.reason
    assert networks.state == "ok"
    cluster.capabilities = {"project_id": None, "roles": ["admin"]}
    cluster.save()
    sync.sync(cluster, Network)
    ((networks,), _version) = freshness(Network, [cluster])
    assert networks.state == "refused" and "this takes a project" in networks.reason


def test_an_empty_list_of_who_may_see_everything_is_empty(cluster, cloud):
    cluster.capabilities = {"project_id": "p", "roles": ["admin"]}
    cluster.save()
    for model in (NetworkAgent, Network):
        sync.sync(cluster, model)
        assert freshness(model, [cluster])[0][0].state == "ok"


def test_a_role_that_should_do_is_not_told_to_be_missing(cluster, cloud):
    cluster.capabilities = {"project_id": "p", "roles": ["admin"]}
    cluster.save()
    with pytest.raises(CloudError):
        sync.sync(cluster, Hypervisor)
    ((chip,), _version) = freshness(Hypervisor, [cluster])
    assert "it has admin, and the cloud's policy asks for more" in chip.reason


def test_who_may_not_list_projects_sees_its_own_with_their_quotas(cluster, cloud):
    limits = {"quota_set": {"cores": {"limit": 20, "in_use": 3, "reserved": 0}, "ram": {"in_use": 3}}}
    cloud.answers |= {
        "GET /v3/projects": FORBIDDEN,
        "GET /v3/domains": FORBIDDEN,
        "GET /v3/auth/projects": as_json(200, {"projects": [{"id": "p1", "name": "mine", "domain_id": "d"}]}),
        "GET /compute/v2.1/os-quota-sets/p1/detail": as_json(200, limits),
        "GET /volume/v3/os-quota-sets/p1": FORBIDDEN,
        "GET /network/v2.0/quotas/p1/details.json": FORBIDDEN,
    }
    sync.sync(cluster, Project)
    assert [(row.cloud_id, row.name) for row in Project.objects.present()] == [("p1", "mine")]
    sync.sync(cluster, Quota)
    # A limit that was not told is no limit of -1, which would mean that there is none.
    assert [(row.name, row.limit, row.used) for row in Quota.objects.present()] == [("cores", 20, 3)]


def test_a_policy_whose_name_holds_the_word_quota_is_no_quota(cluster, cloud):
    refused = {"forbidden": {"message": "Policy doesn't allow os_compute_api:os-quota-sets:detail to be performed."}}
    cloud.answers |= {
        "GET /v3/projects": as_json(200, {"projects": [{"id": "p1", "name": "mine"}]}),
        **{
            f"GET {path}": as_json(403, refused)
            for path in (
                "/compute/v2.1/os-quota-sets/p1/detail",
                "/volume/v3/os-quota-sets/p1",
                "/network/v2.0/quotas/p1/details.json",
            )
        },
    }
    with pytest.raises(CloudError) as error:
        sync.sync(cluster, Quota)
    assert error.value.code == "forbidden"


def test_the_command_line_and_the_administration_tell_it_too(cluster, cloud, client, platform_admin, capsys):
    said = "it has reader, and this takes the role admin"
    with pytest.raises(CloudError):
        sync.sync(cluster, Hypervisor)
    call_command("ops", "compute.hypervisor", "list", user="root")
    assert said in capsys.readouterr().err
    call_command("list_clusters")
    assert "not allowed: compute.hypervisor" in capsys.readouterr().out
    client.force_login(platform_admin)
    assert said in client.get(f"/admin/clusters/cluster/{cluster.pk}/change/").content.decode()
    for page in ("/clusters/", "/api/v1/clusters/east/"):
        assert said in client.get(page).content.decode()


def test_what_a_cloud_does_not_have_is_no_error_in_the_list_of_the_administration(cluster, client, platform_admin):
    sentence = "Cluster east does not offer this service in this region."
    SyncState.objects.create(cluster=cluster, resource="storage.volume", error_code="no_service", error=sentence)
    client.force_login(platform_admin)
    assert sentence not in client.get("/admin/clusters/cluster/").content.decode()


def test_names_that_tenants_give_do_nothing_to_the_terminal_of_who_lists_them(cluster, platform_admin, capsys):
    make_server(cluster, name="web\x1b[2J\u202e-1")
    call_command("ops", "compute.server", "list", user="root")
    assert "web\ufffd[2J\ufffd-1" in (printed := capsys.readouterr().out) and "\x1b" not in printed
