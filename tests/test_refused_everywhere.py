"""A viewer's stop is refused by every door, with the same words, each time in the audit, and no cloud hears of it."""

from contextlib import suppress

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from audit.models import Event
from clusters import access, gateway
from clusters.access import VIEW
from compute.servers.models import Server
from compute.servers.resource import SERVERS
from jobs import kinds
from jobs.models import Job
from opsys.kit.act.perform import perform
from opsys.kit.act.refusal import why_not
from tests.factories import make_server


@pytest.fixture(autouse=True)
def no_cloud(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("a cloud was called")

    monkeypatch.setattr(gateway, "call", never)


@pytest.fixture
def viewer(cluster, make_user):
    return make_user("vera", {cluster: [VIEW]})


def by_console(client, viewer, server, capsys):
    return client.post("/compute/servers/do/stop/", {"ids": [server.pk]}).content.decode()


def by_api(client, viewer, server, capsys):
    response = client.post("/api/v1/compute/servers/do/stop/", {"ids": [server.pk]}, content_type="application/json")
    (outcome,) = response.json()["outcomes"]
    assert (outcome["status"], outcome["code"]) == ("refused", "permission")
    return outcome["reason"]


def by_command_line(client, viewer, server, capsys):
    with pytest.raises(SystemExit):
        call_command("ops", "compute.server", "stop", server.cloud_id, "--as", viewer.username)
    return capsys.readouterr().out


def by_admin(client, viewer, server, capsys):
    """A viewer does not get into Django admin; should one ever, its action asks the same question."""
    page = admin.site._registry[Server]
    request = RequestFactory().post("/admin/compute/server/")
    request.user, request.session = viewer, client.session
    request._messages = FallbackStorage(request)
    run, _name, _label = page.get_actions(request)["stop"]
    run(page, request, page.get_queryset(request))
    return " ".join(str(message) for message in get_messages(request))


def by_perform(client, viewer, server, capsys):
    return perform(SERVERS, SERVERS.action("stop"), [server.pk], user=viewer, via="system")[0].reason


DOORS = {"ui": by_console, "api": by_api, "cli": by_command_line, "admin": by_admin, "system": by_perform}


@pytest.mark.parametrize("via", DOORS)
def test_every_door_refuses_with_the_same_words_and_the_audit_knows(client, viewer, server, capsys, via):
    client.force_login(viewer)
    reason = access.why_not(access.held_by(viewer), access.OPERATE, server.cluster)
    assert "operate" in reason and "east" in reason
    assert reason in DOORS[via](client, viewer, server, capsys)
    (event,) = Event.objects.filter(action="compute.server.stop")
    assert (event.phase, event.reason, event.via) == ("refused", reason, via)
    assert (event.user, event.cloud_id, event.error_code) == (viewer, server.cloud_id, "permission")


ASKING = {
    "api": lambda client, user, asked: client.post(
        "/api/v1/compute/servers/do/stop/", {"ids": [asked]}, content_type="application/json"
    ),
    "ui": lambda client, user, asked: client.post("/compute/servers/do/stop/", {"ids": [asked]}),
    "cli": lambda client, user, asked: call_command(
        "ops", "compute.server", "stop", str(asked), "--as", user.username
    ),
}


@pytest.mark.parametrize("there", [True, False], ids=["invisible", "unknown"])
@pytest.mark.parametrize("via", ASKING)
def test_asking_for_what_one_may_not_see_stands_in_the_audit_with_nothing_but_the_question(
    client, viewer, other_cluster, via, there
):
    asked = make_server(other_cluster, name="buried", pk=7001).pk if there else 7001
    client.force_login(viewer)
    with suppress(CommandError):
        ASKING[via](client, viewer, asked)
    event = Event.objects.get(action="compute.server.stop")
    assert (event.phase, event.error_code, event.via, event.user) == ("refused", "not_found", via, viewer)
    assert (event.name, event.cluster, event.cluster_name, event.cloud_id, event.params) == ("7001", None, "", "", {})
    assert event in Event.objects.visible_to(viewer)


def test_many_that_one_may_not_see_are_one_event(client, viewer, server):
    client.force_login(viewer)
    unknown = [server.pk + number for number in range(1, 6)]
    body = {"ids": [server.pk, *unknown]}
    assert client.post("/api/v1/compute/servers/do/stop/", body, content_type="application/json").status_code == 202
    event = Event.objects.get(action="compute.server.stop", error_code="not_found")
    assert event.name == ", ".join(map(str, unknown))


def test_the_admins_action_post_is_not_for_a_viewer(client, viewer, server):
    client.force_login(viewer)
    response = client.post("/admin/compute/server/", {"action": "stop", "_selected_action": [server.pk]})
    assert response.status_code == 302 and "/admin/login/" in response["Location"]


def test_buttons_say_beforehand_what_the_refusal_would_say(client, viewer, server):
    client.force_login(viewer)
    _code, reason = why_not(SERVERS.action("stop"), server, access.held_by(viewer))
    menu = client.get(f"/compute/servers/menu/{server.pk}/").context["actions_menu"]
    assert {entry["reason"] for entry in menu["impossible"] if entry["name"] == "stop"} == {reason}
    row = client.get(f"/api/v1/compute/servers/{server.pk}/").json()
    assert row["actions"]["stop"] == {"allowed": False, "code": "permission", "reason": reason}
    dialog = client.get("/compute/servers/do/stop/", {"ids": server.pk})
    assert dialog.context["refused"] == [(server, reason)] and not dialog.context["ready"]


@pytest.mark.parametrize("action", [action.name for action in SERVERS.on_items])
def test_a_viewer_may_do_nothing_at_all(viewer, server, action):
    (outcome,) = perform(SERVERS, SERVERS.action(action), [server.pk], user=viewer, via="system")
    assert (outcome.status, outcome.code) == ("refused", "permission")


def test_many_at_once_are_refused_by_the_job_in_the_same_words(client, viewer, cluster):
    client.force_login(viewer)
    servers = [make_server(cluster, name=f"s{number}") for number in range(6)]
    client.post("/compute/servers/do/stop/", {"ids": [server.pk for server in servers]})
    job = Job.objects.get()
    outcomes = [kinds.get(job.kind).do(job, item) for item in job.items.all()]
    reason = access.why_not(access.held_by(viewer), access.OPERATE, cluster)
    assert {(outcome.status.value, outcome.reason) for outcome in outcomes} == {("refused", reason)}
    events = Event.objects.filter(action="compute.server.stop")
    assert [(e.phase, e.reason, e.user) for e in events] == [("refused", reason, viewer)] * 6
