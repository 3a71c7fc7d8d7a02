"""Something new is made in the project that was chosen, through every door, and the audit names it."""

import json

import pytest
from django import forms
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import Event
from clusters import access, gateway
from clusters.gateway import ProjectError
from clusters.inventory import model_named
from compute.servers import resource
from jobs import kinds
from jobs.models import Job
from opsys.kit.declare.action import Action
from opsys.kit.forms.choices import CloudChoiceField
from opsys.kit.forms.form import ActionForm
from opsys.kit.forms.project import NoProject, project_named

URL = "/compute/servers/new/make/"
API = "/api/v1/compute/servers/new/make/"
SHOP, OTHER_SHOP, CLOSED = "id-shop", "id-other", "id-closed"


class MakeForm(ActionForm):
    name = forms.CharField()
    count = forms.IntegerField(initial=1)
    size = CloudChoiceField("sizes", load=lambda conn: [("small", "small")], required=False)

    def requests(self):
        name = self.cleaned_data["name"]
        return [(name, {"name": name}) for _number in range(self.cleaned_data["count"])]


@pytest.fixture
def asked(cloud, cluster, monkeypatch):
    """The projects in which the cloud was asked for something. `id-closed` is one without a role."""
    cache.clear()
    projects = []
    called = cloud.call

    def call(cluster, *, project="", **options):
        if project == CLOSED:
            raise ProjectError("no_role", cluster="east", project=CLOSED, command="openstack role add …")
        projects.append(project)
        return called(cluster)

    monkeypatch.setattr(gateway, "call", call)
    allowed = [
        {"id": SHOP, "name": "shop", "domain_id": "d1"},
        {"id": OTHER_SHOP, "name": "twice", "domain_id": "d1"},
        {"id": "id-third", "name": "twice", "domain_id": "d2"},
    ]
    monkeypatch.setattr(gateway, "allowed_projects", lambda conn: allowed)
    seen = {"cluster": cluster, "synced_at": timezone.now()}
    model_named("identity.project").objects.create(cloud_id=CLOSED, name="closed", domain="Default", **seen)
    make = Action(
        "make",
        "Make",
        lambda conn, *, name: f"id-{name}",
        permission=access.PROVISION,
        needs="compute",
        scope="cluster",
        form=MakeForm,
        command=lambda cluster, name: ["server", "create", name],
    )
    kept = resource.SERVERS.actions
    object.__setattr__(resource.SERVERS, "actions", (*kept, make))
    yield projects
    object.__setattr__(resource.SERVERS, "actions", kept)


def api(client, **body):
    return client.post(API, {"cluster": "east", "params": {"name": "web"}, **body}, content_type="application/json")


def audited():
    return Event.objects.filter(action="compute.server.make", phase="done").values_list("params__project", flat=True)


def test_the_form_offers_projects_and_its_choices_follow(as_operator, asked):
    page = as_operator.get(URL, {"project": "shop"})
    assert (page.context["form"].project.id, asked[-1]) == (SHOP, SHOP)
    places = page.context["places"]
    assert (places.others[0], places.without) == ((SHOP, "shop (d1)"), [(CLOSED, "closed (Default)")])


def test_the_console_makes_it_there(as_operator, asked):
    as_operator.post(URL, {"cluster": "east", "project": SHOP, "name": "web", "count": 1})
    assert SHOP in asked and list(audited()) == ["d1/shop (id-shop)"]


def test_rest_makes_it_there_by_name_or_id(as_operator, asked):
    assert [api(as_operator, project=one).status_code for one in ("shop", SHOP, "d1/shop")] == [201, 201, 201]
    assert list(audited()) == ["d1/shop (id-shop)"] * 3


def test_the_command_line_makes_it_there(operator, asked, capsys):
    call_command("ops", "compute.server", "make", "--project", "shop", "--set", "name=web", "--as", "olga")
    assert list(audited()) == ["d1/shop (id-shop)"]
    with pytest.raises(CommandError, match="no project"):
        call_command("ops", "compute.server", "make", "--project", "gone", "--set", "name=web", "--as", "olga")


def test_without_a_project_it_is_the_credentials_own(as_operator, asked):
    assert api(as_operator).status_code == 201
    assert set(asked) == {""} and list(audited()) == [None]


def test_several_are_a_job_in_that_project(as_operator, asked):
    assert api(as_operator, project="shop", params={"name": "web", "count": 2}).status_code == 202
    job = Job.objects.get()
    kinds.get(job.kind).do(job, job.items.first())
    assert asked[-2] == SHOP and list(audited()) == ["d1/shop (id-shop)"]


def test_without_a_role_every_door_says_the_sentence_and_nothing_is_asked(as_operator, operator, asked, capsys):
    (outcome,) = api(as_operator, project="closed").json()["outcomes"]
    assert (outcome["status"], outcome["code"]) == ("refused", "no_role")
    assert "role add" in outcome["reason"] and "project closed" in outcome["reason"]
    page = as_operator.post(URL, {"cluster": "east", "project": "closed", "name": "web", "count": 1})
    assert "role add" in page.content.decode() and page.context["form"] is None
    with pytest.raises(SystemExit):
        call_command("ops", "compute.server", "make", "--project", "closed", "--set", "name=web", "--as", "olga")
    assert "role add" in capsys.readouterr().out
    assert not Event.objects.filter(action="compute.server.make", phase="started").exists()
    assert Event.objects.filter(action="compute.server.make", phase="refused", error_code="no_role").count() == 2


@pytest.mark.parametrize("text", ["gone", "twice"])
def test_an_unknown_or_ambiguous_name_is_wrong(as_operator, asked, text):
    response = api(as_operator, project=text)
    assert response.status_code == 400 and text in str(response.json()["detail"]["project"])


def test_what_belongs_to_no_project_takes_none(as_operator, asked):
    body = json.dumps({"cluster": "east", "project": "shop", "params": {"name": "k"}})
    response = as_operator.post("/api/v1/compute/keypairs/new/create/", body, content_type="application/json")
    assert response.status_code == 400 and "project" in response.json()["detail"]


def test_another_place_is_asked_about_with_what_was_typed(as_operator, asked):
    page = as_operator.post(URL, {"cluster": "east", "project": SHOP, "name": "typed", "count": 1, "ask": "1"})
    assert page.context["form"]["name"].value() == "typed" and list(audited()) == []
    assert page["HX-Push-Url"] == f"{URL}?cluster=east&project={SHOP}"


def test_the_same_as_a_command_names_the_project(as_operator, asked):
    page = as_operator.post(f"{URL}command/", {"cluster": "east", "project": SHOP, "name": "web", "count": 1})
    assert page.context["lines"] == [f"openstack --os-cloud east --os-project-id {SHOP} server create web"]


def test_a_cloud_that_cannot_be_asked_is_told(cluster, operator, asked, cloud):
    cloud.errors["east"] = gateway.CloudError("unreachable", cluster="east")
    with pytest.raises(NoProject) as error:
        project_named(cluster, "shop", user=operator)
    assert error.value.code == "unreachable"
