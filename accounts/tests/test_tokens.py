import io
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.tokens.making import make
from audit.acting import SYSTEM
from audit.models import Event
from clusters import access, gateway
from clusters.access import OPERATE, PROVISION, VIEW
from jobs import kinds
from jobs.models import Job, Schedule
from tests.factories import make_server

SERVERS = "/api/v1/compute/servers/"
NEW = "/accounts/tokens/new/"


@pytest.fixture(autouse=True)
def no_cloud(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("a cloud was called")

    monkeypatch.setattr(gateway, "call", never)


@pytest.fixture
def olga(make_user, cluster, other_cluster):
    held = [VIEW, OPERATE, PROVISION]
    return make_user("olga", {cluster: held, other_cluster: held})


@pytest.fixture
def ask(client, olga):
    """ask(scope, clusters) → a function that asks with such a token of olga's."""

    def with_token(scope="all", clusters=None, user=olga):
        _row, token = make(user, actor=SYSTEM, name="script", scope=scope, clusters=clusters, days=1)

        def send(method, path, body=None):
            return getattr(client, method)(
                path, body, headers={"Authorization": f"Token {token}"}, content_type="application/json"
            )

        return send

    return with_token


def stop(ask, *servers):
    return ask("post", f"{SERVERS}do/stop/", {"ids": [server.pk for server in servers]})


def test_one_that_reads_does_nothing_else_and_the_audit_knows(ask, server):
    reading = ask("read")
    assert reading("get", SERVERS).json()["results"][0]["name"] == "web-1"
    outcome = stop(reading, server).json()["outcomes"][0]
    assert (outcome["status"], outcome["code"]) == ("refused", "permission")
    assert Event.objects.filter(action="compute.server.stop", phase="refused", username="olga").exists()
    refused = reading("post", "/api/v1/jobs/schedules/", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "token_scope")


def test_many_at_once_are_a_job_that_may_no_more_than_its_token(ask, cluster):
    servers = [make_server(cluster, name=f"s{number}") for number in range(6)]
    assert stop(ask("read"), *servers).status_code == 202
    job = Job.objects.get()
    outcomes = [kinds.get(job.kind).do(job, item) for item in job.items.all()]
    assert {(outcome.status.value, outcome.code) for outcome in outcomes} == {("refused", "permission")}


def test_one_that_operates_does_not_delete(ask, server):
    operating = ask("operate")
    row = operating("get", f"{SERVERS}{server.pk}/").json()["actions"]
    assert row["stop"]["allowed"] and row["delete"]["code"] == "permission"


def test_one_for_a_cluster_sees_no_other(ask, server, other_cluster):
    elsewhere = make_server(other_cluster, name="elsewhere")
    limited = ask("all", [server.cluster])
    assert [row["name"] for row in limited("get", SERVERS).json()["results"]] == ["web-1"]
    assert limited("get", f"{SERVERS}{elsewhere.pk}/").status_code == 404
    assert stop(limited, elsewhere).json()["outcomes"][0]["code"] == "not_found"
    assert [row["name"] for row in limited("get", "/api/v1/clusters/").json()["results"]] == ["east"]
    found = limited("get", "/api/v1/find/?q=elsewhere").content.decode()
    assert elsewhere.cloud_id not in found


def test_a_platform_admins_is_limited_too(ask, server, other_cluster, platform_admin):
    make_server(other_cluster, name="elsewhere")
    Event.objects.create(action="secret.thing", via="system")
    limited = ask("read", [server.cluster], platform_admin)
    assert [row["name"] for row in limited("get", SERVERS).json()["results"]] == ["web-1"]
    assert "secret.thing" not in limited("get", "/api/v1/audit/events/").content.decode()


def test_what_runs_later_with_all_rights_is_not_for_a_limited_one(ask, olga):
    schedule = Schedule.objects.create(name="nightly", owner=olga, cron="0 19 * * *", action="stop")
    refused = ask("operate")("post", f"/api/v1/jobs/schedules/{schedule.pk}/run/")
    assert (refused.status_code, refused.json()["code"]) == (403, "token_scope")


def test_its_use_is_noted_once_a_minute(ask):
    asking = ask("read")
    asking("get", SERVERS)
    row = ApiToken.objects.get()
    assert row.last_used_from == "127.0.0.1" and timezone.now() - row.last_used_at < timedelta(seconds=10)
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        asking("get", SERVERS)
    assert ApiToken.objects.get().last_used_at == row.last_used_at


def test_limits_of_a_token_are_no_ones_else(ask, olga, cluster):
    ask("read")("get", SERVERS)
    assert access.can(User.objects.get(pk=olga.pk), OPERATE, cluster)


class TestConsole:
    @pytest.fixture
    def page(self, client, olga):
        client.force_login(olga)
        return client

    def test_made_shown_once_listed_and_revoked(self, page, cluster):
        wish = {"name": "backup", "scope": "read", "clusters": [cluster.pk], "days": 30}
        made = page.post("/accounts/tokens/new/", wish)
        token = made.context["token"]
        assert token in made.content.decode() and token.startswith("ops_")
        assert made.headers["Cache-Control"].startswith("max-age=0")
        listed = page.get("/accounts/tokens/").content.decode()
        assert "backup" in listed and token not in listed and "east" in listed
        auth = {"Authorization": f"Token {token}"}
        assert page.get(SERVERS, headers=auth).status_code == 200
        page.post(f"/accounts/tokens/{token[:15]}/revoke/")
        page.logout()
        assert page.get(SERVERS, headers=auth).status_code == 401
        actions = Event.objects.filter(action__startswith="accounts.apitoken.").values_list("action", "username")
        assert sorted(actions) == [("accounts.apitoken.add", "olga"), ("accounts.apitoken.delete", "olga")]

    def test_a_new_one_asks_for_the_password_once_the_login_is_a_while_ago(self, page):
        with time_machine.travel(timezone.now() + timedelta(minutes=10)):
            response = page.get(NEW)
        assert response.url == f"/accounts/again/password/?next={quote(NEW, safe='')}"
        assert "_auth_user_id" in page.session

    def test_who_has_no_password_here_signs_in_again_for_it(self, client, make_user):
        """Somebody of a directory, say."""
        client.force_login(make_user("dora", password=None))
        assert client.get(NEW).status_code == 200
        with time_machine.travel(timezone.now() + timedelta(minutes=10)):
            response = client.get(NEW)
            assert response.url == f"/accounts/login/?next={quote(NEW, safe='')}"
            assert "_auth_user_id" not in client.session
            assert "Sign in again" in client.get(response.url).content.decode()

    def test_for_as_long_as_the_settings_allow(self, page, settings):
        settings.API_TOKEN_MAX_DAYS = 30
        assert (
            "days"
            in page.post("/accounts/tokens/new/", {"name": "x", "scope": "read", "days": 31}).context["form"].errors
        )

    def test_somebody_elses_is_not_there(self, page, make_user):
        row, _token = make(make_user("eve"), actor=SYSTEM, name="x", days=1)
        assert page.post(f"/accounts/tokens/{row.token_key}/revoke/").status_code == 404


class TestCommands:
    def test_made_listed_and_revoked(self, client, olga):
        out = io.StringIO()
        call_command("create_token", "olga", "--name", "ci", "--cluster", "east", "--days", "7", stdout=out)
        token = out.getvalue().strip()
        assert client.get(SERVERS, headers={"Authorization": f"Token {token}"}).status_code == 200
        listed = io.StringIO()
        call_command("list_tokens", stdout=listed)
        assert "ci\tread\teast" in listed.getvalue() and token not in listed.getvalue()
        call_command("revoke_token", token[:15], stdout=out)
        assert client.get(SERVERS, headers={"Authorization": f"Token {token}"}).status_code == 401

    @pytest.mark.parametrize(
        "arguments, said",
        [
            (["nobody"], "no active user"),
            (["olga", "--cluster", "moon"], "no cluster"),
            (["olga", "--days", "0"], "between"),
        ],
    )
    def test_what_cannot_be_made(self, olga, arguments, said):
        with pytest.raises(CommandError, match=said):
            call_command("create_token", *arguments, "--name", "x")

    def test_all_of_a_user(self, olga):
        make(olga, actor=SYSTEM, name="x", days=1)
        call_command("revoke_token", "--user", "olga")
        assert not ApiToken.objects.exists()
        with pytest.raises(CommandError, match="no such token"):
            call_command("revoke_token", "--user", "olga")
