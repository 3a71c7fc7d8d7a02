"""From a target to a ticket: what is chosen for the person, and when they have to choose."""

import json

import pytest
from django.utils import timezone

from clusters.access import CONSOLE, VIEW
from terminal.models import Host, Policy, Session, SshCredential, Ticket
from tests.factories import make_cluster, make_server

FIXED = {"network": "net", "address": "10.0.0.4", "type": "fixed", "mac": ""}
FLOATING = {"network": "net", "address": "203.0.113.9", "type": "floating", "mac": ""}


@pytest.fixture
def cluster(db):
    Policy.objects.create(allowed_ports="2222, 22")
    return make_cluster("east")


@pytest.fixture
def olga(cluster, make_user, client):
    user = make_user("olga", {cluster: [VIEW, CONSOLE]})
    client.force_login(user)
    return user


@pytest.fixture
def ask(client):
    def post(**body):
        answer = client.post("/terminal/ticket/", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json() if answer["Content-Type"] == "application/json" else None

    return post


def key_of(server):
    return f"server:east/{server.cloud_id}"


def test_one_floating_ip_is_taken_without_a_question(cluster, olga, ask):
    server = make_server(cluster, addresses=[FIXED, FLOATING])
    status, answer = ask(target=key_of(server))
    assert status == 200 and answer["name"] == "web" and len(answer["ticket"]) >= 43
    target = Ticket.objects.get().target
    assert (target["address"], target["port"]) == ("203.0.113.9", 2222)


def test_several_addresses_are_asked_about_and_the_last_one_is_remembered(cluster, olga, ask):
    other = {**FLOATING, "address": "203.0.113.10"}
    server = make_server(cluster, addresses=[FIXED, FLOATING, other])
    _status, answer = ask(target=key_of(server))
    offered = [entry["address"] for entry in answer["choice"]["addresses"]]
    assert "ticket" not in answer and offered == ["203.0.113.9", "203.0.113.10", "10.0.0.4"]
    assert "ticket" in ask(target=key_of(server), address="203.0.113.10")[1]
    Session.objects.create(
        user=olga, username="olga", cluster=cluster, cloud_id=server.cloud_id, target_name="web", port=2222,
        address="203.0.113.10", login_name="debian", opened_at=timezone.now(), process="none",
    )  # fmt: skip
    assert "ticket" in ask(target=key_of(server))[1]
    assert Ticket.objects.last().target["address"] == "203.0.113.10"


def test_the_credential_used_last_is_used_again_and_others_peoples_never(cluster, olga, make_user, ask):
    server = make_server(cluster, addresses=[FLOATING])
    own = SshCredential.objects.create(name="own", owner=olga, secret="s")
    SshCredential.objects.create(name="other", owner=olga, secret="s")
    foreign = SshCredential.objects.create(name="foreign", owner=make_user("eve"), secret="s")
    Session.objects.create(
        user=olga, username="olga", cluster=cluster, cloud_id=server.cloud_id, target_name="web", port=22,
        address="203.0.113.9", credential_name="own", opened_at=timezone.now(), process="none",
    )  # fmt: skip
    ask(target=key_of(server))
    assert Ticket.objects.get().target["credential"] == own.pk
    status, answer = ask(target=key_of(server), credential=foreign.pk)
    assert status == 403 and "not for this host" in answer["error"]


@pytest.mark.parametrize("held", [[], [VIEW]])
def test_no_ticket_without_the_console_permission(cluster, make_user, client, ask, held):
    server = make_server(cluster, addresses=[FLOATING])
    client.force_login(make_user("vera", {cluster: held}))
    status, answer = ask(target=key_of(server))
    assert status == (403 if held else 404) and not Ticket.objects.exists()
    if held:
        assert "console" in answer["error"]


@pytest.mark.parametrize("target", [None, "", "server:", "server:east/none", "host:x", "host:99", 7, {"a": 1}])
def test_what_is_no_target_is_not_there(olga, ask, target):
    assert ask(target=target)[0] == 404


def test_the_search_finds_only_where_a_shell_may_be_opened(cluster, olga, client):
    west = make_cluster("west")
    make_server(cluster, name="web-1", addresses=[FLOATING])
    make_server(west, name="web-2")
    Host.objects.create(name="web-bastion", cluster=cluster, address="192.0.2.1")
    Host.objects.create(name="web-off", cluster=cluster, address="192.0.2.2", enabled=False)
    Host.objects.create(name="web-root", address="192.0.2.3")
    found = client.get("/terminal/targets/?q=WEB").json()["targets"]
    assert [target["name"] for target in found] == ["web-bastion", "web-1"]
    assert found[1]["detail"] == "203.0.113.9"


def test_the_address_of_the_page_names_no_target(olga, client):
    page = client.get("/terminal/shells/").content.decode()
    assert "ticket" in page and "203.0.113" not in page
