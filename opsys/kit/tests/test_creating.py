"""Making something new: the dialog, the page and REST ask the same form, and the audit knows what came of it."""

import json

import pytest

from audit.models import Event
from clusters import access
from compute.servers.models import Server
from jobs import kinds
from jobs.models import Job
from tests.factories import make_cluster

URL = "/compute/servers/new/make/"
API = "/api/v1/compute/servers/new/make/"


def ask(client, **values):
    return client.post(URL, values, headers={"HX-Request": "true", "HX-Target": "dialog"})


def api(client, cluster, **params):
    return client.post(API, {"cluster": cluster, "params": params}, content_type="application/json")


def phases():
    return list(Event.objects.filter(action="compute.server.make").order_by("pk").values_list("phase", "reason"))


def test_the_list_offers_it(as_operator, made):
    assert "new/make/" in as_operator.get("/compute/servers/?cluster=east").content.decode()


def test_the_only_cluster_is_chosen_and_the_address_fills_the_form_in(as_operator, made):
    context = as_operator.get(URL, {"name": "from-a-link"}).context
    assert context["cluster"].name == "east"
    assert context["form"].initial == {"name": "from-a-link"}


def test_of_several_clusters_one_is_to_be_chosen(client, platform_admin, cluster, other_cluster, made):
    client.force_login(platform_admin)
    assert client.get(URL).context["form"] is None
    assert client.get(URL, {"cluster": "west"}).context["form"].cluster == other_cluster
    ask(client, name="x", count=1)
    assert made == []


def test_it_is_made_shown_once_and_its_row_is_there(as_operator, cluster, made):
    response = ask(as_operator, cluster="east", name="web", count=1)
    assert made == ["web"]
    assert "very private" in response.content.decode() and response["Cache-Control"] == "no-store"
    assert Server.objects.filter(cluster=cluster, cloud_id="id-web").exists()
    assert [phase for phase, _reason in phases()] == ["started", "done"]
    done = Event.objects.get(action="compute.server.make", phase="done")
    assert (done.cloud_id, done.params) == ("id-web", {"name": "web"})
    assert not Event.objects.filter(params__icontains="private").exists()


def test_what_is_wrong_is_told_and_nothing_is_asked(as_operator, made, cloud):
    response = ask(as_operator, cluster="east", name="", count=1)
    assert response.context["form"].errors and cloud.calls == []


def test_a_refusal_by_the_cloud_is_told(as_operator, made):
    response = ask(as_operator, cluster="east", name="bad", count=1)
    assert "quota" in response.content.decode() and "req-bad" in response.content.decode()
    assert [phase for phase, _reason in phases()] == ["started", "failed"]


def test_several_are_a_job_that_tells_each_by_its_name(as_operator, made):
    ask(as_operator, cluster="east", name="bad", count=3)
    job = Job.objects.get()
    items = list(job.items.all())
    assert ([item.name for item in items], made) == (["bad-1", "bad-2", "bad-3"], [])
    job.inputs = json.dumps([{"name": "bad-1"}, {"name": "good"}, {"name": "fine"}])
    outcomes = [kinds.get(job.kind).do(job, item) for item in items]
    assert [o.status.value for o in outcomes] == ["failed", "done", "done"]
    assert [item.cloud_id for item in items] == ["", "id-good", "id-fine"]


def test_after_a_crash_the_audit_tells_what_was_made(as_operator, made):
    ask(as_operator, cluster="east", name="web", count=2)
    job = Job.objects.get()
    first, second = job.items.all()
    kind = kinds.get(job.kind)
    kind.do(job, first)
    known = kind.recall(job, first)
    assert (known.status.value, known.cloud_id, made) == ("done", "id-web-1", ["web-1"])
    assert kind.recall(job, second) is None


def test_a_viewer_is_refused_by_both_doors_with_the_same_words(client, as_viewer, viewer, cluster, made, cloud):
    reason = access.why_not(access.held_by(viewer), access.PROVISION, cluster)
    assert as_viewer.get(URL).context["form"] is None
    assert reason in ask(as_viewer, cluster="east", name="x", count=1).content.decode()
    (outcome,) = api(as_viewer, "east", name="x").json()["outcomes"]
    assert (outcome["status"], outcome["code"], outcome["reason"]) == ("refused", "permission", reason)
    assert phases() == [("refused", reason)] * 2 and cloud.calls == [] and made == []


def test_over_rest(as_operator, cluster, made):
    response = api(as_operator, "east", name="web")
    (outcome,) = response.json()["outcomes"]
    assert (response.status_code, outcome["status"], outcome["cloud_id"]) == (201, "done", "id-web")
    assert outcome["id"] == Server.objects.get(cloud_id="id-web").pk
    assert outcome["shown"]["text"] == "very private" and response["Cache-Control"] == "no-store"
    assert api(as_operator, "east", name="web", count=2).status_code == 202


@pytest.mark.parametrize(
    ("where", "params", "status"),
    [
        ("north", {"name": "x"}, 404),
        ("east", {}, 400),
        ("east", {"name": "x", "colour": "red"}, 400),
        ("east", {"name": "x", "count": 99}, 400),
    ],
)
def test_rest_tells_what_is_wrong(as_operator, made, cloud, where, params, status):
    make_cluster("north")
    assert api(as_operator, where, **params).status_code == status
    assert made == [] and cloud.calls == []


def test_a_cluster_that_may_not_be_seen_is_not_there(as_operator, other_cluster, made):
    assert as_operator.get(URL, {"cluster": "west"}).status_code == 404
    assert ask(as_operator, cluster="west", name="x", count=1).status_code == 404
    assert made == []


def test_the_same_as_a_command(as_operator, made):
    response = as_operator.post(f"{URL}command/", {"cluster": "east", "name": "it's", "count": 2})
    text = response.context["lines"]
    assert text == [
        "openstack --os-cloud east server create 'it'\"'\"'s-1'",
        "openstack --os-cloud east server create 'it'\"'\"'s-2'",
    ]
    assert not as_operator.post(f"{URL}command/", {"cluster": "east", "name": ""}).context["lines"]


def test_an_unknown_one_is_not_found(as_operator):
    assert as_operator.get("/compute/servers/new/stop/").status_code == 404
