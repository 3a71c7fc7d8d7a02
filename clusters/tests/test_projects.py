"""Connections scoped to other projects than the credential's own, on the wire."""

import json

import pytest

from clusters import gateway
from clusters.gateway import CloudError
from clusters.gateway.call import _connections, _in_projects
from clusters.gateway.projects import ProjectConnections
from clusters.models import Cluster, Credential
from tests.wire import FakeCloud, as_json, serving

pytestmark = pytest.mark.django_db
KEYSTONE = {"id": "default", "name": "Default"}


class Keystone(FakeCloud):
    """Its user has a role in p1, its own project, and in p2."""

    roles_in = ("p1", "p2")

    def _log_in(self, request):
        status, headers, body = super()._log_in(request)
        wanted = request["auth"].get("scope", {}).get("project", {}).get("id", "p1")
        if status == 201 and wanted not in self.roles_in:
            return as_json(401, {"error": {"code": 401, "message": "no access", "title": "Unauthorized"}})
        said = json.loads(body)
        if status == 201 and "application_credential" not in request["auth"]["identity"]:
            said["token"]["project"] = {"id": wanted, "name": wanted, "domain": KEYSTONE}
        return status, headers, json.dumps(said).encode()


@pytest.fixture
def cloud():
    projects = [{"id": "p1", "name": "admin"}, {"id": "p2", "name": "shop"}]
    with serving(Keystone(answers={"GET /v3/auth/projects": as_json(200, {"projects": projects})})) as running:
        yield running
    _connections.clear()
    _in_projects.drop(Cluster.objects.get().pk)


@pytest.fixture
def cluster(cloud):
    cluster = Cluster.objects.create(name="north", auth_url=cloud.auth_url)
    Credential.objects.create(cluster=cluster, username="ad min", secret="right", project_name="admin")
    return cluster


def log_ins(cloud):
    return sum((method, path) == ("POST", "/v3/auth/tokens") for method, path, _headers, _body in cloud.seen)


def in_project(cluster, project):
    with gateway.call(cluster, project=project) as call:
        return call.conn.current_project_id


def test_each_project_has_a_connection_and_a_token_of_its_own(cluster, cloud):
    assert [in_project(cluster, project) for project in ("", "p2", "p2", "")] == ["p1", "p2", "p2", "p1"]
    assert len(cloud.tokens) == 2


def test_without_a_role_it_says_which_one_is_missing_and_how_to_grant_it(cluster):
    with pytest.raises(CloudError) as error:
        in_project(cluster, "p3")
    assert error.value.code == "no_role"
    command = "openstack role add --project p3 --user 'ad min' --user-domain default member"
    assert command in str(error.value) and error.value.command == command
    assert in_project(cluster, "") == "p1"


def test_a_role_that_is_taken_away_is_told_of_with_the_next_call(cluster, cloud, monkeypatch):
    in_project(cluster, "p2")
    monkeypatch.setattr(Keystone, "roles_in", ("p1",))
    cloud.answers["GET /v3/auth/projects"] = as_json(200, {"projects": [{"id": "p1"}]})
    cloud.answers["GET /compute/v2.1/servers/x"] = as_json(401, {"error": {"code": 401, "message": "expired"}})
    with pytest.raises(CloudError) as error, gateway.call(cluster, project="p2") as call:
        gateway.one(call.conn.compute, "/servers/x", "server")
    assert error.value.code == "no_role"


def test_a_wrong_password_is_no_missing_role_and_tried_once_for_all_projects(cluster, cloud):
    Credential.objects.get().delete()
    Credential.objects.create(cluster=cluster, username="admin", secret="wrong")
    for project in ("p2", "p1", ""):
        with pytest.raises(CloudError) as error:
            in_project(cluster, project)
        assert error.value.code == "authentication" and error.value.until
    assert log_ins(cloud) == 1


def test_a_password_that_was_changed_while_our_token_holds_is_tried_once(cluster, cloud):
    in_project(cluster, "")
    cloud.password = "another"
    for project in ("p2", "p2", "p2"):
        with pytest.raises(CloudError) as error:
            in_project(cluster, project)
        assert error.value.code == "authentication" and error.value.until
    assert log_ins(cloud) == 2


def test_a_changed_credential_forgets_the_connections(cluster, cloud):
    in_project(cluster, "p2")
    Credential.objects.get().save()
    in_project(cluster, "p2")
    assert (len(cloud.tokens), len(_in_projects)) == (4, 1)


def test_an_application_credential_says_that_it_has_one_project(cluster):
    Credential.objects.all().delete()
    Credential.objects.create(
        cluster=cluster, kind=Credential.Kind.APPLICATION_CREDENTIAL, username="id", secret="right"
    )
    assert in_project(cluster, "p1") == "p1"
    with pytest.raises(CloudError, match="bound to its own project") as error:
        in_project(cluster, "p2")
    assert error.value.code == "one_project"


def test_no_more_connections_are_kept_than_allowed_and_the_oldest_goes():
    pool = ProjectConnections(most=2)
    for project in ("a", "b"):
        pool.put(1, project, ("key",), project)
    assert pool.get(1, "a", ("key",)) == "a"
    pool.put(1, "c", ("key",), "c")
    assert [pool.get(1, project, ("key",)) for project in "abc"] == ["a", None, "c"]
    pool.put(1, "a", ("other key",), "new")
    assert (len(pool), pool.get(1, "a", ("key",))) == (1, None)
