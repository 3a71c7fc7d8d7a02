"""What a server's page asks of the cloud, from whatever it answers."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from hypothesis import given

from clusters.models import Cluster
from compute.servers import lookup
from compute.servers.models import Server
from compute.servers.panels import PANELS, addresses, console_log, diagnostics, security, timeline, volumes
from tests.factories import make_server
from tests.odd_answers import odd

PORT = {
    "id": "p1",
    "name": "",
    "network_id": "n1",
    "mac_address": "fa:16:3e:00:00:01",
    "status": "ACTIVE",
    "fixed_ips": [{"ip_address": "10.0.0.4", "subnet_id": "s1"}],
    "security_groups": ["g1", "g2"],
    "port_security_enabled": True,
}
RULE = {"direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22}
GROUPS = [
    {"id": "g1", "name": "web", "security_group_rules": [{**RULE, "remote_ip_prefix": "0.0.0.0/0"}]},
    {
        "id": "g2",
        "name": "default",
        "security_group_rules": [
            {**RULE, "remote_ip_prefix": "0.0.0.0/0"},
            {"direction": "ingress", "ethertype": "IPv4", "remote_group_id": "g2"},
            {"direction": "egress", "ethertype": "IPv6"},
        ],
    },
]


@pytest.fixture
def answers(monkeypatch):
    """What the cloud says; a test may change it."""
    said = SimpleNamespace(ports=[PORT], groups=GROUPS, floating=[], volumes=[], log=[])
    monkeypatch.setattr(lookup, "ports", lambda conn, cloud_id: said.ports)
    monkeypatch.setattr(lookup, "security_groups", lambda conn, ids: said.groups if ids else [])
    monkeypatch.setattr(lookup, "floating_ips", lambda conn, ids: said.floating)
    monkeypatch.setattr(lookup, "networks", lambda conn, ids: [{"id": "n1", "name": "front"}])
    monkeypatch.setattr(lookup, "volume_attachments", lambda conn, cloud_id: said.volumes)
    monkeypatch.setattr(lookup, "action_log", lambda conn, cloud_id: said.log)
    return said


def draw(panel: str, context: dict) -> str:
    (template,) = [known.template for known in PANELS if known.name == panel]
    return render_to_string(template, context)


def test_addresses(answers, server, make_user):
    answers.floating = [{"port_id": "p1", "floating_ip_address": "203.0.113.9"}]
    (port,) = addresses.load(None, server, user=make_user("vera"), query={})["ports"]
    assert (port["network"], port["addresses"], port["floating_ips"]) == ("front", ["10.0.0.4"], ["203.0.113.9"])
    assert [group["name"] for group in port["security_groups"]] == ["web", "default"]
    assert "203.0.113.9" in draw("addresses", {"ports": [port]})


def test_rules_of_two_groups_are_told_once(answers, server, make_user):
    found = security.load(None, server, user=make_user("vera"), query={})
    ssh, among = found["incoming"]
    assert (ssh["ports"], ssh["anywhere"], ssh["groups"]) == ("22", True, ["web", "default"])
    assert (among["remote_group"], among["anywhere"], among["protocol"]) == ("default", False, "")
    assert len(found["outgoing"]) == 1 and not found["unprotected"]


def test_a_port_without_port_security_is_named(answers, server, make_user):
    answers.ports = [{**PORT, "port_security_enabled": False, "security_groups": []}]
    found = security.load(None, server, user=make_user("vera"), query={})
    assert found["unprotected"] == [PORT["mac_address"]] and "no rule holds" in draw("security-groups", found)


@pytest.mark.django_db
@given(port=odd(PORT), group=odd(GROUPS[1]), log=odd({"id": "x", "action": "stop", "events": [], "request_id": "r"}))
def test_no_answer_breaks_a_panel(port, group, log):
    server, user = (
        Server(cloud_id="s", cluster=Cluster(name="east")),
        SimpleNamespace(is_active=True, is_anonymous=False, is_superuser=True),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "ports", lambda conn, cloud_id: [port])
        patch.setattr(lookup, "security_groups", lambda conn, ids: [group])
        patch.setattr(lookup, "floating_ips", lambda conn, ids: [port])
        patch.setattr(lookup, "networks", lambda conn, ids: [group])
        patch.setattr(lookup, "volume_attachments", lambda conn, cloud_id: [port])
        patch.setattr("compute.servers.panels.addresses.page_of", lambda *_: "")
        patch.setattr("compute.servers.panels.security.page_of", lambda *_: "")
        patch.setattr("compute.servers.panels.volumes.page_of", lambda *_: "")
        patch.setattr("compute.servers.panels.volumes.named", lambda *_, **__: {})
        for name, panel in (("addresses", addresses), ("security-groups", security), ("volumes", volumes)):
            assert "<script>alert" not in draw(name, panel.load(None, server, user=user, query={}))
    assert "<script>alert" not in draw("timeline", {"entries": timeline.merged([log], [], {})})


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("plain\ttext\r\nline", "plain\ttext\nline"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07done", "done"),
        ("bell\x07", "bell␇"),
        ("\x1b", "␛"),
        ("evil\u202etxt.exe", "evil\\u202etxt.exe"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_console_log_is_shown_and_not_obeyed(sent, seen):
    assert console_log.plain(sent) == seen


def test_a_hostile_console_log_is_escaped(monkeypatch, server):
    monkeypatch.setattr(lookup, "console_log", lambda conn, cloud_id, lines: "</pre><script>alert(1)</script>")
    found = console_log.load(None, server, user=None, query={"lines": "50"})
    assert found["lines"] == 50
    page = draw("console-log", {**found, "request": SimpleNamespace(path="/x/")})
    assert "<script>" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize("wanted", ["", "7", "-1", "99999999999", "abc"])
def test_only_offered_numbers_of_lines_are_asked_for(wanted):
    assert console_log.chosen(wanted) == console_log.DEFAULT


def test_diagnostics(monkeypatch, server):
    said = {"state": "running", "uptime": 7, "nic_details": [{"mac": "a"}, {"rx": 1}], "memory_details": {"used": 0}}
    monkeypatch.setattr(lookup, "diagnostics", lambda conn, cloud_id: said)
    found = diagnostics.load(None, server, user=None, query={})
    assert found["facts"] == [("state", "running"), ("uptime", "7"), ("memory_details.used", "0")]
    assert found["tables"] == [{"name": "nic_details", "columns": ["mac", "rx"], "rows": [["a", ""], ["", "1"]]}]


STEP = {"event": "compute_stop_instance", "start_time": "2026-01-02T03:04:05.0", "result": "Success", "host": "h1"}
LOG = [
    {
        "action": "stop",
        "request_id": "req-1",
        "user_id": "u1",
        "start_time": "2026-01-02T03:04:05.000000",
        "events": [{**STEP, "finish_time": "2026-01-02T03:04:07.0"}],
    },
    {"action": "create", "request_id": "req-0", "user_id": "u2", "start_time": "2026-01-01T00:00:00.000000"},
]


def ours(**fields) -> dict:
    said = {"at": timezone.now(), "label": "Stop", "who": "olga", "via": "ui", "phase": "done", "reason": ""}
    return {**said, "request_id": "req-1", **fields}


def test_what_we_asked_and_what_nova_did_are_one_entry():
    newest, oldest = timeline.merged(LOG, [ours()], {"u2": "maria"})
    assert (newest["who"], newest["what"], newest["ours"], newest["nova"]) == ("olga", "Stop", True, "stop")
    assert newest["steps"][0]["seconds"] == 2.0 and newest["result"] == "done"
    assert (oldest["who"], oldest["what"], oldest["ours"]) == ("maria", "create", False)


def test_what_nova_never_heard_of_is_told_too():
    entries = timeline.merged(LOG, [ours(request_id="", phase="refused", reason="It is locked.")], {})
    assert [entry["result"] for entry in entries] == ["refused", "done", "done"]
    assert entries[0]["reason"] == "It is locked." and entries[1]["who"] == "u1"


@pytest.mark.parametrize(
    ("step", "message", "result"),
    [
        ({"result": "Error"}, "Error", "failed"),
        ({"result": None}, None, "started"),
        ({"result": "Success"}, None, "done"),
        (None, "Error", "failed"),
        (None, None, "done"),
    ],
)
def test_nova_knows_better_what_became_of_it(step, message, result):
    log = [{**LOG[0], "message": message, "events": [step] if step else []}]
    (entry,) = timeline.merged(log, [ours(phase="done")], {})
    assert entry["result"] == result


def test_a_panel_that_needs_a_guest_is_not_offered_without_one(cluster):
    offered = {panel.name for panel in PANELS if panel.when(make_server(cluster, status="SHELVED_OFFLOADED"))}
    assert offered == {"addresses", "volumes", "security-groups", "timeline"}
