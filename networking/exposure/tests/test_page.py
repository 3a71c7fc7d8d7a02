"""The report of what is open to the world, at its doors, and what closes it."""

import csv
import io
import json
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.utils import timezone

from audit.models import Event
from clusters import sync
from clusters.access import PROVISION, VIEW
from clusters.models import Credential, SyncState
from monitoring.alerts.conditions import exposure as alert
from monitoring.alerts.kind import MOST, Condition, Facts
from opsys.kit.declare import register
from tests.factories import make_server
from tests.wire import FakeCloud, as_json, serving

URL, API = "/networking/exposure/", "/api/v1/networking/exposure/"


def make(kind, cluster, cloud_id, **fields):
    model = register.get(f"networking.{kind}").model
    return model.objects.create(cluster=cluster, cloud_id=cloud_id, digest="", synced_at=timezone.now(), **fields)


def make_rule(cluster, cloud_id, **fields):
    values = {"direction": "ingress", "ethertype": "IPv4", "security_group_id": "g1", **fields}
    return make("securitygrouprule", cluster, cloud_id, **values)


def ssh(cluster, cloud_id, **fields):
    return make_rule(cluster, cloud_id, protocol="tcp", port_range_min=22, port_range_max=22, **fields)


def make_port(cluster, cloud_id, server, address="10.0.0.5", **fields):
    fixed = [{"subnet_id": "s1", "ip_address": address}]
    values = {"device_owner": "compute:nova", "security_group_ids": ["g1"], "subnet_ids": ["s1"], **fields}
    return make("port", cluster, cloud_id, device_id=server.cloud_id, fixed_ips=fixed, network_id="n1", **values)


@pytest.fixture
def world(cluster):
    """web-1 has a floating IP and a group with SSH open to all, and with HTTPS from an office."""
    server = make_server(cluster, name="web-1", project_id="p1")
    make("network", cluster, "n1", name="internal")
    make("securitygroup", cluster, "g1", name="web")
    make_port(cluster, "port-1", server, project_id="p1")
    make("floatingip", cluster, "f1", name="203.0.113.7", port_id="port-1", fixed_address="10.0.0.5")
    make_rule(cluster, "office", protocol="tcp", port_range_min=443, remote_ip_prefix="198.51.100.0/24")
    return server, ssh(cluster, "open")


@pytest.fixture
def ada(client, cluster, make_user):
    user = make_user("ada", {cluster: [VIEW, PROVISION]})
    client.force_login(user)
    return user


def found(client, query=""):
    return client.get(f"{API}{query}").json()["results"]


def test_a_rule_open_to_all_is_found_with_its_server_and_its_address(client, ada, world):
    (one,) = found(client)
    assert one["level"] == "high" and one["server"] == "web-1" and one["addresses"] == ["203.0.113.7"]
    assert one["ports"] == "22" and one["source"] == "0.0.0.0/0" and one["group"] == "web"
    assert one["remedy"] == {"type": "networking.securitygrouprule", "action": "restrict", "id": world[1].pk}


def test_without_a_public_address_nothing_is_exposed(client, ada, world, cluster):
    make_port(cluster, "port-2", make_server(cluster, name="hidden"), address="10.0.0.6")
    assert [one["server"] for one in found(client)] == ["web-1"]


def test_an_address_on_an_external_network_is_public(client, ada, world, cluster):
    make("network", cluster, "ext", name="public", external=True)
    port = make_port(cluster, "port-2", make_server(cluster, name="edge"), address="203.0.113.9")
    type(port).objects.filter(pk=port.pk).update(network_id="ext")
    assert [(one["server"], one["addresses"]) for one in found(client)][0] == ("edge", ["203.0.113.9"])


def test_an_address_of_ipv6_is_public_once_its_router_has_a_gateway(client, ada, world, cluster):
    make_rule(cluster, "open-6", ethertype="IPv6")
    make("subnet", cluster, "s1", network_id="n1", ip_version=6)
    router = make("router", cluster, "r1", name="r")
    make_port(cluster, "port-2", make_server(cluster, name="six"), address="2a01:4f8::7")
    interface = make_port(cluster, "port-3", make_server(cluster, name="r"), device_owner="network:router_interface")
    type(interface).objects.filter(pk=interface.pk).update(device_id="r1")
    assert "six" not in [one["server"] for one in found(client)]
    type(router).objects.update(external_network_id="ext")
    worst = found(client)[0]
    assert worst["server"] == "six" and worst["level"] == "critical" and worst["source"] == "::/0"


def test_a_remote_group_whose_member_may_send_from_everywhere(client, ada, world, cluster):
    world[1].delete()
    ssh(cluster, "from-group", remote_group_id="g2")
    assert found(client) == []
    pairs = {"allowed_address_pairs": [{"ip_address": "0.0.0.0/0"}]}
    make_port(cluster, "nat", make_server(cluster, name="nat"), security_group_ids=["g2"], data=pairs)
    (one,) = found(client)
    assert one["server"] == "web-1" and "remote group" in one["why"]


def test_a_port_without_port_security_is_closed_on_the_port(client, ada, world, cluster):
    port = make_port(cluster, "port-2", make_server(cluster, name="bare"), port_security=False)
    make("floatingip", cluster, "f2", name="203.0.113.8", port_id="port-2")
    worst = found(client)[0]
    assert worst["server"] == "bare" and worst["level"] == "critical"
    assert worst["remedy"] == {"type": "networking.port", "action": "set-security", "id": port.pk}


def test_filters_narrow_by_level_port_project_cluster_and_text(client, ada, world, cluster):
    make_rule(cluster, "ping", protocol="icmp")
    assert len(found(client)) == 2
    assert [one["protocol"] for one in found(client, "?level=low")] == ["icmp"]
    assert [one["protocol"] for one in found(client, "?port=22")] == ["tcp"]
    assert found(client, "?port=80") == [] == found(client, "?project=p2") == found(client, "?q=web-2")
    assert len(found(client, "?project=p1")) == len(found(client, "?q=203.0.113")) == 2
    assert client.get(f"{API}?port=70000").status_code == 400
    assert client.get(f"{API}?cluster=west").status_code == 404


def test_what_one_may_not_see_is_not_there(client, world, make_user, other_cluster):
    client.force_login(make_user("vera", {other_cluster: [VIEW]}))
    assert found(client) == []
    assert b"web-1" not in client.get(URL).content


def test_the_page_shows_it_and_offers_to_restrict_the_rule(client, ada, world):
    page = client.get(URL).content.decode()
    assert "web-1" in page and f"/networking/security_group_rules/do/restrict/?ids={world[1].pk}" in page
    region = client.get(URL, headers={"HX-Request": "true", "HX-Target": "region"}).content.decode()
    assert "<html" not in region and "web-1" in region and 'id="remedies"' in region
    assert "Nothing matches" in client.get(f"{URL}?q=nobody").content.decode()
    assert "The filter is invalid" in client.get(f"{URL}?port=0").content.decode()


def test_an_open_page_is_told_when_a_row_changed(client, ada, world):
    assert client.get(f"{URL}freshness/?version=old").headers["HX-Trigger"] == "rows-changed"
    version = client.get(URL).context["version"]
    assert "HX-Trigger" not in client.get(f"{URL}freshness/", {"version": version}).headers


def test_its_parts_are_served_by_an_asynchronous_server(ada, world):
    """Whose requests have a `scope` of their own."""
    client = AsyncClient()
    client.force_login(ada)
    for part in ("", "freshness/"):
        assert async_to_sync(client.get)(f"{URL}{part}").status_code == 200


@pytest.mark.parametrize("address", [f"{URL}export/", f"{API}export/"])
def test_it_leaves_as_a_file_that_the_audit_notes(client, ada, world, address):
    text = client.get(address, {"format": "csv"}).getvalue().decode("utf-8-sig")
    (line,) = list(csv.reader(io.StringIO(text)))[1:]
    assert line[:2] == ["high", "web-1"] and "203.0.113.7" in line
    assert json.loads(client.get(address, {"format": "json"}).getvalue())[0]["server"] == "web-1"
    assert client.get(address, {"format": "xlsx"}).getvalue()[:2] == b"PK"
    event = Event.objects.filter(action="networking.exposure.export").latest("pk")
    assert event.params["count"] == 1 and event.username == "ada"


def test_odd_answers_of_a_cloud_break_nothing(client, ada, world, cluster):
    make_rule(cluster, "odd", ethertype="", protocol="nonsense", remote_ip_prefix="x/y", port_range_min=0)
    for number, odd in enumerate(({}, "text", [None, 7], [{"ip_address": None}])):
        make_port(cluster, f"odd-{number}", make_server(cluster), data={"allowed_address_pairs": odd})
        port = register.get("networking.port").model.objects.get(cloud_id=f"odd-{number}")
        type(port).objects.filter(pk=port.pk).update(fixed_ips=odd, security_group_ids=odd)
        make("floatingip", cluster, f"odd-{number}", name="not an address", port_id=f"odd-{number}")
    ssh(cluster, "from-group", remote_group_id="g1")
    assert client.get(URL).status_code == 200 and len(found(client)) == 1


def test_the_number_of_queries_does_not_grow_with_what_is_found(
    client, ada, world, cluster, django_assert_max_num_queries
):
    for number in range(40):
        make_port(cluster, f"p{number}", make_server(cluster, name=f"s{number}"))
        make("floatingip", cluster, f"q{number}", name=f"198.51.100.{number}", port_id=f"p{number}")
    client.get(URL)
    with django_assert_max_num_queries(40):
        page = client.get(URL)
    assert page.context["count"].value == 41


# Closing.


@pytest.fixture
def cloud(cluster):
    rule = {
        "id": "open",
        "security_group_id": "g1",
        "direction": "ingress",
        "ethertype": "IPv4",
        "protocol": "tcp",
        "port_range_min": 22,
        "port_range_max": 22,
        "remote_ip_prefix": None,
        "description": "from the wizard",
    }
    there = {**rule, "id": "there", "remote_ip_prefix": "198.51.100.0/24"}
    path = "/network/v2.0/security-group-rules"
    answers = {
        f"GET {path}/open": as_json(200, {"security_group_rule": rule}),
        f"GET {path}": as_json(200, {"security_group_rules": [rule, there]}),
        f"POST {path}": as_json(201, {"security_group_rule": {**rule, "id": "new"}}),
        f"DELETE {path}/open": (204, {}, b""),
    }
    with serving(FakeCloud(answers=answers)) as running:
        cluster.auth_url = running.auth_url
        cluster.save()
        Credential.objects.update(secret="right")
        Credential.objects.get().save()
        yield running


def restrict(client, rule, *sources):
    body = {"ids": [rule.pk], "params": {"sources": list(sources)}}
    address = "/api/v1/networking/security_group_rules/do/restrict/"
    return client.post(address, body, content_type="application/json")


def test_closing_adds_before_it_removes_and_makes_nothing_twice(client, ada, world, cloud):
    answer = restrict(client, world[1], "203.0.113.0/24", "198.51.100.0/24", "2001:db8::/32")
    assert answer.json()["outcomes"][0]["status"] == "done", answer.content
    changes = [(method, body) for method, _path, _headers, body in cloud.seen if method in ("POST", "DELETE")]
    made, deleted = [one for one in changes if b'"auth"' not in one[1]]
    assert deleted[0] == "DELETE"
    new = json.loads(made[1])["security_group_rule"]
    assert new["remote_ip_prefix"] == "203.0.113.0/24" and new["security_group_id"] == "g1"
    assert new["port_range_min"] == 22 and new["description"] == "from the wizard"


@pytest.mark.parametrize(
    ("sources", "complaint"),
    [
        (["0.0.0.0/0"], "is everybody"),
        (["203.0.113.7/24"], "has bits set"),
        (["office"], "is not a prefix"),
        (["2001:db8::/32"], "Name a prefix of IPv4 too"),
        ([], "required"),
    ],
)
def test_sources_that_cannot_be_are_said_at_the_field(client, ada, world, cloud, sources, complaint):
    answer = restrict(client, world[1], *sources)
    assert answer.status_code == 400 and complaint in str(answer.json())
    assert not [one for one in cloud.seen if one[0] == "DELETE"]


def test_an_alert_looks_again_only_where_something_changed(world, cluster, make_cluster, monkeypatch):
    everything = make_rule(cluster, "everything")
    west = make_cluster("west")
    looked_at, report = [], alert.report_named(alert.REPORT)

    def rows(scope, wanted, *, user):
        looked_at.append({one.name for one in scope.clusters})
        return report.rows(scope, wanted, user=user)

    def found() -> list[str]:
        return [condition.said for condition in alert.openings(Facts(), 0).conditions]

    watched = SimpleNamespace(rows=rows, url=report.url, types=report.types)
    monkeypatch.setattr(alert, "report_named", lambda name: watched)
    monkeypatch.setattr(alert, "_found", {})
    moment = timezone.now()
    for one in (cluster, west):
        SyncState.objects.create(cluster=one, resource="networking.port", changed_at=moment)
    assert len(found()) == 1 and found() == found() and "web-1" in found()[0]
    assert looked_at == [{cluster.name, "west"}]
    SyncState.objects.create(cluster=cluster, resource="networking.securitygrouprule")
    everything.delete()
    assert len(found()) == 1, "no reading said so yet"
    sync.note_change(cluster, type(everything))
    assert found() == [] == found()
    assert looked_at[1:] == [{cluster.name}]


def test_what_is_known_and_what_is_new_are_no_more_than_is_followed(cluster, make_cluster, monkeypatch):
    west = make_cluster("west")
    open_port = Condition("open", west.pk, "networking.port", "p")
    state = alert._states(alert.report_named(alert.REPORT), Facts())[west.pk]
    monkeypatch.setattr(alert, "_found", {west.pk: (state, [open_port] * MOST)})
    monkeypatch.setattr(alert, "_look", lambda report, clusters: ({cluster.pk: [open_port]}, True))
    found = alert.openings(Facts(), 0)
    assert len(found.conditions) == MOST and not found.complete
