"""To an operator of east, west and all that is in it answers exactly as what never was."""

import re

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from clusters import gateway
from clusters.access import CONSOLE, OPERATE, PROVISION, VIEW
from clusters.models import ClusterGroup
from tests.factories import make_server, make_state

HIDDEN = {"pk": 7001, "cloud_id": "buried-id", "name": "buried-name", "cluster": "west", "group": "far"}
NEVER = {"pk": 990002, "cloud_id": "absent-id", "name": "absent-name", "cluster": "nowt", "group": "nil"}
SECRETS = ("west", "buried", "far-side", "burning", "192.0.2.99")


@pytest.fixture(autouse=True)
def no_cloud(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("a cloud was called")

    monkeypatch.setattr(gateway, "call", never)


@pytest.fixture
def west(other_cluster):
    other_cluster.group = ClusterGroup.objects.create(name="far", description="far-side")
    other_cluster.save()
    make_state(other_cluster, error="burning", error_code="timeout")
    address = [{"network": "n", "address": "192.0.2.99", "type": "fixed", "mac": ""}]
    server = make_server(other_cluster, pk=7001, name="buried-name", cloud_id="buried-id", addresses=address)
    Event.objects.create(
        via="ui", action="compute.server.stop", cluster=other_cluster, cluster_name="west", name="buried-name"
    )
    return server


@pytest.fixture
def olga(cluster, make_user, west):
    make_server(cluster, name="seen")
    return make_user("olga", {cluster: [VIEW, OPERATE, PROVISION, CONSOLE]})


@pytest.fixture
def browser(client, olga):
    client.force_login(olga)
    return client


def told(response, facts):
    """What was answered, without the words that were asked with and without what differs each time."""
    changing = r'(csrfmiddlewaretoken" value=|X-CSRFToken": |name="operation" value=|data-session-seconds=)"[\w-]+"'
    text = re.sub(changing, "", response.content.decode())
    for key, word in facts.items():
        text = re.sub(rf"\b{re.escape(str(word))}\b", f"<{key}>", text)
    return response.status_code, text


DOORS = [
    ("get", "/compute/servers/?q={name}", None),
    ("get", "/compute/servers/?q={cloud_id}", None),
    ("get", "/compute/servers/?cluster={cluster}", None),
    ("get", "/compute/servers/?cluster=east&cluster={cluster}", None),
    ("get", "/compute/servers/?group={group}", None),
    ("get", "/compute/servers/count/?q={name}", None),
    ("get", "/compute/servers/count/?cluster={cluster}", None),
    ("get", "/compute/servers/freshness/?cluster={cluster}", None),
    ("get", "/compute/servers/freshness/?group={group}", None),
    ("get", "/compute/servers/menu/{pk}/", None),
    ("get", "/compute/servers/{cluster}/{cloud_id}/", None),
    ("get", "/compute/servers/east/{cloud_id}/", None),
    ("get", "/compute/servers/do/stop/?ids={pk}", None),
    ("post", "/compute/servers/do/stop/", {"ids": "{pk}"}),
    ("post", "/compute/servers/do/delete/", {"ids": "{pk}"}),
    ("get", "/api/v1/compute/servers/?q={name}", None),
    ("get", "/api/v1/compute/servers/?cluster={cluster}", None),
    ("get", "/api/v1/compute/servers/?group={group}", None),
    ("get", "/api/v1/compute/servers/{pk}/", None),
    ("post", "/api/v1/compute/servers/do/stop/", {"ids": "[{pk}]"}),
    ("get", "/audit/?q={name}", None),
    ("get", "/audit/?cluster={cluster}", None),
    ("get", "/api/v1/audit/events/?q={name}", None),
    ("get", "/api/v1/audit/events/?cluster={cluster}", None),
    ("get", "/admin/compute/server/{pk}/change/", None),
    ("get", "/admin/clusters/cluster/{pk}/change/", None),
]


@pytest.mark.parametrize(("method", "address", "body"), DOORS, ids=[f"{m} {a}" for m, a, _ in DOORS])
def test_it_answers_like_what_never_was(browser, method, address, body):
    answers = []
    for facts in (HIDDEN, NEVER):
        options = {}
        if body:
            options["data"] = {key: value.format(**facts) for key, value in body.items()}
            if address.startswith("/api/"):
                options = {"data": {"ids": [facts["pk"]]}, "content_type": "application/json"}
        answers.append(told(getattr(browser, method)(address.format(**facts), **options), facts))
    assert answers[0][0] == answers[1][0]
    assert answers[0][1].splitlines() == answers[1][1].splitlines()


PAGES = [
    "/compute/servers/",
    "/compute/servers/?sort=cluster",
    "/compute/servers/count/",
    "/compute/servers/freshness/",
    "/storage/volumes/",
    "/audit/",
    "/api/v1/",
    "/api/v1/compute/servers/",
    "/api/v1/audit/events/",
    "/api/v1/schema/",
    "/accounts/password/",
]


@pytest.mark.parametrize("address", PAGES)
def test_no_page_names_it(browser, address):
    response = browser.get(address)
    assert response.status_code == 200
    text = response.content.decode().lower()
    assert not [word for word in SECRETS if re.search(rf"\b{re.escape(word)}\b", text)]


def test_counts_count_only_what_is_seen(browser):
    assert browser.get("/compute/servers/count/").context["count"]["value"] == 1


def test_asking_for_it_is_in_ones_own_audit_alone(browser, olga, cluster, make_user):
    """With nothing but the question: see test_refused_everywhere.py."""
    browser.post("/compute/servers/do/stop/", {"ids": [7001]})
    event = Event.objects.get(error_code="not_found")
    assert event in Event.objects.visible_to(olga)
    assert event not in Event.objects.visible_to(make_user("otto", {cluster: [VIEW]}))
    assert not [word for word in SECRETS if word in browser.get("/audit/").content.decode().lower()]


@pytest.mark.parametrize("target", ["{name}", "{cloud_id}", "{cluster}/{name}", "east/{name}"])
def test_the_command_line_does_not_know_it(olga, target):
    answers = []
    for facts in (HIDDEN, NEVER):
        with pytest.raises(CommandError) as error:
            call_command("ops", "compute.server", "stop", target.format(**facts), "--as", "olga")
        answers.append(str(error.value).replace(target.format(**facts), ""))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_the_command_line_does_not_list_it(olga, capsys, arguments):
    call_command("ops", "compute.server", "list", *arguments, "--as", "olga")
    out = capsys.readouterr().out
    assert "buried" not in out and "west" not in out and "seen" in out


def test_the_command_line_knows_its_cluster_as_little_as_one_that_never_was(olga):
    said = []
    for cluster in (HIDDEN["cluster"], NEVER["cluster"]):
        with pytest.raises(CommandError) as refusal:
            call_command("ops", "compute.server", "list", "--cluster", cluster, "--as", "olga")
        said.append(str(refusal.value))
    assert said[0] == said[1]
