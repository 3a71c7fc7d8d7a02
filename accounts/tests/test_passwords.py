import pytest
from django.test import Client
from django.utils.module_loading import import_string

from accounts.models import ApiToken, User
from audit.models import Event
from opsys.settings import base

PAGE = "/accounts/password/"
OLD, NEW = "correct horse battery", "staple of the other kind"


def change(client, old=OLD, new=NEW, again=None):
    return client.post(PAGE, {"old_password": old, "new_password1": new, "new_password2": again or new})


@pytest.fixture
def forced(client, make_user):
    user = make_user(must_change_password=True)
    client.force_login(user)
    return client


@pytest.mark.parametrize("path", ["/", "/audit/", "/admin/"])
def test_a_forced_account_gets_no_page(forced, path):
    response = forced.get(path)
    assert (response.status_code, response.url) == (302, PAGE)


def test_not_even_a_superuser_gets_past(client, make_user):
    client.force_login(make_user(must_change_password=True, is_superuser=True))
    assert client.get("/admin/").url == PAGE
    assert client.post("/admin/accounts/user/add/").url == PAGE


def test_a_forced_account_gets_no_api(forced):
    response = forced.get("/api/v1/audit/events/")
    assert response.status_code == 403
    assert response.json()["code"] == "password_change_required"
    assert response.json()["detail"]


def test_nor_with_a_token(client, make_user):
    user = make_user(must_change_password=True)
    _row, token = ApiToken.objects.create(user=user)
    response = client.get("/api/v1/audit/events/", headers={"Authorization": f"Token {token}"})
    assert response.status_code == 403
    assert response.json()["code"] == "password_change_required"


def test_a_fragment_sends_its_page_to_the_change(forced):
    response = forced.get("/audit/", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == PAGE


def test_what_a_forced_account_does_reach(forced):
    page = forced.get(PAGE)
    assert page.status_code == 200
    assert page.context["forced"] is True
    assert forced.post("/language/", {"language": "zh-hans"}).url != PAGE
    assert forced.post("/accounts/logout/").url == "/accounts/login/"


def test_changing_it_opens_the_doors_and_keeps_the_session(forced):
    assert change(forced).url == "/"
    assert forced.get("/audit/").status_code == 200
    user = User.objects.get(username="ada")
    assert not user.must_change_password
    assert user.check_password(NEW)


def test_by_choice_the_page_says_so(client, make_user):
    client.force_login(make_user())
    assert client.get(PAGE).context["forced"] is False


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"new": OLD}, "new_password1"),
        ({"old": "not it"}, "old_password"),
        ({"new": "12345678"}, "new_password2"),
        ({"new": "mauve-otter"}, "new_password2"),  # eleven characters
        ({"again": "something else"}, "new_password2"),
    ],
)
def test_what_is_no_new_password(forced, wrong, field):
    response = change(forced, **wrong)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    user = User.objects.get(username="ada")
    assert user.must_change_password
    assert user.check_password(OLD)


def test_other_sessions_and_tokens_end(client, make_user):
    user = make_user()
    elsewhere = Client()
    elsewhere.force_login(user)
    _row, token = ApiToken.objects.create(user=user)
    client.force_login(user)
    change(client)
    assert elsewhere.get("/audit/").status_code == 302
    response = client.get("/api/v1/audit/events/", headers={"Authorization": f"Token {token}"})
    assert response.status_code == 401


def test_it_is_audited_once_and_without_the_password(client, make_user):
    user = make_user()
    client.force_login(user)
    before = Event.objects.count()
    change(client)
    event = Event.objects.get(action="accounts.user.password")
    assert Event.objects.count() == before + 1
    assert (event.user, event.via, event.client) == (user, "ui", "127.0.0.1")
    assert event.params == {}


def test_they_are_hashed_with_argon2():
    """In a deployment; the tests themselves hash quickly."""
    assert import_string(base.PASSWORD_HASHERS[0])().encode(NEW, "0123456789").startswith("argon2$argon2id$")
