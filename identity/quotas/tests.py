"""Quotas of all projects: read, in order, set and taken over from another project."""

import json

import pytest

from clusters import sync
from clusters.access import ADMINISTER, VIEW
from clusters.models import Credential
from identity.projects.models import Project
from identity.quotas import cloud as quota_cloud
from identity.quotas.models import Quota
from tests.wire import FakeCloud, as_json, serving

URL, API = "/identity/quotas/", "/api/v1/identity/quotas/"
COMPARISON = "/api/v1/identity/comparison/"


def quota(limit, used):
    return {"limit": limit, "used": used, "reserved": 0}


def make(cluster, project, name, limit, used, service="compute"):
    values = quota_cloud.row(service, project, name, quota(limit, used))
    return Quota.objects.create(cluster=cluster, digest="", synced_at="2026-01-02T03:04:05Z", **values)


def make_project(cluster, cloud_id, name):
    return Project.objects.create(cluster=cluster, cloud_id=cloud_id, name=name, synced_at="2026-01-02T03:04:05Z")


@pytest.fixture
def cloud(cluster):
    """Two projects; the network service is not there."""
    answers = {"GET /v3/projects": as_json(200, {"projects": [{"id": "p1"}, {"id": "p2"}]})}
    for project, used in (("p1", 9), ("p2", 1)):
        sets = f"/os-quota-sets/{project}"
        cores = {
            "id": project,
            "cores": {"limit": 10, "in_use": used, "reserved": 0},
            "ram": {"limit": -1, "in_use": 5},
        }
        answers[f"GET /compute/v2.1{sets}/detail"] = as_json(200, {"quota_set": cores})
        volumes = {"volumes": {"limit": 4, "in_use": used // 2, "reserved": 1}}
        answers[f"GET /volume/v3{sets}"] = as_json(200, {"quota_set": volumes})
        answers[f"GET /network/v2.0/quotas/{project}/details.json"] = as_json(404, {})
        answers[f"PUT /compute/v2.1{sets}"] = answers[f"PUT /volume/v3{sets}"] = as_json(200, {})
    with serving(FakeCloud(answers=answers)) as running:
        cluster.auth_url = running.auth_url
        cluster.save()
        Credential.objects.update(secret="right")
        Credential.objects.get(cluster=cluster).save()
        yield running


@pytest.fixture
def ada(client, cluster, make_user):
    user = make_user("ada", {cluster: [VIEW, ADMINISTER]})
    client.force_login(user)
    return user


def do(client, action, rows, **params):
    body = {"ids": [row.pk for row in rows], "params": params}
    return client.post(f"{API}do/{action}/", body, content_type="application/json")


def asked(cloud):
    return [(path, json.loads(body)) for method, path, _headers, body in cloud.seen if method == "PUT"]


def test_quotas_are_read_for_each_project_and_the_fullest_come_first(client, cluster, cloud, ada):
    sync.sync(cluster, Quota)
    rows = client.get(API).json()["results"]
    told = [(row["project_id"], row["name"], row["limit"], row["used"], row["fullness"]) for row in rows]
    assert told == [
        ("p1", "volumes", 4, 5, 1250),
        ("p1", "cores", 10, 9, 900),
        ("p2", "volumes", 4, 1, 250),
        ("p2", "cores", 10, 1, 100),
        ("p1", "ram", -1, 5, 0),
        ("p2", "ram", -1, 5, 0),
    ]
    page = client.get(URL).content.decode()
    assert 'class="share-bar share-full" value="9" max="10"' in page and "no limit" in page


def test_a_limit_is_set_and_its_row_read_again(client, cluster, cloud, ada):
    row = make(cluster, "p2", "cores", 5, 1)
    (outcome,) = do(client, "set-limit", [row], limit=20).json()["outcomes"]
    assert outcome["status"] == "done"
    assert asked(cloud) == [("/compute/v2.1/os-quota-sets/p2", {"quota_set": {"cores": 20}})]
    row.refresh_from_db()
    assert row.limit == 10  # what the cloud says now


def test_less_than_what_is_in_use_is_said_first(client, cluster, cloud, ada):
    row = make(cluster, "p1", "cores", 10, 9)
    answer = do(client, "set-limit", [row], limit=3)
    assert answer.status_code == 400 and "9 of cores are in use in p1, more than 3" in answer.content.decode()
    assert asked(cloud) == []
    (outcome,) = do(client, "set-limit", [row], limit=3, below_usage=True).json()["outcomes"]
    assert outcome["status"] == "done"
    assert asked(cloud)[0][1] == {"quota_set": {"cores": 3, "force": True}}


def test_limits_are_taken_over_from_a_project_of_another_cluster(client, cluster, other_cluster, cloud, make_user):
    client.force_login(make_user("olga", {cluster: [VIEW, ADMINISTER], other_cluster: [VIEW]}))
    make_project(other_cluster, "far", "shop")
    make(other_cluster, "far", "cores", 40, 30)
    make(other_cluster, "far", "volumes", -1, 3, "storage")
    rows = [make(cluster, "p1", "cores", 10, 9), make(cluster, "p1", "volumes", 4, 3, "storage")]
    answer = do(client, "take-over", rows, source=f"{other_cluster.name}/shop").json()
    assert [outcome["status"] for outcome in answer["outcomes"]] == ["done", "done"]
    assert asked(cloud) == [
        ("/compute/v2.1/os-quota-sets/p1", {"quota_set": {"cores": 40}}),
        ("/volume/v3/os-quota-sets/p1", {"quota_set": {"volumes": -1}}),
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [("west/shop", "no such project"), ("shop", "no such project"), ("east/p2", "has no quota ram")],
)
def test_from_what_one_may_not_see_or_what_lacks_it_nothing_is_taken_over(
    client, cluster, other_cluster, cloud, ada, source, said
):
    make_project(other_cluster, "far", "shop")
    make_project(cluster, "p2", "other")
    make(cluster, "p2", "cores", 10, 1)
    rows = [make(cluster, "p1", "cores", 10, 9), make(cluster, "p1", "ram", 10, 9)]
    answer = do(client, "take-over", rows, source=source)
    assert answer.status_code == 400 and said in answer.content.decode() and asked(cloud) == []


def test_two_projects_are_compared_and_what_differs_can_be_taken_over(client, cluster, other_cluster, make_user):
    client.force_login(make_user("olga", {cluster: [VIEW, ADMINISTER], other_cluster: [VIEW]}))
    make_project(other_cluster, "far", "shop")
    make_project(cluster, "p1", "web")
    make(other_cluster, "far", "cores", 40, 30)
    make(other_cluster, "far", "ram", 512, 30)
    make(cluster, "p1", "ram", 512, 9)
    make(cluster, "p1", "volumes", 4, 3, "storage")
    mine = make(cluster, "p1", "cores", 10, 9)
    query = {"left": f"{other_cluster.name}/shop", "right": f"{cluster.name}/web"}
    rows = client.get(COMPARISON, query).json()["results"]
    assert [(row["quota"], row["left_limit"], row["right_limit"], row["difference"]) for row in rows] == [
        ("vCPUs", "40", "10", -30),
        ("Volumes", None, "4", None),
        ("Memory (MiB)", "512", "512", 0),
    ]
    assert [row["remedy"] and row["remedy"]["id"] for row in rows] == [mine.pk, None, None]
    page = client.get("/identity/comparison/", query).content.decode()
    dialog = f"/identity/quotas/do/take-over/?source={other_cluster.name}%2Ffar&amp;ids={mine.pk}"
    assert dialog in page
    assert f'value="{other_cluster.name}/far"' in client.get(dialog.replace("&amp;", "&")).content.decode()


def test_a_project_one_may_not_see_is_not_compared(client, cluster, other_cluster, ada):
    make_project(other_cluster, "far", "shop")
    make_project(cluster, "p1", "web")
    make(other_cluster, "far", "cores", 40, 30)
    make(cluster, "p1", "cores", 10, 9)
    query = {"left": f"{other_cluster.name}/shop", "right": f"{cluster.name}/web"}
    assert client.get(COMPARISON, query).json()["results"] == []
