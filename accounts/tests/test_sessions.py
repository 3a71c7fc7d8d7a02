import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db.models.signals import post_save
from django.utils import timezone

from accounts import sessions
from audit.models import Event

PAGE = "/accounts/password/"


@pytest.fixture
def limits(settings):
    settings.SESSION_IDLE_SECONDS = 1800
    settings.SESSION_COOKIE_AGE = 12 * 3600


@pytest.fixture
def clock(limits):
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(client, make_user, clock):
    client.force_login(make_user())
    return client


def test_an_idle_session_ends_with_a_reason_and_the_way_back(session, clock):
    assert session.get(PAGE).status_code == 200
    clock.shift(1801)
    response = session.get(PAGE + "?a=b")
    assert response.status_code == 302
    assert response.url == "/accounts/login/?expired=idle&next=%2Faccounts%2Fpassword%2F%3Fa%3Db"
    assert "_auth_user_id" not in session.session
    page = session.get(response.url)
    assert [str(message) for message in page.context["messages"]] == [str(sessions.REASONS["idle"])]


def test_activity_keeps_it_alive(session, clock):
    for _again in range(5):
        clock.shift(1000)
        assert session.get(PAGE).status_code == 200


def test_polling_does_not(session, clock):
    for _again in range(18):
        clock.shift(100)
        last = session.get(PAGE, headers={"X-Poll": "1", "HX-Request": "true"})
    assert last.headers["HX-Redirect"].startswith("/accounts/login/?expired=idle")


def test_it_ends_at_the_absolute_limit_however_active(session, clock):
    for _again in range(47):
        clock.shift(900)
        assert session.get(PAGE).status_code == 200
    clock.shift(900)
    assert session.get(PAGE).url.startswith("/accounts/login/?expired=age")


def test_a_new_login_starts_both_clocks_again(client, make_user, clock):
    user = make_user()
    client.force_login(user)
    clock.shift(1700)
    client.get(PAGE)
    clock.shift(1700)
    client.force_login(user)
    for _again in range(47):
        clock.shift(900)
        assert client.get(PAGE).status_code == 200


def test_a_session_without_clocks_is_over(session):
    data = session.session
    del data[sessions.SIGNED_IN_AT]
    data.save()
    assert session.get(PAGE).url.startswith("/accounts/login/?expired=age")


def test_the_api_answers_401(session, clock):
    clock.shift(1801)
    response = session.get("/api/v1/audit/events/")
    assert response.status_code == 401
    assert response.json() == {"code": "session_expired", "detail": str(sessions.REASONS["idle"])}


def test_a_fragment_sends_its_page_to_the_login_and_back_to_the_page_around(session, clock):
    clock.shift(1801)
    headers = {"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example.com/compute/?q=a"}
    response = session.post(PAGE, headers=headers)
    assert response.headers["HX-Redirect"] == "/accounts/login/?expired=idle&next=%2Fcompute%2F%3Fq%3Da"


def test_the_session_is_written_once_a_minute(session, clock):
    def writes() -> int:
        with CaptureSession() as saved:
            session.get(PAGE)
        return saved.count

    clock.shift(30)
    assert writes() == 0
    clock.shift(31)
    assert writes() == 1
    assert writes() == 0


def test_a_short_idle_limit_is_kept_too(session, clock, settings):
    settings.SESSION_IDLE_SECONDS = 20
    for _again in range(6):
        clock.shift(10)
        assert session.get(PAGE).status_code == 200


def test_the_end_is_audited_as_such(session, clock):
    clock.shift(1801)
    session.get(PAGE)
    event = Event.objects.get(action="auth.session_expired")
    assert event.username == "ada"
    assert not Event.objects.filter(action="auth.logout").exists()


class CaptureSession:
    """Counts the saved sessions."""

    def __enter__(self):
        self.count = 0
        post_save.connect(self._saved, sender=Session)
        return self

    def __exit__(self, *error):
        post_save.disconnect(self._saved, sender=Session)

    def _saved(self, **kwargs):
        self.count += 1
