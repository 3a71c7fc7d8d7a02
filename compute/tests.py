"""What is done to hosts, from the API to the wire: who may, when not, what Nova is asked."""

import json

import pytest

from audit.models import Event
from clusters.access import ADMINISTER, OPERATE, PROVISION, VIEW
from clusters.models import Credential
from compute.aggregates.models import Aggregate
from compute.hypervisors.models import Hypervisor
from compute.services.models import Service
from opsys.kit.console.command_line import command_lines
from opsys.kit.declare import register
from tests.wire import FakeCloud, as_json, serving

NOVA = "/compute/v2.1"
SEEN = {"synced_at": "2026-01-02T03:04:05Z", "digest": ""}


@pytest.fixture
def nova(cluster):
    service = {"id": "s1", "binary": "nova-compute", "host": "cmp-1", "status": "enabled", "state": "up"}
    aggregate = {"id": 2, "name": "ssd", "hosts": ["cmp-1"], "metadata": {}}
    answers = {
        f"GET {NOVA}/os-hypervisors/h1": as_json(200, {"hypervisor": {"id": "h1", "service": {"id": "s1"}}}),
        f"GET {NOVA}/os-services": as_json(200, {"services": [service]}),
        f"PUT {NOVA}/os-services/s1": as_json(200, {"service": service}),
        f"DELETE {NOVA}/os-services/s1": as_json(204, {}),
        f"GET {NOVA}/os-aggregates/2": as_json(200, {"aggregate": aggregate}),
        f"PUT {NOVA}/os-aggregates/2": as_json(200, {"aggregate": aggregate}),
        f"POST {NOVA}/os-aggregates": as_json(200, {"aggregate": aggregate}),
        f"POST {NOVA}/os-aggregates/2/action": as_json(200, {"aggregate": aggregate}),
        f"DELETE {NOVA}/os-aggregates/2": as_json(200, {}),
    }
    with serving(FakeCloud(answers=answers)) as running:
        cluster.auth_url = running.auth_url
        cluster.save()
        Credential.objects.update(secret="right")
        Credential.objects.get().save()
        yield running


@pytest.fixture
def service(cluster):
    return Service.objects.create(
        cluster=cluster, cloud_id="s1", name="nova-compute@cmp-1", binary="nova-compute", host="cmp-1", **SEEN
    )


@pytest.fixture
def hypervisor(cluster):
    return Hypervisor.objects.create(cluster=cluster, cloud_id="h1", name="cmp-1", host="cmp-1", **SEEN)


@pytest.fixture
def aggregate(cluster):
    Hypervisor.objects.create(cluster=cluster, cloud_id="h2", name="cmp-2", host="cmp-2", **SEEN)
    return Aggregate.objects.create(
        cluster=cluster, cloud_id="2", name="ssd", hosts=["cmp-1"], metadata={"ssd": "true", "old": "x"}, **SEEN
    )


@pytest.fixture
def ada(client, cluster, make_user):
    user = make_user("ada", {cluster: [VIEW, ADMINISTER]})
    client.force_login(user)
    return user


def act(client, item, action, **params):
    resource = register.get(item._meta.label_lower)
    body = {"ids": [item.pk], "params": params}
    address = f"/api/v1/{resource.app}/{resource.slug}/do/{action}/"
    return client.post(address, body, content_type="application/json")


def asked(nova):
    """What changed the cloud: method, path and body."""
    return [
        (method, path.removeprefix(NOVA), json.loads(body) if body else None)
        for method, path, _headers, body in nova.seen
        if method != "GET" and path.startswith(NOVA)
    ]


def set_to(item, **values):
    type(item).objects.filter(pk=item.pk).update(**values)
    return item


@pytest.mark.parametrize(
    ("before", "action", "params", "body"),
    [
        ({}, "disable", {"reason": "new disks"}, {"status": "disabled", "disabled_reason": "new disks"}),
        ({"status": "disabled"}, "enable", {}, {"status": "enabled"}),
        ({}, "force-down", {}, {"forced_down": True}),
        ({"forced_down": True}, "undo-force-down", {}, {"forced_down": False}),
    ],
)
def test_a_service(client, nova, ada, service, before, action, params, body):
    (outcome,) = act(client, set_to(service, **before), action, **params).json()["outcomes"]
    assert outcome["status"] == "done"
    assert asked(nova) == [("PUT", "/os-services/s1", body)]
    assert Event.objects.filter(action=f"compute.service.{action}", phase="done").count() == 1


@pytest.mark.parametrize(
    ("before", "action", "params", "body"),
    [
        ({}, "disable", {"reason": "new disks"}, {"status": "disabled", "disabled_reason": "new disks"}),
        ({"status": "disabled"}, "enable", {}, {"status": "enabled"}),
    ],
)
def test_a_hypervisor_by_its_service(client, nova, ada, hypervisor, before, action, params, body):
    (outcome,) = act(client, set_to(hypervisor, **before), action, **params).json()["outcomes"]
    assert outcome["status"] == "done"
    assert asked(nova) == [("PUT", "/os-services/s1", body)]


def test_a_service_that_is_down_may_be_deleted(client, nova, ada, service):
    (outcome,) = act(client, set_to(service, state="up"), "delete").json()["outcomes"]
    assert (outcome["status"], outcome["code"]) == ("refused", "state") and "Stop it on its host" in outcome["reason"]
    (outcome,) = act(client, set_to(service, state="down"), "delete").json()["outcomes"]
    assert outcome["status"] == "done" and asked(nova) == [("DELETE", "/os-services/s1", None)]


@pytest.mark.parametrize(
    ("action", "params", "method", "path", "body"),
    [
        ("edit", {"name": "fast"}, "PUT", "", {"aggregate": {"name": "fast"}}),
        ("edit", {"availability_zone": "az-1"}, "PUT", "", {"aggregate": {"availability_zone": "az-1"}}),
        ("add-host", {"host": "cmp-2"}, "POST", "/action", {"add_host": {"host": "cmp-2"}}),
        ("remove-host", {"host": "cmp-1"}, "POST", "/action", {"remove_host": {"host": "cmp-1"}}),
        (
            "set-metadata",
            {"metadata": {"ssd": "no", "new": "1"}},
            "POST",
            "/action",
            {"set_metadata": {"metadata": {"ssd": "no", "new": "1", "old": None}}},
        ),
    ],
)
def test_an_aggregate(client, nova, ada, aggregate, action, params, method, path, body):
    (outcome,) = act(client, aggregate, action, **params).json()["outcomes"]
    assert outcome["status"] == "done"
    assert asked(nova) == [(method, f"/os-aggregates/2{path}", body)]


def test_an_aggregate_is_made(client, nova, ada, cluster):
    body = {"cluster": "east", "params": {"name": "ssd", "availability_zone": "az-1"}}
    response = client.post("/api/v1/compute/aggregates/new/create/", body, content_type="application/json")
    assert response.status_code == 201
    assert asked(nova) == [("POST", "/os-aggregates", {"aggregate": {"name": "ssd", "availability_zone": "az-1"}})]
    assert Aggregate.objects.get().cloud_id == "2"


def test_only_an_aggregate_without_hosts_is_deleted(client, nova, ada, aggregate):
    (outcome,) = act(client, aggregate, "delete").json()["outcomes"]
    assert outcome["code"] == "state" and "1 host" in outcome["reason"]
    (outcome,) = act(client, set_to(aggregate, hosts=[]), "delete").json()["outcomes"]
    assert outcome["status"] == "done" and asked(nova) == [("DELETE", "/os-aggregates/2", None)]


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("add-host", {"host": "cmp-1"}),
        ("add-host", {"host": "elsewhere"}),
        ("remove-host", {"host": "cmp-2"}),
        ("set-metadata", {"metadata": {"availability_zone": "az-2"}}),
        ("edit", {"name": ""}),
        ("edit", {"availability_zone": ""}),
    ],
)
def test_what_cannot_be_meant_is_not_asked(client, nova, ada, aggregate, action, params):
    set_to(aggregate, availability_zone="az-1")
    assert act(client, aggregate, action, **params).status_code == 400
    assert asked(nova) == []


@pytest.mark.parametrize("before", [{"status": "disabled"}, {"binary": "nova-scheduler"}])
def test_what_is_disabled_or_no_compute_service_cannot_be_disabled(client, nova, ada, service, before):
    (outcome,) = act(client, set_to(service, **before), "disable", reason="x").json()["outcomes"]
    assert (outcome["status"], outcome["code"]) == ("refused", "state") and asked(nova) == []


def test_a_reason_is_needed(client, nova, ada, service):
    assert act(client, service, "disable").status_code == 400


def test_hosts_are_for_administrators(client, nova, cluster, make_user, service, hypervisor, aggregate):
    client.force_login(make_user("olga", {cluster: [VIEW, OPERATE, PROVISION]}))
    for item in (service, hypervisor, aggregate):
        row = client.get(f"/api/v1/compute/{register.get(item._meta.label_lower).slug}/{item.pk}/").json()
        codes = {name: said["code"] for name, said in row["actions"].items()}
        assert codes and set(codes.values()) == {"permission"}
    (outcome,) = act(client, hypervisor, "disable", reason="x").json()["outcomes"]
    assert outcome["code"] == "permission" and asked(nova) == []


def test_as_a_command(service, aggregate):
    said = []
    for item, name, params in (
        (service, "disable", {"reason": "new disks"}),
        (service, "force-down", {}),
        (aggregate, "set-metadata", {"metadata": {"ssd": "true"}}),
        (aggregate, "set-metadata", {"metadata": {"ssd": "true", "old": None}}),
        (aggregate, "add-host", {"host": "cmp-2"}),
        (aggregate, "edit", {"name": "fast"}),
    ):
        said += command_lines(register.get(item._meta.label_lower).action(name), [item], params)
    assert said == [
        "openstack --os-cloud east compute service set --disable --disable-reason 'new disks' cmp-1 nova-compute",
        "openstack --os-cloud east compute service set --down cmp-1 nova-compute",
        "openstack --os-cloud east aggregate set --property ssd=true 2",
        "openstack --os-cloud east aggregate unset --property old 2",
        "openstack --os-cloud east aggregate add host 2 cmp-2",
        "openstack --os-cloud east aggregate set --name fast 2",
    ]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("hypervisors/east/h1/panel/servers/", "There are no servers on this host."),
        ("hypervisors/east/h1/panel/capacity/", "Placement has no data"),
        ("services/east/s1/panel/hypervisors/", "cmp-1"),
        ("aggregates/east/2/panel/hosts/", "cmp-1"),
        ("aggregates/east/2/panel/zones/", "az-1"),
    ],
)
def test_panels(client, nova, ada, service, hypervisor, aggregate, address, said):
    zone = {"zoneName": "az-1", "zoneState": {"available": True}, "hosts": {"cmp-1": {"nova-compute": {}}}}
    nova.answers[f"GET {NOVA}/os-availability-zone/detail"] = as_json(200, {"availabilityZoneInfo": [zone]})
    response = client.get(f"/compute/{address}")
    assert response.status_code == 200 and said in response.content.decode()


def test_the_capacity_panel_shows_the_ratio(client, ada, hypervisor):
    stock = {"total": 64, "reserved": 4, "allocation_ratio": 4.0, "used": 230}
    set_to(hypervisor, data={"placement": {"VCPU": stock, "odd": None}})
    page = client.get("/compute/hypervisors/east/h1/panel/capacity/").content.decode()
    assert "230 / 240" in page and "share-full" in page and "<td>4</td>" in page
    (_odd, vcpu) = sorted(
        client.get(f"/api/v1/compute/hypervisors/{hypervisor.pk}/panels/capacity/").json()["classes"],
        key=lambda found: found["total"],
    )
    assert vcpu["share"] == {"used": 230, "total": 240, "unit": "", "percent": 96}
