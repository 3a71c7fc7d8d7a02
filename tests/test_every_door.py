"""Every address and every command, for a stranger, a viewer, an operator and a platform admin. What is not declared
in tests/doors.py fails: nobody may open a door without saying for whom."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from axes.models import AccessAttempt
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.apps import apps
from django.contrib.auth import get_user
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command, get_commands
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from accounts.models import ApiToken, Grant, OwnRole
from audit.models import Checkpoint, Destination, Event
from clusters import gateway
from clusters.access import CONSOLE, OPERATE, PROVISION, VIEW
from clusters.models import Closure, ClusterGroup, NotificationBroker, Protection
from jobs.models import Job, Schedule, ScheduleRun
from monitoring.alerts.models import Alert, Channel, Delivery, Silence
from monitoring.alerts.models import AlertRule as WatchRule
from monitoring.loads.models import PrometheusSource
from monitoring.mailing.models import MailedReport
from monitoring.usage.models import Price
from opsys.asgi import application
from opsys.kit.approvals.models import Approval, ApprovalRule
from opsys.kit.declare import register
from terminal.models import (
    AlertRule,
    DefaultUser,
    Host,
    HostKey,
    Policy,
    Recording,
    Session,
    Snippet,
    SshCredential,
)
from tests.command_doors import COMMANDS
from tests.doors import ROLES, SOCKETS, admin_models, doors
from tests.factories import make_state
from tests.platform import PATIENCE_SECONDS

ACTION = "stop"
DAWN = {"event": "dawn_civil", "latitude": 1, "longitude": 1}
OPENS_MOST = {"operator", "admin"}
"""What the others open asks nothing else of the database."""
EACH_ROLE = [pytest.param(role, marks=() if role in OPENS_MOST else pytest.mark.any_database) for role in ROLES]
OPEN = {"language/", "accounts/logout/", "admin/logout/", ""}
"""Addresses that send a stranger somewhere else than to a login."""


def routes(patterns=None, before=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def declared():
    """The admin's page of an app is one route for all of them."""
    apps_of_admin = {model.split("/")[0] for model in admin_models()}
    return {route for _method, route in doors()} - {f"admin/{app}/" for app in apps_of_admin}


def test_every_address_is_declared_and_every_declaration_has_its_address():
    found = {route for route in routes() if "app_label" not in route}
    assert found - declared() == set(), "not declared in tests/doors.py"
    assert declared() - found == set(), "declared in tests/doors.py, but there is no such address"


def socket_routes(inner=None):
    """Down through what stands before the sockets to the router they all are in."""
    inner = inner or application.application_mapping["websocket"]
    while not isinstance(inner, URLRouter):
        inner = getattr(inner, "application", None) or inner.inner
    return {str(route.pattern) for route in inner.routes}


def test_every_socket_is_declared_and_every_declaration_has_its_socket():
    assert set(application.application_mapping) == {"http", "websocket"}
    assert socket_routes() == set(SOCKETS)


def test_every_command_is_declared():
    ours = {name for name, app in get_commands().items() if apps.is_installed(app) and _is_ours(app)}
    assert ours == set(COMMANDS)


def _is_ours(app):
    config = apps.get_app_config(app.split(".")[-1])
    return "site-packages" not in config.path


@pytest.fixture
def world(cluster, make_user, monkeypatch):
    """One of everything in east, and people. Nothing here may reach a cloud."""

    def never(*args, **kwargs):
        raise AssertionError("a cloud was called")

    monkeypatch.setattr(gateway, "call", never)
    users = {
        "viewer": make_user("vera", {cluster: [VIEW]}),
        "operator": make_user("olga", {cluster: [VIEW, OPERATE, PROVISION, CONSOLE]}),
        "admin": make_user("root", is_superuser=True),
    }
    now = timezone.now()
    axes = {"attempt_time": now, "username": "eve", "ip_address": "192.0.2.1", "user_agent": "x", "path_info": "/"}
    rows = {
        "audit/event": Event.objects.create(action="x", via="system"),
        "audit/checkpoint": Checkpoint.objects.create(size=0, note="x"),
        "audit/destination": Destination.objects.create(name="archive", kind="file", address="/var/log/audit"),
        "accounts/user": users["viewer"],
        "accounts/grant": Grant.objects.create(user=make_user("gina"), role="viewer", cluster=cluster),
        "accounts/ownrole": OwnRole.objects.create(slug="helpdesk", name="Help desk"),
        "auth/group": Group.objects.create(name="night shift"),
        "accounts/apitoken": ApiToken.objects.create(user=users["viewer"], expiry=timedelta(hours=1))[0],
        "clusters/cluster": cluster,
        "clusters/clustergroup": ClusterGroup.objects.create(name="shore"),
        "clusters/syncstate": make_state(cluster),
        "clusters/closure": Closure.objects.create(reason="over by now", ends_at=now),
        "clusters/notificationbroker": NotificationBroker.objects.create(
            cluster=cluster, address="amqp://opsys@192.0.2.1/", secret="secret"
        ),
        "clusters/protection": Protection.objects.create(cluster=cluster, resource="compute.server", cloud_id="none"),
        "jobs/job": Job.objects.create(user=users["viewer"], username="vera", via="ui", kind="compute.server.stop"),
        "jobs/schedule": Schedule.objects.create(
            name="nightly", owner=users["viewer"], cron="0 19 * * *", action="stop"
        ),
        **rows_of_terminals(cluster, users["operator"]),
        **rows_of_alerts(cluster, users["admin"]),
        "monitoring/price": Price.objects.create(what="vcpus", amount=1),
        "axes/accessattempt": AccessAttempt.objects.create(failures_since_start=1, **axes),
    }
    rows["kit/approvalrule"] = ApprovalRule.objects.create(action="compute.server.rescue")
    for resource in register.resources():
        values = {"cloud_id": "id-1", "name": "one", "synced_at": now, "status": "PAUSED"}
        rows[f"{resource.app}/{resource.model._meta.model_name}"] = resource.model.objects.create(
            cluster=cluster, **values
        )
    rows["an approval"] = Approval.objects.create(
        user=users["operator"],
        resource="compute.server",
        action=ACTION,
        pks=[rows["compute/server"].pk],
        seen="other rows",
        items=[{"name": "one", "cluster": "east", "id": "id-1"}],
        expires_at=now + timedelta(hours=1),
    )
    return users, rows


def rows_of_terminals(cluster, owner):
    session = Session.objects.create(
        user=owner, username="olga", cluster=cluster, cluster_name="east", target_name="box", port=22, process="none"
    )
    return {
        "terminal/session": session,
        "terminal/recording": Recording.objects.create(session=session, path="no-such-file", key="key"),
        "terminal/host": Host.objects.create(name="box", cluster=cluster, address="192.0.2.1"),
        "terminal/hostkey": _host_key(cluster, "192.0.2.1"),
        "terminal/sshcredential": SshCredential.objects.create(name="shared", secret="secret"),
        "terminal/snippet": Snippet.objects.create(name="shared", text="uptime"),
        # Those the console deletes; Django admin comes after.
        "a host": Host.objects.create(name="box 2", cluster=cluster, address="192.0.2.2"),
        "a host key": _host_key(cluster, "192.0.2.2"),
        "own credential": SshCredential.objects.create(name="own", owner=owner, secret="secret"),
        "own snippet": Snippet.objects.create(name="own", text="uptime", owner=owner),
        "terminal/policy": Policy.objects.create(cluster=cluster),
        "terminal/alertrule": AlertRule.objects.create(name="rm", pattern="rm -rf"),
        "terminal/defaultuser": DefaultUser.objects.create(image="debian*", username="debian"),
    }


def rows_of_alerts(cluster, owner):
    now = timezone.now()
    rule = WatchRule.objects.create(kind="cluster-down")
    channel = Channel.objects.create(name="mail", endpoint="night@example.com", place="night@example.com")
    seen = {"began_at": now, "fired_at": now, "seen_at": now, "key": "key", "open_key": "key"}
    return {
        "an alert": Alert.objects.create(rule=rule, cluster=cluster, severity="critical", state="firing", **seen),
        "monitoring/alertrule": rule,
        "monitoring/channel": channel,
        "monitoring/silence": Silence.objects.create(
            cluster=cluster, ends_at=now + timedelta(hours=1), reason="planned"
        ),
        "monitoring/prometheussource": PrometheusSource.objects.create(cluster=cluster, url="http://192.0.2.1:9090"),
        "monitoring/mailedreport": MailedReport.objects.create(
            report="monitoring.usage", recipients="night@example.com", owner=owner
        ),
        "monitoring/delivery": Delivery.objects.create(channel=channel, alerts=[], created_at=now, next_at=now),
    }


def _host_key(cluster, host):
    facts = {"realm": str(cluster.pk), "host": host, "port": 22, "key_type": "ssh-ed25519"}
    return HostKey.objects.create(cluster=cluster, key="key", **facts)


OF_TERMINALS = {
    "hosts": "a host",
    "host-keys": "a host key",
    "credentials": "own credential",
    "snippets": "own snippet",
    "sessions": "terminal/session",
    "recordings": "terminal/recording",
}


def address_of(route, rows, users):
    parts = route.removeprefix("api/v1/").removeprefix("admin/").split("/")
    in_admin = rows.get("/".join(parts[:2]))
    by_slug = {(r.app, r.slug): rows[f"{r.app}/{r.model._meta.model_name}"] for r in register.resources()}
    row = in_admin or by_slug.get(tuple(parts[:2])) or _of_pages(parts, rows)
    names = {"pk": row and row.pk, "id": users["viewer"].pk, "object_id": row.pk if row else 1}
    names |= {"session": rows["terminal/session"].pk, "transfer": "none", "verb": "approve"}
    names |= {"content_type_id": 99999, "key": "none", "cluster": "east", "cloud_id": "id-1"}
    names["name"] = ACTION if "/do/" in route else "no-such"
    route = route.replace("(?P<url>.*)$", "no/such/page/")
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(names[found[1]]), route)


def _row_of(address, rows):
    """The row of the type whose `…/do/…` this is."""
    app, slug = address.partition("/do/")[0].split("/")[-2:]
    model = next(r.model for r in register.resources() if (r.app, r.slug) == (app, slug))
    return rows[f"{app}/{model._meta.model_name}"]


def _of_pages(parts, rows):
    if parts[:2] == ["monitoring", "alerts"]:
        kept = {"rules": "monitoring/alertrule", "silences": "monitoring/silence"}
        return rows[kept.get(parts[2], "an alert")]
    if parts[0] == "terminal":
        return rows.get(OF_TERMINALS.get(parts[1]))
    if parts[:2] == ["jobs", "empty-host"]:
        return rows["compute/hypervisor"]
    if parts[0] == "approvals":
        return rows["an approval"]
    if parts[0] == "accounts":
        return SimpleNamespace(pk=99999)  # nobody has one
    if parts[0] == "jobs":
        return rows["jobs/schedule"] if parts[1] == "schedules" else rows["jobs/job"]
    return rows["audit/event"] if parts[0] == "audit" else None


def expected(route, codes):
    """A type that cannot be stopped has no such door."""
    for resource in register.resources():
        if f"{resource.app}/{resource.slug}/do/<slug:name>/" in route:
            if ACTION not in {action.name for action in resource.actions}:
                return tuple(404 if code == 200 else code for code in codes)
    return codes


def log_in(client, user) -> None:
    """If the last door has logged them out, or let somebody in who was nobody."""
    known = get_user(SimpleNamespace(session=client.session))
    if user is None and known.is_authenticated:
        client.logout()
    elif user is not None and known != user:
        client.force_login(user)


@pytest.mark.slow
@pytest.mark.parametrize("role", EACH_ROLE)
def test_the_matrix(client, world, role):
    users, rows = world
    wrong = []
    for (method, route), codes in doors().items():
        log_in(client, users.get(role))
        address = address_of(route, rows, users)
        ScheduleRun.objects.all().delete()  # what was run by hand this second is not run once more
        chosen = {"ids": [_row_of(address, rows).pk]} if "/do/" in address else {}
        options = {"content_type": "application/json"} if method != "GET" and address.startswith("/api/") else {}
        response = getattr(client, method.lower())(address, chosen, **options)
        wanted = expected(route, codes)[ROLES.index(role)]
        if response.status_code != wanted:
            wrong.append(f"{method} {address}: {response.status_code} instead of {wanted}")
        if response.status_code == 302 and role == "anonymous" and wanted == 302 and route not in OPEN:
            assert "/login/" in response["Location"], f"{address} leads to {response['Location']}"
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", SOCKETS)
def test_the_matrix_of_sockets(client, world, one_connection, route, role):
    if role != "anonymous":
        client.force_login(world[0][role])
    cookie = "; ".join(f"{name}={value.value}" for name, value in client.cookies.items())
    headers = {"host": "localhost", "origin": "http://localhost", "cookie": cookie}

    async def outcome():
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        socket = WebsocketCommunicator(application, f"/{route}", pairs)
        connected, code = await socket.connect(PATIENCE_SECONDS)
        if not connected:
            return code
        await socket.send_to(text_data='{"watch": [], "jobs": true}')
        answer = await socket.receive_output(PATIENCE_SECONDS)
        await socket.disconnect()
        return answer["code"] if answer["type"] == "websocket.close" else "open"

    assert async_to_sync(outcome)() == SOCKETS[route][ROLES.index(role)]


AS_SOMEBODY = {
    "alerts": [],
    "ansible_inventory": [],
    "alert_silences": [],
    "find": ["one"],
    "openstack": ["east", "server", "list"],
    "ops": ["compute.server", "stop", "one"],
    "path": ["one", "192.0.2.1", "--port=22"],
}


def test_every_command_that_acts_for_somebody_is_tried():
    assert {name for name, kind in COMMANDS.items() if kind == "as"} == set(AS_SOMEBODY)


@pytest.mark.parametrize("who", ["nobody", "retired", ""])
def test_a_command_that_acts_for_somebody_asks_for_whom(world, make_user, who):
    make_user("retired", is_active=False, is_superuser=True)
    for name, arguments in AS_SOMEBODY.items():
        with pytest.raises(CommandError, match="no active user"):
            call_command(name, *arguments, "--as", who)


@pytest.mark.parametrize("name", AS_SOMEBODY)
def test_a_command_acts_for_nobody_who_must_change_their_password(world, make_user, name):
    make_user("new", is_superuser=True, must_change_password=True)
    with pytest.raises(CommandError, match="“new” may not act yet. Change your password"):
        call_command(name, *AS_SOMEBODY[name], "--as", "new")
