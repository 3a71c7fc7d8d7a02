"""Quotas of a project: what each service tells is shown, what is changed is what it is asked."""

import json

import pytest

from clusters.access import ADMINISTER, PROVISION, VIEW
from clusters.models import Credential
from identity.projects.actions import command
from identity.projects.models import Project
from tests.wire import FakeCloud, as_json, serving

QUOTAS = {
    "set-compute-quota": (
        "/compute/v2.1/os-quota-sets/p1",
        "/detail",
        {"quota_set": {"id": "p1", "cores": {"limit": 10, "in_use": 8, "reserved": 1}, "ram": {"limit": -1}}},
    ),
    "set-storage-quota": (
        "/volume/v3/os-quota-sets/p1",
        "",
        {"quota_set": {"volumes": {"limit": 4, "in_use": 4, "reserved": 0}, "volumes_fast": {"limit": -1}, "odd": 3}},
    ),
    "set-network-quota": ("/network/v2.0/quotas/p1", "/details.json", {"quota": {"port": {"limit": 10, "used": 9}}}),
}


@pytest.fixture
def cloud(cluster):
    answers = {}
    for path, detail, body in QUOTAS.values():
        answers[f"GET {path}{detail}"] = as_json(200, body)
        answers[f"PUT {path}"] = as_json(200, {})
    answers["GET /v3/projects/p1"] = as_json(200, {"project": {"id": "p1", "name": "web-shop"}})
    with serving(FakeCloud(answers=answers)) as running:
        cluster.auth_url = running.auth_url
        cluster.save()
        Credential.objects.update(secret="right")
        Credential.objects.get().save()
        yield running


@pytest.fixture
def project(cluster):
    return Project.objects.create(cluster=cluster, cloud_id="p1", name="web-shop", synced_at="2026-01-02T03:04:05Z")


@pytest.fixture
def ada(client, cluster, make_user):
    user = make_user("ada", {cluster: [VIEW, ADMINISTER]})
    client.force_login(user)
    return user


def change(client, project, action, **params):
    body = {"ids": [project.pk], "params": params}
    return client.post(f"/api/v1/identity/projects/do/{action}/", body, content_type="application/json")


def asked(cloud):
    return [(path, json.loads(body)) for method, path, _headers, body in cloud.seen if method == "PUT"]


@pytest.mark.parametrize(
    ("action", "params", "body"),
    [
        ("set-compute-quota", {"cores": 20}, {"quota_set": {"cores": 20}}),
        ("set-compute-quota", {"cores": -1, "ram": 4096}, {"quota_set": {"cores": -1, "ram": 4096}}),
        ("set-compute-quota", {"cores": 2, "below_usage": True}, {"quota_set": {"cores": 2, "force": True}}),
        ("set-storage-quota", {"volumes_fast": 3}, {"quota_set": {"volumes_fast": 3}}),
        ("set-storage-quota", {"volumes": 1, "below_usage": True}, {"quota_set": {"volumes": 1}}),
        ("set-network-quota", {"port": 9}, {"quota": {"port": 9}}),
    ],
)
def test_only_what_changes_is_asked_for(client, cloud, ada, project, action, params, body):
    (outcome,) = change(client, project, action, **params).json()["outcomes"]
    assert outcome["status"] == "done"
    assert asked(cloud) == [(QUOTAS[action][0], body)]


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"cores": 8}, "9 are in use"),
        ({"cores": -2}, "greater than or equal to -1"),
        ({"cores": "many"}, "whole number"),
        ({"floating_ips": 1}, "Unknown: floating_ips"),
        ({}, "Nothing was changed"),
    ],
)
def test_what_makes_no_sense_is_not_asked(client, cloud, ada, project, params, complaint):
    response = change(client, project, "set-compute-quota", **params)
    assert response.status_code == 400 and complaint in response.content.decode()
    assert asked(cloud) == []


def test_a_service_that_fails_is_told_of(client, cloud, ada, project):
    cloud.answers["GET /compute/v2.1/os-quota-sets/p1/detail"] = as_json(503, {})
    response = change(client, project, "set-compute-quota", cores=20)
    assert response.status_code == 400 and "failed internally" in response.content.decode()
    page = client.get("/identity/projects/do/set-compute-quota/", {"ids": project.pk}).content.decode()
    assert "failed internally" in page


def test_quotas_are_for_administrators(client, cloud, cluster, make_user, project):
    client.force_login(make_user("olga", {cluster: [VIEW, PROVISION]}))
    (outcome,) = change(client, project, "set-network-quota", port=20).json()["outcomes"]
    assert outcome["code"] == "permission" and asked(cloud) == []


def test_panels_show_what_is_used(client, cloud, ada, project):
    page = client.get("/identity/projects/east/p1/panel/compute-quota/").content.decode()
    assert "9 / 10" in page and "share-full" in page and "0, no limit" in page
    page = client.get("/identity/projects/east/p1/panel/storage-quota/").content.decode()
    assert "4 / 4" in page and "<code>volumes_fast</code>" in page
    assert "9 / 10" in client.get("/identity/projects/east/p1/panel/network-quota/").content.decode()


def test_members_are_people_and_groups_with_their_roles(client, cloud, ada, project):
    role = {"role": {"id": "r1", "name": "member"}}
    cloud.answers["GET /v3/role_assignments"] = as_json(
        200,
        {
            "role_assignments": [
                {**role, "user": {"id": "u1", "name": "maria", "domain": {"name": "Default"}}},
                {"role": {"name": "reader"}, "user": {"id": "u1", "name": "maria"}},
                {**role, "group": {"id": "g1", "name": "<ops>"}},
                {"user": None},
            ]
        },
    )
    page = client.get("/identity/projects/east/p1/panel/members/").content.decode()
    assert "&lt;ops&gt;" in page and '<a href="/identity/users/east/u1/" class="item-name">maria</a>' in page
    (ops, maria) = client.get(f"/api/v1/identity/projects/{project.pk}/panels/members/").json()["members"]
    assert (ops["kind"], maria["roles"]) == ("group", ["member", "reader"])


def test_as_a_command(project):
    assert command(project, {"cores": 20, "floatingip": 3}, force=True) == [
        *("quota", "set", "--cores", "20", "--floating-ips", "3", "--force", "p1")
    ]
