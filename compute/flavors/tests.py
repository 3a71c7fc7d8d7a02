"""Flavors: whatever Nova sends becomes a row and a page."""

from unittest.mock import MagicMock, create_autospec

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given
from openstack.compute.v2._proxy import Proxy
from openstack.exceptions import ConflictException

from clusters import inventory
from clusters.access import ADMINISTER, VIEW
from clusters.models import Cluster
from compute.flavors import cloud, operations
from compute.flavors.forms import CreateForm, ExtraSpecsForm
from compute.flavors.models import Flavor
from compute.flavors.resource import FLAVORS
from opsys.kit.forms.form import filled
from opsys.kit.lists.tables import table_of
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "m1",
    "name": "m1.small",
    "ram": 2048,
    "disk": 10,
    "swap": "",
    "vcpus": 1,
    "OS-FLV-EXT-DATA:ephemeral": 5,
    "OS-FLV-DISABLED:disabled": False,
    "os-flavor-access:is_public": True,
    "rxtx_factor": 1.0,
    "description": None,
    "extra_specs": {"hw:cpu_policy": "dedicated"},
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["vcpus"], row["ram"], row["disk"], row["ephemeral"]) == ("m1.small", 1, 2048, 10, 5)
    assert (row["public"], row["swap"]) == (True, 0)
    assert Flavor(data=row["data"]).extra_spec_lines == ["hw:cpu_policy=dedicated"]


@pytest.mark.parametrize(("sent", "kept"), [("", 0), (0, 0), (512, 512), (None, 0)])
def test_no_swap_is_an_empty_word_in_older_novas(sent, kept):
    assert cloud.row({**ANSWER, "swap": sent})["swap"] == kept


def test_a_flavor_is_public_unless_the_cloud_says_otherwise():
    answer = {key: value for key, value in ANSWER.items() if "is_public" not in key}
    assert cloud.row(answer)["public"] is True
    assert cloud.row({**answer, "os-flavor-access:is_public": False})["public"] is False


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Flavor, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in Flavor.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(FLAVORS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)
        for action in FLAVORS.on_items:
            action.when(item)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    row = cloud.row({**ANSWER, "name": name, "extra_specs": {"x": name}})
    inventory.store(Flavor, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/compute/flavors/", "/compute/flavors/east/m1/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(("query", "names"), [("?public=True", ["a"]), ("?public=False", ["b"]), ("", ["a", "b"])])
def test_private_ones_can_be_looked_for(client, make_user, cluster, query, names):
    rows = [
        cloud.row({**ANSWER, "id": name, "name": name, "os-flavor-access:is_public": name == "a"}) for name in "ab"
    ]
    inventory.store(Flavor, cluster, rows, seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    body = client.get(f"/api/v1/compute/flavors/{query}").json()
    assert [row["name"] for row in body["results"]] == names


# --- actions


def test_all_projects_use_flavors_so_only_administrators_change_them():
    assert {action.permission for action in FLAVORS.actions} == {ADMINISTER}


@pytest.mark.parametrize("name", ["give-access", "take-access"])
def test_only_a_private_flavor_has_projects(name):
    assert FLAVORS.action(name).when(Flavor(public=False)) == ""
    assert "public" in FLAVORS.action(name).when(Flavor(public=True))


class Cloud:
    def __init__(self):
        self.compute = create_autospec(Proxy, instance=True)
        self.compute.create_flavor.return_value = MagicMock(id="new")


def test_a_new_flavor_gets_its_extra_specs_and_projects():
    conn = Cloud()
    wish = {"name": "x", "vcpus": 1, "ram": 512, "disk": 0, "is_public": False}
    assert operations.create(conn, **wish, extra_specs={"a": "b"}, projects=["p1", "p2"]) == "new"
    conn.compute.create_flavor.assert_called_once_with(**wish)
    conn.compute.create_flavor_extra_specs.assert_called_once_with("new", {"a": "b"})
    given = [call.args for call in conn.compute.flavor_add_tenant_access.call_args_list]
    assert given == [("new", "p1"), ("new", "p2")]
    conn.compute.delete_flavor.assert_not_called()


def test_half_a_flavor_is_taken_away_again():
    conn = Cloud()
    conn.compute.create_flavor_extra_specs.side_effect = ConflictException("no")
    with pytest.raises(ConflictException):
        operations.create(conn, name="x", vcpus=1, ram=512, disk=0, extra_specs={"a": "b"})
    conn.compute.delete_flavor.assert_called_once_with("new")


@pytest.mark.parametrize("given", [{"vcpus": 0}, {"ram": -1}, {"flavorid": "a/b"}, {"extra_specs": {"a/b": "1"}}])
def test_what_nova_would_refuse_is_said_at_the_field(make_user, cluster, given):
    form = filled(CreateForm, {"name": "x", **given}, cluster=cluster, user=make_user("vera"))
    assert set(form.errors) == set(given)


def test_that_it_is_not_public_is_told_too(make_user, cluster):
    form = filled(CreateForm, {"name": "x", "is_public": False}, cluster=cluster, user=make_user("vera"))
    assert form.is_valid() and form.params()["is_public"] is False
    command = FLAVORS.action("create", "cluster").command(cluster, **form.params())
    assert command[:3] == ["flavor", "create", "--private"] and command[-1] == "x"


def test_extra_specs_are_edited_as_a_whole(make_user, cluster):
    flavor = Flavor(cluster=cluster, cloud_id="m1", data={"extra_specs": {"a": "1", "b": "2"}})
    form = ExtraSpecsForm({"extra_specs": "a=1\nc=3"}, targets=[flavor], user=make_user("vera"))
    assert form.is_valid() and form.params() == {"extra_specs": {"c": "3"}, "remove": ["b"]}
