"""Forms of actions: the same for people and programs, with choices that are other resources or the cloud's own."""

import pytest
from django import forms
from django.core.cache import cache
from django.utils import timezone

from clusters.access import VIEW
from clusters.gateway import CloudError
from opsys.kit.forms.choices import CloudChoiceField, ResourceField, ResourcesField
from opsys.kit.forms.fields import LinesField, PairsField
from opsys.kit.forms.form import ActionForm, filled
from storage.volumes.models import Volume
from tests.factories import make_server


class EditForm(ActionForm):
    name = forms.CharField()
    description = forms.CharField(required=False)
    metadata = PairsField(required=False)
    tags = LinesField(required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.target:
            self.initial = {"name": self.target.name, "description": "as it was", "tags": ["a"], **self.initial}


class AttachForm(ActionForm):
    one_cluster = True
    volume = ResourceField("storage.volume", only=lambda rows, form: rows.filter(status="available"))
    others = ResourcesField("storage.volume", required=False)


def make_volume(cluster, cloud_id, name, status="available"):
    return Volume.objects.create(
        cluster=cluster, cloud_id=cloud_id, name=name, status=status, synced_at=timezone.now(), digest=""
    )


@pytest.fixture
def viewer(make_user, cluster, other_cluster):
    return make_user("vera", {cluster: [VIEW], other_cluster: [VIEW]})


def test_what_a_program_leaves_out_stays_as_it_is(server, viewer):
    form = filled(EditForm, {"metadata": {"role": "web"}}, targets=[server], user=viewer)
    assert form.is_valid(), form.errors
    assert form.params() == {
        "name": "web-1",
        "description": "as it was",
        "metadata": {"role": "web"},
        "tags": ["a"],
    }


def test_what_a_program_misspells_is_wrong(server, viewer):
    form = filled(EditForm, {"nmae": "x"}, targets=[server], user=viewer)
    assert not form.is_valid() and "nmae" in str(form.errors)


def test_people_write_lines_and_programs_values(viewer):
    given = {"name": "x", "metadata": "a=1\n b = x=y \n", "tags": " one \n\ntwo"}
    form = EditForm(given, user=viewer)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["metadata"] == {"a": "1", "b": "x=y"}
    assert form.cleaned_data["tags"] == ["one", "two"]
    assert "one\ntwo" in str(EditForm(user=viewer, initial={"tags": ["one", "two"]}))


@pytest.mark.parametrize("text", ["no equals sign", "=empty", f"{'k' * 256}=v", f"k={'v' * 256}"])
def test_pairs_that_are_none(viewer, text):
    assert "metadata" in EditForm({"name": "x", "metadata": text}, user=viewer).errors


@pytest.mark.parametrize("given", ["v-1", "data"])
def test_a_resource_is_chosen_by_id_or_name(server, viewer, cluster, given):
    make_volume(cluster, "v-1", "data")
    form = AttachForm({"volume": given}, targets=[server], user=viewer)
    assert form.is_valid(), form.errors
    assert form.params() == {"volume": "v-1"}


def test_only_what_may_be_chosen_is_offered_and_taken(server, viewer, cluster, other_cluster):
    make_volume(cluster, "v-1", "free")
    make_volume(cluster, "v-2", "used", status="in-use")
    make_volume(other_cluster, "v-3", "elsewhere")
    form = AttachForm(targets=[server], user=viewer)
    assert [value for value, _label in form.fields["volume"].choices] == ["v-1"]
    for wrong in ("v-2", "v-3", "elsewhere", "nothing"):
        assert "volume" in AttachForm({"volume": wrong}, targets=[server], user=viewer).errors


def test_a_name_that_two_have_is_not_enough(server, viewer, cluster):
    make_volume(cluster, "v-1", "twin")
    make_volume(cluster, "v-2", "twin")
    assert "not unique" in str(AttachForm({"volume": "twin"}, targets=[server], user=viewer).errors)
    assert AttachForm({"volume": "v-2"}, targets=[server], user=viewer).is_valid()


def test_several_resources(server, viewer, cluster):
    make_volume(cluster, "v-1", "one")
    make_volume(cluster, "v-2", "two")
    form = AttachForm({"volume": "v-1", "others": ["one", "v-2"]}, targets=[server], user=viewer)
    assert form.is_valid(), form.errors
    assert form.params()["others"] == ["v-1", "v-2"]


def test_rows_of_two_clusters_have_no_common_choices(server, viewer, cluster, other_cluster):
    make_volume(cluster, "v-1", "data")
    form = AttachForm({"volume": "v-1"}, targets=[server, make_server(other_cluster)], user=viewer)
    assert not form.is_valid()
    assert "one cluster" in str(form.non_field_errors())


class ZoneForm(ActionForm):
    zone = CloudChoiceField("zones", load=lambda conn: [("nova", "nova")], required=False)


def test_choices_of_the_cloud_are_asked_once(server, viewer, cloud):
    cache.clear()
    for _turn in range(3):
        form = ZoneForm({"zone": "nova"}, targets=[server], user=viewer)
        assert form.is_valid(), form.errors
    assert cloud.calls == ["east"]
    assert not ZoneForm({"zone": "mars"}, targets=[server], user=viewer).is_valid()


def test_a_cloud_that_cannot_be_asked_is_told_at_the_field(server, viewer, cloud):
    cache.clear()
    cloud.errors["east"] = CloudError("unreachable", cluster="east")
    form = ZoneForm({"zone": "nova"}, targets=[server], user=viewer)
    assert "cannot be reached" in str(form.errors["zone"])
    assert ZoneForm({"zone": ""}, targets=[server], user=viewer).is_valid()
