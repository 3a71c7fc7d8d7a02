"""The forms of actions: what they offer, what they begin with, what they refuse."""

import pytest
from django.utils import timezone

from clusters import inventory
from clusters.access import VIEW
from compute.flavors.models import Flavor
from compute.servers.actions import network, network_choices, placement, settings, sizing, snapshots, storage
from compute.servers.actions.access import PasswordForm
from networking.floating_ips.models import FloatingIp
from networking.networks.models import Network
from networking.ports.models import Port
from networking.security_groups.models import SecurityGroup
from opsys.kit.forms import choices
from opsys.kit.forms.form import filled
from storage.volumes.models import Volume
from tests.factories import make_cluster, make_server


@pytest.fixture
def user(cluster, make_user):
    return make_user("olga", {cluster: [VIEW]})


@pytest.fixture
def asked(monkeypatch):
    """What the cloud offers, by the name of the question."""
    said: dict[str, list] = {}

    def choices_of(cluster, name, load, *, project=None):
        return said.get(name.split(":")[0], [])

    monkeypatch.setattr(choices, "choices_of", choices_of)
    return said


def make_flavor(cluster, name: str, disk: int) -> None:
    Flavor.objects.create(
        cluster=cluster, cloud_id=f"id-{name}", name=name, ram=1024, disk=disk, synced_at=timezone.now(), digest=""
    )


def test_a_disk_cannot_become_smaller(cluster, user):
    make_flavor(cluster, "small", 5)
    make_flavor(cluster, "large", 50)
    server = make_server(cluster, image_id="i", flavor="m1", data={"flavor": {"disk": 20}})
    assert "smaller" in str(filled(sizing.ResizeForm, {"flavor": "small"}, targets=[server], user=user).errors)
    form = filled(sizing.ResizeForm, {"flavor": "large"}, targets=[server], user=user)
    assert form.is_valid() and form.params() == {"flavor": "id-large"}
    server.image_id = ""
    assert filled(sizing.ResizeForm, {"flavor": "small"}, targets=[server], user=user).is_valid()


def test_rows_of_two_clusters_have_no_flavor_in_common(cluster, user):
    servers = [make_server(cluster), make_server(make_cluster("west"))]
    assert not filled(sizing.ResizeForm, {"flavor": "m1"}, targets=servers, user=user).is_valid()


def test_an_edit_begins_with_what_is_and_may_empty_the_description(cluster, user):
    server = make_server(cluster, name="web", data={"description": "old"})
    form = filled(settings.EditForm, {"name": "new"}, targets=[server], user=user)
    assert form.is_valid() and form.params() == {"name": "new", "description": "old"}
    form = filled(settings.EditForm, {"description": ""}, targets=[server], user=user)
    assert form.is_valid() and form.params() == {"name": "web", "description": ""}


def test_an_old_cloud_has_no_descriptions(cluster, user):
    cluster.capabilities = {"services": {"compute": {"max": "2.18"}}}
    assert set(settings.EditForm(targets=[make_server(cluster)], user=user).fields) == {"name"}


def test_metadata_and_tags_begin_with_what_is_there(cluster, user):
    server = make_server(cluster, data={"metadata": {"a": "1"}, "tags": ["x"]})
    assert filled(settings.MetadataForm, {}, targets=[server], user=user).initial["metadata"] == {"a": "1"}
    form = filled(settings.TagsForm, {"tags": ["y", "y", "z"]}, targets=[server], user=user)
    assert form.is_valid() and form.params() == {"tags": ["y", "z"]}
    assert not filled(settings.TagsForm, {"tags": ["a/b"]}, targets=[server], user=user).is_valid()


def test_a_host_is_chosen_or_left_to_the_scheduler(cluster, user, asked):
    asked["compute-hosts"] = [("h1", "h1"), ("h2", "h2")]
    server = make_server(cluster, host="h1")
    form = filled(placement.LiveMigrateForm, {}, targets=[server], user=user)
    assert form.is_valid() and form.params() == {"host": "", "block_migration": "auto"}
    assert filled(placement.MigrateForm, {"host": "h2"}, targets=[server], user=user).is_valid()
    assert not filled(placement.MigrateForm, {"host": "h1"}, targets=[server], user=user).is_valid()
    assert not filled(placement.MigrateForm, {"host": "h9"}, targets=[server], user=user).is_valid()
    cluster.capabilities = {"services": {"compute": {"max": "2.55"}}}
    server.cluster = cluster
    assert "2.56" in str(filled(placement.MigrateForm, {"host": "h2"}, targets=[server], user=user).errors)


def test_only_free_volumes_of_its_own_project_are_offered(cluster, user):
    seen = {"cluster": cluster, "synced_at": timezone.now(), "digest": "", "size": 1}
    for name, status, project in (("free", "available", "p"), ("used", "in-use", "p"), ("other", "available", "q")):
        Volume.objects.create(cloud_id=name, name=name, status=status, project_id=project, **seen)
    server = make_server(cluster, project_id="p")
    form = storage.AttachForm(targets=[server], user=user)
    assert [value for value, _label in form.fields["volume"].choices if value] == ["free"]
    assert filled(storage.AttachForm, {"volume": "free", "device": "/dev/vdb"}, targets=[server], user=user).is_valid()
    wrong = filled(storage.AttachForm, {"volume": "free", "device": "vdb"}, targets=[server], user=user)
    assert not wrong.is_valid()


def test_attached_volumes_are_offered_by_name(cluster, user, asked):
    asked["attached"] = [("v1", "/dev/vdb · v1")]
    Volume.objects.create(cluster=cluster, cloud_id="v1", name="data", synced_at=timezone.now(), digest="")
    server = make_server(cluster, data={"os-extended-volumes:volumes_attached": [{"id": "v1"}]})
    form = storage.DetachForm(targets=[server], user=user)
    assert ("v1", "/dev/vdb · data") in form.fields["volume"].choices


@pytest.fixture
def wired(cluster):
    """Two servers of project p with a port each, and what they could be given."""
    rows = {
        Port: [
            {"cloud_id": "p1", "name": "free", "project_id": "p", "mac_address": "fa:16"},
            {"cloud_id": "p2", "project_id": "p", "device_id": "s1", "fixed_ips": [{"ip_address": "10.0.0.4"}]},
            {"cloud_id": "p3", "project_id": "p", "device_id": "s2", "port_security": False},
            {"cloud_id": "p4", "name": "free elsewhere", "project_id": "q"},
        ],
        Network: [{"cloud_id": "ext", "name": "public", "external": True}, {"cloud_id": "in", "name": "private"}],
        FloatingIp: [
            {"cloud_id": "f1", "name": "203.0.113.9", "project_id": "p"},
            {"cloud_id": "f2", "name": "203.0.113.8", "project_id": "p", "port_id": "p3", "fixed_address": "10.0.0.5"},
            {"cloud_id": "f3", "name": "203.0.113.7", "project_id": "p", "port_id": "p2"},
            {"cloud_id": "f4", "name": "203.0.113.6", "project_id": "q"},
            {"cloud_id": "f5", "name": "203.0.113.5", "project_id": "p", "data": {"port_forwardings": [{"id": "x"}]}},
        ],
        SecurityGroup: [
            {"cloud_id": "g1", "name": "web", "project_id": "p"},
            {"cloud_id": "g2", "name": "web", "project_id": "q"},
        ],
    }
    for model, values in rows.items():
        inventory.store(model, cluster, values, seen_at=timezone.now())
    address = {"addresses": [{"address": "10.0.0.4", "type": "fixed"}]}
    return [
        make_server(cluster, name=f"web-{number}", cloud_id=f"s{number}", project_id="p", **address)
        for number in (1, 2)
    ]


def test_an_interface_is_a_network_or_a_port(user, wired):
    server = wired[0]

    def given(**params):
        return filled(network.AttachInterfaceForm, params, targets=[server], user=user)

    assert given(port="p1").is_valid()
    assert not given().is_valid() and not given(port="p1", fixed_ip="10.0.0.8").is_valid()
    assert not given(port="p2").is_valid() and not given(port="p4").is_valid()


def test_floating_ips_free_new_and_taken_from_somebody(user, wired):
    form = network.AssociateForm(targets=[wired[0]], user=user)
    assert form.fields["floating_ip"].choices == [
        ("f1", "203.0.113.9"),
        ("new:ext", "A new one of public"),
        ("f2", "203.0.113.8 · is taken from web-2 (10.0.0.5)"),
    ]


@pytest.mark.parametrize(
    ("given", "means"),
    [("203.0.113.9", "f1"), ("f2", "f2"), ("new:public", "new:ext"), ("new:private", ""), ("f4", ""), ("", "")],
)
def test_a_floating_ip_by_its_address_its_id_or_a_network(user, wired, given, means):
    form = filled(network.AssociateForm, {"floating_ip": given, "fixed_ip": "10.0.0.4"}, targets=wired[:1], user=user)
    assert form.is_valid() is bool(means)
    assert form.cleaned_data.get("floating_ip", "") == means


def test_only_its_own_floating_ips_are_taken_from_a_server(user, wired):
    form = network.DisassociateForm(targets=wired[:1], user=user)
    assert [value for value, _label in form.fields["floating_ip"].choices if value] == ["f3"]


def test_security_groups_are_those_of_the_one_project(cluster, user, wired):
    other = make_server(cluster, project_id="q")
    form = filled(network.SecurityGroupForm, {"security_group": "web"}, targets=wired, user=user)
    assert form.is_valid() and form.params() == {"security_group": "g1"}
    mixed = filled(network.SecurityGroupForm, {"security_group": "g1"}, targets=[wired[0], other], user=user)
    assert not mixed.is_valid() and "one project" in mixed.fields["security_group"].help_text


def test_a_port_without_port_security_has_no_groups(user, wired):
    given = {"port": "p3", "security_groups": ["web"]}
    form = filled(network.PortSecurityForm, given, targets=[wired[1]], user=user)
    assert "Port security is off" in str(form.errors["port"])
    assert filled(network.PortSecurityForm, {**given, "port": "p2"}, targets=[wired[0]], user=user).is_valid()


def test_a_snapshot_needs_nothing_said(cluster, user):
    form = filled(snapshots.SnapshotForm, {}, targets=[make_server(cluster)], user=user)
    assert form.is_valid() and form.params() == {"name": "{name}-{date}"}


def test_a_password_typed_twice_is_the_same(cluster, user):
    servers = [make_server(cluster)]
    form = filled(PasswordForm, {"password": "one"}, targets=servers, user=user)
    assert form.is_valid() and form.params() == {"password": "one"}
    assert not filled(PasswordForm, {"password": "one", "again": "two"}, targets=servers, user=user).is_valid()


def test_ports_are_told_by_what_one_knows_of_them():
    port = Port(name="uplink", fixed_ips=[{"ip_address": "10.0.0.4"}], mac_address="fa:16")
    assert network_choices.port_text(port) == "uplink · 10.0.0.4 · fa:16"


def offered(form, name: str) -> dict[str, tuple[str, bool]]:
    """What a select shows: its value → its text, and whether it can be chosen."""
    field = form[name]
    drawn = [option for _group, options, _i in field.field.widget.optgroups(name, [""]) for option in options]
    return {str(option["value"]): (str(option["label"]), not option["attrs"].get("disabled")) for option in drawn}


def test_the_present_flavor_is_shown_and_cannot_be_chosen(cluster, user):
    make_flavor(cluster, "m1", 20)
    make_flavor(cluster, "m2", 20)
    server = make_server(cluster, flavor="m1", data={"flavor": {"disk": 20}})
    shown = offered(sizing.ResizeForm(targets=[server], user=user), "flavor")
    assert shown["id-m2"][1] and not shown["id-m1"][1]
    assert shown["id-m1"][0].endswith("– It has this flavor already.")
    assert list(shown) == ["", "id-m2", "id-m1"]
    form = filled(sizing.ResizeForm, {"flavor": "m1"}, targets=[server], user=user)
    assert form.errors == {"flavor": ["It has this flavor already."]}
    others = [server, make_server(cluster, flavor="m2")]
    assert offered(sizing.ResizeForm(targets=others, user=user), "flavor")["id-m1"][1]


def test_a_form_does_not_choose_the_only_one_that_cannot_be_chosen(cluster, user):
    make_flavor(cluster, "m1", 20)
    server = make_server(cluster, flavor="m1")
    assert "" in offered(sizing.ResizeForm(targets=[server], user=user), "flavor")


@pytest.mark.parametrize("status", ["error", "error_deleting", "error_extending", "deleting"])
def test_a_volume_in_error_is_not_attached(cluster, user, status):
    server = make_server(cluster, project_id="p")
    for name, its in (("good", "available"), ("bad", status)):
        Volume.objects.create(
            cluster=cluster, cloud_id=name, name=name, status=its, project_id="p", synced_at=timezone.now(), digest=""
        )
    shown = offered(storage.AttachForm(targets=[server], user=user), "volume")
    assert shown["good"][1] and not shown["bad"][1] and f"It is {status}." in shown["bad"][0]
    form = filled(storage.AttachForm, {"volume": "bad"}, targets=[server], user=user)
    assert form.errors == {"volume": [f"It is {status}."]}


def test_a_network_without_a_subnet_says_so(cluster, user):
    server = make_server(cluster, project_id="p")
    for name, subnets in (("good", ["s1"]), ("bare", [])):
        Network.objects.create(
            cluster=cluster, cloud_id=name, name=name, subnets=subnets, synced_at=timezone.now(), digest=""
        )
    shown = offered(network.AttachInterfaceForm(targets=[server], user=user), "network")
    assert shown["good"][1] and not shown["bare"][1] and "no subnet" in shown["bare"][0]
    assert "no subnet" in str(
        filled(network.AttachInterfaceForm, {"network": "bare"}, targets=[server], user=user).errors
    )
