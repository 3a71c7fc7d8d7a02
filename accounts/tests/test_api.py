from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import ApiToken, User
from audit.models import Event

LOGIN, LOGOUT, ANY = "/api/v1/auth/login/", "/api/v1/auth/logout/", "/api/v1/audit/events/"
PASSWORD = "correct horse battery"


def login(client, password=PASSWORD, name="ada"):
    return client.post(LOGIN, {"username": name, "password": password}, content_type="application/json")


def bearer(token):
    return {"Authorization": f"Token {token}"}


def test_a_token_opens_the_api_until_it_is_given_back(client, make_user):
    make_user()
    given = login(client).json()
    assert client.get(ANY, headers=bearer(given["token"])).status_code == 200
    assert client.post(LOGOUT, headers=bearer(given["token"])).status_code == 204
    assert client.get(ANY, headers=bearer(given["token"])).status_code == 401


def test_a_token_expires(client, make_user):
    make_user()
    token = login(client).json()["token"]
    expiry = ApiToken.objects.get().expiry
    assert timezone.now() < expiry < timezone.now() + timedelta(days=31)
    with time_machine.travel(expiry + timedelta(seconds=1)):
        assert client.get(ANY, headers=bearer(token)).status_code == 401


def test_a_token_makes_no_session(client, make_user):
    make_user()
    assert "sessionid" not in login(client).cookies
    assert client.get(ANY).status_code == 401


@pytest.mark.parametrize("name, password", [("ada", "wrong"), ("nobody", PASSWORD)])
def test_what_was_wrong_is_not_said(client, make_user, name, password):
    make_user()
    response = login(client, password, name)
    assert response.status_code == 401
    assert response.json()["code"] == "invalid_credentials"


@pytest.mark.parametrize("body", [{}, {"username": "ada"}, {"username": "ada", "password": ""}])
def test_half_a_login_is_invalid(client, db, body):
    assert client.post(LOGIN, body, content_type="application/json").status_code == 400


def test_no_token_for_a_password_that_must_be_changed(client, make_user):
    make_user(must_change_password=True)
    response = login(client)
    assert response.status_code == 403
    assert response.json()["code"] == "password_change_required"
    assert not ApiToken.objects.exists()


def test_a_disabled_account_is_out_at_once(client, make_user):
    user = make_user()
    token = login(client).json()["token"]
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(ANY, headers=bearer(token)).status_code == 401
    assert login(client).status_code == 401


def test_it_is_audited_as_the_api(client, make_user):
    user = make_user()
    token = login(client).json()["token"]
    client.post(LOGOUT, headers=bearer(token))
    events = Event.objects.filter(action__startswith="auth.").order_by("pk")
    assert [(e.action, e.via, e.user) for e in events] == [
        ("auth.login", "api", user),
        ("auth.logout", "api", user),
    ]
    user.refresh_from_db()
    assert user.last_login is not None
