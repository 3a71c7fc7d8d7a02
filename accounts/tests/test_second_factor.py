import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Grant, User
from accounts.second_factor.adapter import SecondFactorAdapter
from audit.models import Event

LOGIN, CODE, INDEX = "/accounts/login/", "/accounts/login/code/", "/accounts/second-factor/"
APP = "/accounts/second-factor/app/"
PASSWORD = "correct horse battery"


def code_of(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def login(client, **more):
    return client.post(LOGIN, {"username": "ada", "password": PASSWORD, **more})


@pytest.fixture
def ada(make_user):
    return make_user()


@pytest.fixture
def secret(client, ada):
    """ada has set up an app, as she would: the page's key, and the code of it. She is logged out again."""
    login(client)
    key = re.search(r'id="key" readonly value="(\w+)"', client.get(APP).content.decode())[1]
    response = client.post(APP, {"code": code_of(key)})
    assert response.url == "/accounts/second-factor/codes/"
    client.codes = re.findall(
        r"^(\d{8})$", client.get(response.url).content.decode().split("<pre", 1)[1].replace(">", "\n"), re.M
    )
    assert len(client.codes) == 10
    client.post("/accounts/logout/")
    return key


def test_a_password_alone_no_longer_opens(client, secret):
    response = login(client, next="/audit/")
    assert response.url == CODE
    assert client.get("/audit/").url.startswith(LOGIN) or client.get("/audit/").url == CODE
    assert client.post(CODE, {"code": "000000"}).status_code == 200
    with time_machine.travel(time.time() + 31):
        assert client.post(CODE, {"code": code_of(secret)}).url == "/audit/"
        assert client.get("/audit/").status_code == 200


def test_a_code_opens_once(client, secret):
    with time_machine.travel(time.time() + 31, tick=False):
        code = code_of(secret)
        login(client)
        assert client.post(CODE, {"code": code}).status_code == 302
        client.post("/accounts/logout/")
        login(client)
        assert client.post(CODE, {"code": code}).status_code == 200
        assert client.get("/audit/").status_code == 302


def test_a_recovery_code_opens_once(client, secret):
    for wanted in (302, 200):
        login(client)
        assert client.post(CODE, {"code": client.codes[3]}).status_code == wanted
        client.post("/accounts/logout/")


def test_recovery_codes_are_shown_once(client, secret):
    with time_machine.travel(time.time() + 31):
        login(client)
        client.post(CODE, {"code": code_of(secret)})
        page = client.get("/accounts/second-factor/codes/").content.decode()
    assert not any(code in page for code in client.codes)


def test_seeds_are_stored_encrypted_and_rotated(client, secret, settings):
    row = Authenticator.objects.get(type="totp")
    assert secret not in str(row.data) and SecondFactorAdapter().decrypt(row.data["secret"]) == secret
    before = row.data["secret"]
    settings.FERNET_KEYS = ["another-key-0123456789-0123456789-abcdef", *django_settings.FERNET_KEYS]
    call_command("rotate_secrets")
    row.refresh_from_db()
    assert row.data["secret"] != before
    settings.FERNET_KEYS = settings.FERNET_KEYS[:1]
    assert SecondFactorAdapter().decrypt(row.data["secret"]) == secret


def test_the_seed_waits_encrypted_while_it_is_set_up(client, ada):
    login(client)
    key = re.search(r'id="key" readonly value="(\w+)"', client.get(APP).content.decode())[1]
    assert key not in str(dict(client.session.items()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        assert key not in str(cursor.fetchall())


def test_setting_up_and_removing_are_audited(client, ada, django_capture_on_commit_callbacks):
    login(client)
    key = re.search(r'id="key" readonly value="(\w+)"', client.get(APP).content.decode())[1]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(APP, {"code": code_of(key)})
    assert client.post("/accounts/second-factor/app/remove/").status_code == 302
    verbs = [event.action for event in Event.objects.filter(action__startswith="auth.second_factor.").order_by("pk")]
    assert verbs == ["auth.second_factor.add"] * 2 + ["auth.second_factor.remove"] * 2  # with its recovery codes
    assert not Authenticator.objects.exists()


def test_a_change_asks_who_it_is_once_the_login_is_a_while_ago(client, ada):
    with time_machine.travel(time.time(), tick=False) as clock:
        login(client)
        assert client.get(APP).status_code == 200
        clock.shift(301)
        response = client.get(APP)
        assert response.url == "/accounts/again/password/?next=/accounts/second-factor/app/".replace(
            "/a", "/a", 1
        ) or (response.url.startswith("/accounts/again/password/?next="))
        assert client.post(response.url, {"password": "wrong"}).status_code == 200
        assert client.post(response.url, {"password": PASSWORD}).url == APP
        assert client.get(APP).status_code == 200


class TestRequired:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.SECOND_FACTOR_REQUIRED_FOR = ["operator", "platform-admin"]

    def lacking(self, user):
        return User.objects.get(pk=user.pk).must_add_second_factor

    def test_it_follows_roles_and_groups_and_what_one_has(self, ada, cluster):
        assert not self.lacking(ada)
        grant = Grant.objects.create(user=ada, role="operator", cluster=cluster)
        assert self.lacking(ada)
        row = Authenticator.objects.create(user=ada, type="totp", data={})
        assert not self.lacking(ada)
        row.delete()
        assert self.lacking(ada)
        grant.delete()
        assert not self.lacking(ada)
        crew = Group.objects.create(name="crew")
        Grant.objects.create(group=crew, role="operator", everywhere=True)
        crew.user_set.add(ada)
        assert self.lacking(ada)
        ada.groups.clear()
        assert not self.lacking(ada)
        ada.is_superuser = True
        ada.save()
        assert self.lacking(ada)

    def test_recovery_codes_alone_are_none(self, ada, cluster):
        Grant.objects.create(user=ada, role="operator", cluster=cluster)
        Authenticator.objects.create(user=ada, type="recovery_codes", data={})
        assert self.lacking(ada)

    def test_nothing_else_is_open_until_it_is_set_up(self, client, ada, cluster):
        Grant.objects.create(user=ada, role="operator", cluster=cluster)
        login(client)
        assert client.get("/").url == client.get("/audit/").url == INDEX
        assert client.get(INDEX).status_code == 200
        answer = client.get("/api/v1/")
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")
        key = re.search(r'id="key" readonly value="(\w+)"', client.get(APP).content.decode())[1]
        client.post(APP, {"code": code_of(key)})
        assert client.get("/").status_code == 200
        assert client.get("/api/v1/").status_code == 200

    def test_commands_and_tokens_are_closed_too(self, client, ada, cluster):
        Grant.objects.create(user=ada, role="operator", cluster=cluster)
        with pytest.raises(CommandError, match="second factor"):
            call_command("find", "web", "--as", "ada")
        body = {"username": "ada", "password": PASSWORD}
        answer = client.post("/api/v1/auth/login/", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")


class TestLock:
    @pytest.fixture(autouse=True)
    def axes(self, settings, secret):
        settings.AXES_ENABLED = True
        settings.AXES_FAILURE_LIMIT = 3
        settings.AXES_LOCKOUT_CALLABLE = "accounts.login.locked"

    def test_wrong_codes_lock_like_wrong_passwords(self, client, secret):
        login(client)
        for _again in range(2):
            assert client.post(CODE, {"code": "000000"}).status_code == 200
        assert client.post(CODE, {"code": "000000"}).status_code == 429
        with time_machine.travel(time.time() + 31):
            client.post(CODE, {"code": code_of(secret)})
            assert client.get("/audit/").status_code == 302
        client.post("/accounts/logout/")
        assert login(client).status_code == 429
        assert Event.objects.filter(action="auth.locked_out", username="ada").count() == 1


class TestApi:
    def ask(self, client, **more):
        body = {"username": "ada", "password": PASSWORD, **more}
        return client.post("/api/v1/auth/login/", body, content_type="application/json")

    def test_a_token_asks_for_the_code(self, client, secret):
        assert self.ask(client).json()["code"] == "code_required"
        assert self.ask(client, code="000000").json()["code"] == "invalid_code"
        with time_machine.travel(time.time() + 31):
            assert self.ask(client, code=code_of(secret)).status_code == 200


def test_a_lost_one_is_taken_away_by_command(client, secret):
    call_command("reset_second_factor", "ada")
    assert login(client).url == "/"
    assert Event.objects.filter(action="auth.second_factor.reset", name="ada", via="cli").exists()
    with pytest.raises(CommandError, match="no second factor"):
        call_command("reset_second_factor", "ada")
