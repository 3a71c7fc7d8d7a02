from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from audit.models import Event

LOGIN = "/accounts/login/"
PASSWORD = "correct horse battery"


def login(client, password=PASSWORD, **more):
    return client.post(LOGIN, {"username": "ada", "password": password, **more})


def test_the_page_is_public(client, db):
    response = client.get(LOGIN)
    assert response.status_code == 200
    assert b'name="password"' in response.content


@pytest.mark.parametrize("path", ["/", "/audit/", "/accounts/password/", "/admin/"])
def test_other_pages_lead_there(client, db, path):
    response = client.get(path)
    assert response.status_code == 302
    assert "login/?next=" in response.url


def test_it_leads_on_to_the_page_that_was_asked_for(client, make_user):
    make_user()
    assert login(client, next="/audit/?q=a").url == "/audit/?q=a"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/",
        "//evil.example.com/",
        "///evil.example.com",
        "/\\evil.example.com",
        "javascript:alert(1)",
        "https:evil.example.com",
        "/accounts/login/",
        "/accounts/logout/",
    ],
)
def test_it_leads_nowhere_else(client, make_user, url):
    make_user()
    assert login(client, next=url).url == "/"
    # Signed in already, it leads on at once.
    assert client.get(LOGIN, {"next": url}).url == "/"


def test_an_inactive_user_stays_out(client, make_user):
    make_user(is_active=False)
    assert login(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_chosen_language_comes_along(client, make_user):
    make_user(language="zh-hans")
    assert login(client).cookies["django_language"].value == "zh-hans"


@pytest.mark.parametrize("language", ["", "tlh"])
def test_no_language_or_an_unknown_one_sets_nothing(client, make_user, language):
    make_user(language=language)
    assert "django_language" not in login(client).cookies


def test_logging_out_takes_a_post(client, make_user):
    client.force_login(make_user())
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").url == LOGIN
    assert "_auth_user_id" not in client.session


def test_logging_out_twice_is_no_error(client, db):
    assert client.post("/accounts/logout/").url == LOGIN


class TestLock:
    @pytest.fixture(autouse=True)
    def axes(self, settings, make_user):
        settings.AXES_ENABLED = True
        settings.AXES_FAILURE_LIMIT = 3
        settings.AXES_LOCKOUT_CALLABLE = "accounts.login.locked"
        make_user()

    def test_three_wrong_passwords_close_the_door_to_the_right_one(self, client):
        for _again in range(2):
            assert login(client, "wrong").status_code == 200
        assert login(client, "wrong").status_code == 429
        response = login(client)
        assert response.status_code == 429
        assert "accounts/locked.html" in [template.name for template in response.templates]
        assert Event.objects.filter(action="auth.locked_out", username="ada").count() == 1
        assert Event.objects.filter(action="auth.login", phase="failed").count() == 4

    def test_of_guesses_at_the_same_time_one_is_told(self, rf, settings):
        """Axes may have counted all of them before it says the first time that the door is closed."""
        request = rf.post(LOGIN)
        request.user, request.axes_failures_since_start = AnonymousUser(), settings.AXES_FAILURE_LIMIT + 1

        def told():
            user_locked_out.send("axes", request=request, username="ada", ip_address="127.0.0.1")
            return Event.objects.filter(action="auth.locked_out", username="ada").count()

        assert told() == told() == 1
        with time_machine.travel(timezone.now() + timedelta(days=1)):
            assert told() == 2, "the door was open meanwhile"

    def test_another_address_is_not_locked_out_with_it(self, client):
        for _again in range(3):
            login(client, "wrong")
        response = client.post(LOGIN, {"username": "ada", "password": PASSWORD}, REMOTE_ADDR="192.0.2.7")
        assert response.status_code == 302

    def test_the_api_shares_the_lock_and_answers_json(self, client):
        for _again in range(3):
            response = client.post(
                "/api/v1/auth/login/", {"username": "ada", "password": "wrong"}, content_type="application/json"
            )
        assert response.status_code == 429
        assert response.json()["code"] == "locked_out"
        assert login(client).status_code == 429

    def test_success_forgets_the_failures(self, client):
        login(client, "wrong")
        login(client)
        assert not AccessAttempt.objects.exists()

    def test_login_and_logout_work_with_it(self, client):
        assert login(client).status_code == 302
        assert client.post("/accounts/logout/").status_code == 302
        assert client.get("/audit/").url.startswith(LOGIN)
