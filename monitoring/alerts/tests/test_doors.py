"""Pages, API, administration and commands: the same rights at each."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tokens.making import make
from audit.acting import SYSTEM
from audit.models import Event
from clusters import access
from clusters.access import OPERATE, VIEW
from clusters.models import Cluster
from monitoring.alerts.evaluation import evaluate
from monitoring.alerts.models import Alert, AlertRule, Channel, Silence
from monitoring.alerts.rights import why_not
from tests.factories import make_cluster, make_server

API = "/api/v1/monitoring/alerts/"


@pytest.fixture
def people(cluster, make_user):
    west = make_cluster("west")
    return {
        "viewer": make_user("vera", {cluster: [VIEW]}),
        "operator": make_user("olga", {cluster: [VIEW, OPERATE]}),
        "stranger": make_user("simon", {west: [VIEW, OPERATE]}),
        "admin": make_user("root", is_superuser=True),
    }


@pytest.fixture
def alert(cluster, make_rule) -> Alert:
    make_rule("server-error")
    make_server(cluster, name="web-1", status="ERROR")
    evaluate()
    return Alert.objects.get()


def test_a_list_of_what_one_may_see(client, people, alert):
    for who, seen in (("viewer", 1), ("stranger", 0), ("admin", 1)):
        client.force_login(people[who])
        page = client.get("/monitoring/alerts/")
        assert len(page.context["rows"]) == seen
        assert len(client.get(API).json()["results"]) == seen
        assert client.get("/").context["tiles"][0].count == seen
        assert client.get(f"/monitoring/alerts/{alert.pk}/").status_code == (200 if seen else 404)
    client.force_login(people["admin"])
    for query, seen in (
        ("?cluster=west", 0),
        ("?severity=info", 0),
        ("?state=resolved", 0),
        ("?severity=critical", 1),
    ):
        assert len(client.get(f"/monitoring/alerts/{query}").context["rows"]) == seen, query
        assert len(client.get(f"{API}{query}").json()["results"]) == seen, query


def test_as_many_queries_for_many_alerts_as_for_one(client, people, alert, cluster):
    client.force_login(people["operator"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/monitoring/alerts/")
        return len(captured)

    client.get("/monitoring/alerts/")
    one = queries()
    for number in range(10):
        make_server(cluster, name=f"more {number}", status="ERROR")
    AlertRule.objects.update(evaluated_at=None)
    evaluate()
    assert queries() == one


def test_who_may_acknowledge(client, people, alert):
    for who, taken in (("viewer", False), ("operator", True)):
        client.force_login(people[who])
        client.post(f"/monitoring/alerts/{alert.pk}/acknowledge/", {"note": "I look"})
        alert.refresh_from_db()
        assert bool(alert.acknowledged_at) is taken
    assert (alert.acknowledged_by, alert.note) == ("olga", "I look")
    event = Event.objects.get(action="monitoring.alert.acknowledge")
    assert (event.user, event.cluster, event.params["note"]) == (people["operator"], alert.cluster, "I look")
    client.force_login(people["admin"])
    client.post(f"{API}{alert.pk}/acknowledge/", content_type="application/json")
    alert.refresh_from_db()
    assert alert.acknowledged_by == "olga", "the first one has it"


def test_silences_of_an_operator(client, people, alert, cluster):
    client.force_login(people["operator"])
    form = client.get(f"/monitoring/alerts/silences/new/?alert={alert.pk}").context["form"]
    filled = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
    client.post("/monitoring/alerts/silences/new/", {**filled, "reason": "planned"})
    silence = Silence.objects.get()
    assert (silence.cluster, silence.cloud_id, silence.created_by) == (cluster, alert.cloud_id, "olga")
    assert timedelta(hours=1.9) < silence.ends_at - timezone.now() < timedelta(hours=2.1)
    assert Event.objects.get(action="monitoring.silence.add").user == people["operator"]
    assert client.get("/monitoring/alerts/").context["rows"][0]["silence"] == silence
    client.force_login(people["viewer"])
    client.post(f"/monitoring/alerts/silences/{silence.pk}/end/")
    assert Silence.objects.in_force(timezone.now()).exists()
    client.force_login(people["operator"])
    client.post(f"/monitoring/alerts/silences/{silence.pk}/end/")
    assert not Silence.objects.in_force(timezone.now()).exists()


@pytest.mark.parametrize(
    ("who", "given", "status"),
    [
        ("operator", {"cluster": "east", "hours": 1, "reason": "x"}, 201),
        ("operator", {"hours": 1, "reason": "x"}, 400),
        ("operator", {"cluster": "west", "hours": 1, "reason": "x"}, 400),
        ("operator", {"cluster": "east", "hours": 99999, "reason": "x"}, 400),
        ("operator", {"cluster": "east", "hours": 1}, 400),
        ("operator", {"cluster": "east", "ends_at": "2020-01-01T00:00Z", "reason": "x"}, 400),
        ("operator", {"cluster": "east", "hours": 1, "reason": "x", "nonsense": 1}, 400),
        ("viewer", {"cluster": "east", "hours": 1, "reason": "x"}, 400),
        ("admin", {"hours": 1, "reason": "x"}, 201),
    ],
)
def test_silences_over_rest(client, people, who, given, status):
    client.force_login(people[who])
    answer = client.post(f"{API}silences/", given, content_type="application/json")
    assert answer.status_code == status, answer.content
    assert Silence.objects.count() == (status == 201)


def test_rules_over_rest(client, people, cluster, make_channel):
    make_channel("https://x.invalid/", name="night")
    client.force_login(people["admin"])
    given = {"kind": "pool-full", "threshold": 70, "cluster": "east", "channel": "night"}
    made = client.post(f"{API}rules/", given, content_type="application/json")
    assert made.status_code == 201, made.content
    address = f"{API}rules/{made.json()['id']}/"
    changed = client.patch(address, {"threshold": 75}, content_type="application/json").json()
    assert (changed["threshold"], changed["cluster"], changed["channel"]) == (75, "east", "night")
    assert Event.objects.get(action="monitoring.alertrule.change").params["changes"] == {"threshold": [70, 75]}
    wrong = client.patch(address, {"kind": "cluster-down"}, content_type="application/json")
    assert wrong.status_code == 400, "there is nothing to measure"
    assert client.delete(address).status_code == 204


class TestAPlatformAdminsLimitedToken:
    """It operates on one cluster: what is for platform admins, and what is elsewhere, is not for it."""

    @pytest.fixture
    def limited(self, client, people, cluster):
        _row, token = make(people["admin"], actor=SYSTEM, name="script", scope="operate", clusters=[cluster], days=1)
        headers = {"Authorization": f"Token {token}"}
        return lambda method, path, body=None: getattr(client, method)(
            f"{API}{path}", body, headers=headers, content_type="application/json"
        )

    def test_changes_no_rules(self, limited, make_rule):
        rule = make_rule("server-error")
        assert limited("get", "rules/").status_code == 403
        assert limited("post", "rules/", {"kind": "cluster-down"}).status_code == 403
        assert limited("patch", f"rules/{rule.pk}/", {"enabled": False}).status_code == 403
        assert limited("delete", f"rules/{rule.pk}/").status_code == 403
        assert AlertRule.objects.get().enabled

    def test_silences_its_cluster_and_no_more(self, limited):
        silence = {"hours": 1, "reason": "x"}
        assert limited("post", "silences/", silence).status_code == 400
        assert limited("post", "silences/", {**silence, "cluster": "west"}).status_code == 400
        assert limited("post", "silences/", {**silence, "cluster": "east"}).status_code == 201
        assert [str(one.cluster) for one in Silence.objects.all()] == ["east"]

    def test_does_not_find_silences_of_others(self, limited, people):
        soon = timezone.now() + timedelta(hours=1)
        for cluster in (None, Cluster.objects.get(name="west")):
            silence = Silence.objects.create(cluster=cluster, ends_at=soon, reason="x")
            assert limited("delete", f"silences/{silence.pk}/").status_code == 404
        assert limited("get", "silences/").json()["results"] == []

    def test_does_not_find_alerts_of_another_cluster(self, limited, alert):
        make_server(Cluster.objects.get(name="west"), name="elsewhere", status="ERROR")
        AlertRule.objects.update(evaluated_at=None)
        evaluate()
        elsewhere = Alert.objects.get(name="elsewhere")
        assert [one["name"] for one in limited("get", "").json()["results"]] == ["web-1"]
        assert limited("get", f"{elsewhere.pk}/").status_code == 404
        assert limited("post", f"{elsewhere.pk}/acknowledge/").status_code == 404
        assert limited("post", f"{alert.pk}/acknowledge/").status_code == 200

    def test_that_only_reads_acknowledges_nothing(self, people, alert):
        admin = people["admin"]
        access.limit(admin, access.Limits(access.READ_ONLY))
        assert why_not(admin, alert, access.held_by(admin))


def test_a_channel_shows_neither_its_address_nor_its_secret(client, people, receiver):
    client.force_login(people["admin"])
    address = f"{receiver.url}?key=t0ken"
    base = {"name": "chat", "kind": "wecom", "enabled": "on", "least": "warning", "language": "en"}
    client.post("/admin/monitoring/channel/add/", {**base, "endpoint": address, "secret": "s3cret"})
    channel = Channel.objects.get()
    assert (channel.endpoint, channel.secret, channel.place) == (address, "s3cret", "127.0.0.1")
    pages = ("/admin/monitoring/channel/", f"/admin/monitoring/channel/{channel.pk}/change/")
    told = "".join(client.get(page).content.decode() for page in pages) + repr(list(Event.objects.values()))
    assert "t0ken" not in told and "s3cret" not in told
    with connection.cursor() as cursor:
        cursor.execute("SELECT endpoint, secret FROM monitoring_channel")
        assert "t0ken" not in str(cursor.fetchall())
    client.post(pages[1], {**base, "name": "renamed", "endpoint": "", "secret": ""})
    channel.refresh_from_db()
    assert (channel.name, channel.endpoint, channel.secret) == ("renamed", address, "s3cret")
    client.post(pages[1], {**base, "secret": "", "no_secret": "on"})
    channel.refresh_from_db()
    assert (channel.endpoint, channel.secret) == (address, "")


@pytest.mark.parametrize("endpoint", ["http://169.254.169.254/x", "http://127.0.0.2/", "nonsense", ""])
def test_a_channel_that_may_not_be(client, people, endpoint):
    client.force_login(people["admin"])
    base = {"name": "chat", "kind": "webhook", "enabled": "on", "least": "warning", "language": "en"}
    page = client.post("/admin/monitoring/channel/add/", {**base, "endpoint": endpoint})
    assert page.context["adminform"].form.errors["endpoint"]
    assert not Channel.objects.exists()


def test_the_test_button(client, people, make_channel, receiver):
    client.force_login(people["admin"])
    channel = make_channel(receiver.url, language="zh-hans", place="127.0.0.1")
    address = f"/admin/monitoring/channel/{channel.pk}/test/"
    client.get(address)
    assert receiver.got == []
    page = client.post(address, follow=True)
    assert "accepted" in page.content.decode() and "测试" in receiver.bodies[0]["text"]
    receiver.status = 500
    assert "500" in client.post(address, follow=True).content.decode()


def test_commands(people, alert):
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("alerts", "--as", "vera", "--json", stdout=out)
    assert [one["name"] for one in json.loads(out.getvalue())] == ["web-1"]
    call_command("alerts", "--as", "simon", stdout=(nothing := StringIO()))
    assert nothing.getvalue() == ""
    call_command("alert_rules", "--add", "pool-full", "--set", "threshold=70", stdout=StringIO())
    rule = AlertRule.objects.get(kind="pool-full")
    call_command("alert_rules", "--change", str(rule.pk), "--set", "enabled=", stdout=StringIO())
    rule.refresh_from_db()
    assert (rule.threshold, rule.enabled) == (70, False)
    silence = ["alert_silences", "--hours", "1", "--reason", "planned", "--cluster", "east", "--as"]
    call_command(*silence, "olga", stdout=(told := StringIO()))
    assert "planned" in told.getvalue()
    assert Event.objects.get(action="monitoring.silence.add").username == "olga"
    call_command("alert_silences", "--as", "olga", "--end", str(Silence.objects.get().pk), stdout=StringIO())
    assert not Silence.objects.exists()
