"""Volume types: whatever Cinder sends becomes a row and a page, and what is asked of it."""

from unittest.mock import MagicMock

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given
from openstack.exceptions import ConflictException

from clusters import inventory
from clusters.access import ADMINISTER, VIEW
from clusters.models import Cluster
from identity.projects.models import Project
from opsys.kit.forms.form import filled
from opsys.kit.lists.tables import table_of
from storage import cinder
from storage.volume_types import cloud
from storage.volume_types.forms import CreateForm, EncryptionForm, SpecForm
from storage.volume_types.models import VolumeType
from storage.volume_types.resource import VOLUME_TYPES
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "t1",
    "name": "ssd",
    "description": "quick",
    "is_public": True,
    "extra_specs": {"volume_backend_name": "fast", "replication_enabled": "<is> True"},
    "qos_specs_id": "q1",
    "os-volume-type-access:is_public": True,
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["public"], row["backend_name"], row["qos_id"]) == ("ssd", True, "fast", "q1")
    assert VolumeType(data=row["data"]).extra_spec_lines == [
        "replication_enabled=<is> True",
        "volume_backend_name=fast",
    ]


@pytest.mark.parametrize(
    ("said", "public"),
    [
        ({}, True),
        ({"is_public": False}, False),
        ({"os-volume-type-access:is_public": False}, False),
    ],
)
def test_a_type_is_public_unless_the_cloud_says_otherwise(said, public):
    assert cloud.row({"id": "t1", **said})["public"] is public


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(VolumeType, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in VolumeType.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(VOLUME_TYPES, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    answer = {**ANSWER, "name": name, "description": name, "extra_specs": {"x": name, str(name): "y"}}
    inventory.store(VolumeType, cluster, [cloud.row(answer)], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    pages = ("", "east/t1/", "east/t1/panel/extra-specs/")
    for page in pages:
        response = client.get(f"/storage/volume_types/{page}")
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


# --- actions


def test_all_projects_use_types_so_only_administrators_change_them():
    assert {action.permission for action in VOLUME_TYPES.actions} == {ADMINISTER}
    assert {action.needs for action in VOLUME_TYPES.actions} == {"block-storage"}


def test_a_cluster_without_cinder_says_so(client, make_user, cluster):
    cluster.capabilities = {"services": {"block-storage": {"code": "no_service", "error": "none"}}}
    cluster.save()
    client.force_login(make_user("ada", {cluster: [VIEW, ADMINISTER]}))
    page = client.get("/storage/volume_types/new/create/", headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert "has no block-storage service" in page.content.decode()


@pytest.mark.parametrize("name", ["give-access", "take-access"])
def test_only_a_private_type_has_projects(name):
    assert VOLUME_TYPES.action(name).when(VolumeType(public=False)) == ""
    assert "public" in VOLUME_TYPES.action(name).when(VolumeType(public=True))


@pytest.fixture
def asked(monkeypatch):
    """What Cinder was asked, as (method, path, body)."""
    seen = []
    answers = {"/types": {"volume_type": {"id": "new"}}}
    monkeypatch.setattr(
        cinder, "post", lambda conn, path, body: seen.append(("POST", path, body)) or answers.get(path, {})
    )
    monkeypatch.setattr(cinder, "put", lambda conn, path, body: seen.append(("PUT", path, body)))
    monkeypatch.setattr(cinder, "delete", lambda conn, path: seen.append(("DELETE", path, None)))
    return seen


def test_a_new_type_gets_its_extra_specs_and_projects(asked):
    assert cloud.create(MagicMock(), name="x", is_public=False, extra_specs={"a": "b"}, projects=["p1"]) == "new"
    body = {"name": "x", "os-volume-type-access:is_public": False, "extra_specs": {"a": "b"}}
    assert asked == [
        ("POST", "/types", {"volume_type": body}),
        ("POST", "/types/new/action", {"addProjectAccess": {"project": "p1"}}),
    ]


def test_half_a_type_is_taken_away_again(asked, monkeypatch):
    def refuse(*args, **options):
        raise ConflictException("no")

    monkeypatch.setattr(cloud, "give_access", refuse)
    with pytest.raises(ConflictException):
        cloud.create(MagicMock(), name="x", is_public=False, projects=["p1"])
    assert asked[-1] == ("DELETE", "/types/new", None)


def test_the_key_of_an_extra_spec_cannot_become_another_path(asked):
    cloud.remove_extra_spec(MagicMock(), "t1", key="a/../b:c")
    assert asked == [("DELETE", "/types/t1/extra_specs/a%2F..%2Fb%3Ac", None)]


@pytest.mark.parametrize(
    ("found", "method", "path"),
    [({}, "POST", "/types/t1/encryption"), ({"encryption_id": "e1"}, "PUT", "/types/t1/encryption/e1")],
)
def test_encryption_is_made_or_changed(asked, monkeypatch, found, method, path):
    monkeypatch.setattr(cloud, "encryption", lambda conn, cloud_id: found)
    cloud.set_encryption(MagicMock(), "t1", provider="luks", control_location="front-end")
    assert asked == [(method, path, {"encryption": {"provider": "luks", "control_location": "front-end"}})]


@pytest.mark.parametrize(
    ("form", "given", "wrong"),
    [
        (CreateForm, {"name": ""}, "name"),
        (CreateForm, {"name": "x", "extra_specs": {"a b": "1"}}, "extra_specs"),
        (SpecForm, {"key": "a/b", "value": "1"}, "key"),
        (EncryptionForm, {"control_location": "elsewhere"}, "control_location"),
        (EncryptionForm, {"key_size": -1}, "key_size"),
    ],
)
def test_what_cinder_would_refuse_is_said_at_the_field(make_user, cluster, form, given, wrong):
    assert set(filled(form, given, cluster=cluster, user=make_user("vera")).errors) == {wrong}


def test_a_public_type_takes_no_projects(make_user, cluster):
    Project.objects.create(cluster=cluster, cloud_id="p1", name="web", synced_at=timezone.now())
    given = {"name": "x", "projects": ["web"]}
    user = make_user("vera", {cluster: [VIEW]})
    assert "projects" in filled(CreateForm, given, cluster=cluster, user=user).errors
    form = filled(CreateForm, {**given, "is_public": False}, cluster=cluster, user=user)
    assert form.is_valid() and form.params() == {"name": "x", "projects": ["p1"], "is_public": False}
    command = VOLUME_TYPES.action("create", "cluster").command(cluster, **form.params())
    assert command == ["volume", "type", "create", "--private", "--project", "p1", "x"]


def test_a_type_without_a_status_is_in_no_unknown_one(client, make_user, cluster):
    inventory.store(VolumeType, cluster, [cloud.row(ANSWER)], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    page = client.get(f"/storage/volume_types/{cluster.name}/t1/")
    assert page.status_code == 200 and 'class="status ' not in page.text
