"""Paths asked for in the console, over REST and by command, from the inventory."""

import json

import pytest
from django.core.management import CommandError, call_command

from clusters.access import VIEW
from networking.path.evaluation import way
from networking.path.reading import Inventory
from networking.path.tests.cases import CASES
from networking.path.tests.known import world
from networking.path.tests.stored import store
from opsys.kit.declare import register

URL, API = "/networking/path/", "/api/v1/networking/path/"
OF_READING = {
    *("another network of the router", "a forwarded port", "a floating IP behind another router"),
    *("a static route over the other router", "a host route to a server", "a remote group by an allowed pair"),
    *("a remote group without the source", "an address group with the source", "an address group that is not known"),
    *("an address that others may take", "stateless without", "ping over IPv6", "port security off"),
    *("a router in error", "a gateway nobody knows", "to a network that is off", "out without SNAT"),
    *("the floating IP that another external network has, too", "seen as the one of its router"),
    "to a server in error",
}  # fmt: skip


@pytest.fixture
def ada(client, cluster, make_user):
    user = make_user("ada", {cluster: [VIEW]})
    client.force_login(user)
    return user


@pytest.fixture
def stored(cluster):
    store(world(), cluster)
    return cluster


def told(client, source, target, **query):
    return client.get(API, {"source": source, "target": target, "port": 22, **query}).json()


@pytest.mark.parametrize("case", [case for case in CASES if case.name in OF_READING], ids=lambda case: case.name)
def test_the_inventory_leads_the_same_way(cluster, make_user, case):
    known = world()
    case.change(known)
    store(known, cluster)
    inventory = Inventory(cluster, make_user("ada", {cluster: [VIEW]}))
    expected = way(known, known.port(f"{case.source}-port"), case.target, case.traffic)
    assert way(inventory, inventory.port(f"{case.source}-port"), case.target, case.traffic) == expected


def test_the_names_of_those_cases_are_right():
    assert {case.name for case in CASES} >= OF_READING


def test_from_a_server_to_an_address_with_every_reason(client, ada, stored):
    found = told(client, "web", "10.2.0.10")
    (only,) = [one for one in found["ways"] if one["target"] == "10.2.0.10"]
    assert found["verdict"] == "yes" and only["arrives_at"] == "db-port" and only["seen_as"] == "10.1.0.10"
    assert {"state", "reason", "text", "type", "id", "name", "rule"} == set(only["steps"][0])
    rules = [step["rule"]["name"] for step in only["steps"] if step["rule"]]
    assert rules == ["rule out4", "rule ssh"]
    assert "A rule lets it in from 10.1.0.10." in [step["text"] for step in only["steps"]]


def test_to_a_server_by_its_name_the_best_of_its_addresses_counts(client, ada, stored):
    found = told(client, "compute.server/app", "web")
    assert found["verdict"] == "yes"
    assert {one["target"] for one in found["ways"]} == {"10.1.0.10", "2a01:db:1::10", "203.0.113.50"}
    assert told(client, "networking.port/app-port", "ear")["ways"][0]["target"] == "203.0.113.60"


def test_of_what_does_not_pass_the_step_says_why(client, ada, stored):
    found = told(client, "web", "db", port=23)
    blocking = [step for step in found["ways"][0]["steps"] if step["state"] == "blocks"]
    assert found["verdict"] == "no" and [step["reason"] for step in blocking] == ["no-rule"]
    assert blocking[0]["name"] == "group g"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"source": "nobody", "target": "10.2.0.10", "port": 22}, "source"),
        ({"source": "web", "target": "nobody", "port": 22}, "target"),
        ({"source": "web", "target": "10.2.0.10"}, "port"),
        ({"source": "web", "target": "10.2.0.10", "protocol": "icmp", "port": 256}, "port"),
        ({"source": "web", "target": "10.2.0.10", "protocol": "telepathy"}, "protocol"),
        ({"source": "web", "target": "10.2.0.10", "protocol": "256"}, "protocol"),
        ({"source": "web", "target": "10.2.0.10", "port": 70000}, "port"),
        ({"target": "10.2.0.10", "port": 22}, "source"),
        ({"source": "twin", "target": "10.2.0.10", "port": 22}, "source"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(client, ada, stored, query, field):
    for cloud_id in ("twin-1", "twin-2"):
        register.get("compute.server").model.objects.create(
            cluster=stored, cloud_id=cloud_id, name="twin", digest="", synced_at=stored.created_at
        )
    answer = client.get(API, query)
    assert answer.status_code == 400 and list(answer.json()["detail"]) == [field]
    page = client.get(URL, query).content.decode()
    assert ("is-invalid" in page) == ("source" in query)


def test_a_name_that_a_server_and_a_port_bear_is_refused(client, ada, stored):
    ports = register.get("networking.port").model.objects
    ports.filter(cloud_id="app-port").update(name="twin")
    register.get("compute.server").model.objects.filter(cloud_id="web").update(name="twin")
    for query in ({"source": "twin", "target": "10.2.0.10"}, {"source": "db", "target": "twin"}):
        answer = client.get(API, {**query, "port": 22})
        (said,) = [line for lines in answer.json()["detail"].values() for line in lines]
        assert answer.status_code == 400 and "ID web" in said and "ID app-port" in said
    # An id is nobody's name but that thing's.
    ports.filter(cloud_id="app-port").update(name="db-port")
    assert told(client, "db-port", "10.1.0.20")["ways"][0]["source"] == "db-port"
    assert told(client, "compute.server/web", "10.2.0.10")["verdict"] == "yes"


def test_the_page_draws_the_steps(client, ada, stored):
    query = {"source": "web", "target": "10.2.0.10", "port": 22}
    page = client.get(URL, query).content.decode()
    assert 'data-verdict="yes"' in page and "path-stand path-green" in page and "rule ssh" in page
    assert f'href="{register.get("networking.router").url("item", "east", "r1")}"' in page
    region = client.get(URL, query, headers={"HX-Request": "true", "HX-Target": "region"}).content.decode()
    assert "<html" not in region and 'data-live-type="networking.port"' in region
    blocked = client.get(URL, {**query, "port": 23}).content.decode()
    assert 'data-verdict="no"' in blocked and "path-stand path-red" in blocked


def test_a_server_and_a_port_lead_to_their_path(client, ada, stored):
    for name, cloud_id in (("compute.server", "web"), ("networking.port", "web-port")):
        page = client.get(register.get(name).url("item", "east", cloud_id)).content.decode()
        address = f"{URL}?cluster=east&amp;source={name.replace('/', '%2F')}%2F{cloud_id}"
        assert f'href="{address}"' in page
        assert f'value="{name}/{cloud_id}"' in client.get(address.replace("&amp;", "&")).content.decode()


def test_what_one_may_not_see_is_not_there(client, stored, make_user, other_cluster):
    client.force_login(make_user("vera", {other_cluster: [VIEW]}))
    assert client.get(API, {"cluster": "east", "source": "web", "target": "db"}).status_code == 404
    assert client.get(API, {"source": "web", "target": "db", "port": 22}).status_code == 400


def test_the_number_of_queries_does_not_grow_with_the_cluster(client, ada, stored, django_assert_max_num_queries):
    model = register.get("networking.port").model
    row = model.objects.get(cloud_id="app-port")
    for number in range(200):
        row.pk, row.cloud_id = None, f"p{number}"
        row.fixed_ips = [{"subnet_id": "front-4", "ip_address": f"10.1.0.{number + 21}"}]
        row.save(force_insert=True)
    told(client, "web", "10.2.0.10")
    with django_assert_max_num_queries(70):
        assert told(client, "web", "10.2.0.10")["verdict"] == "yes"


def test_by_command(ada, stored, capsys):
    call_command("path", "web", "10.2.0.10", "--port", "22", "--as", "ada")
    assert "rule ssh" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("path", "web", "10.2.0.10", "--port", "23", "--as", "ada", "--json")
    assert json.loads(capsys.readouterr().out)["verdict"] == "no"
    with pytest.raises(CommandError, match="source: No server"):
        call_command("path", "nobody", "10.2.0.10", "--port", "22", "--as", "ada")
