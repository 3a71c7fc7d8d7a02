import pytest
from django.test import Client

from accounts.own.sessions import browser
from audit.models import Event

PASSWORD = "correct horse battery"
PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def signed_in(address, agent):
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    assert client.post("/accounts/login/", {"username": "ada", "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def laptop(make_user):
    make_user()
    return signed_in("192.0.2.1", FIREFOX)


@pytest.fixture
def phone(laptop):
    return signed_in("192.0.2.2", "Mozilla/5.0 (iPhone) AppleWebKit/605 Version/17 Safari/604.1")


def rows(client):
    return client.get(PAGE).context["rows"]


def test_the_page_says_where_and_from_which_address(laptop, phone):
    assert {(row["browser"], row["row"].ip, row["current"]) for row in rows(laptop)} == {
        ("Firefox 128, Linux", "192.0.2.1", True),
        ("Safari 604, iPhone", "192.0.2.2", False),
    }


def test_one_is_ended(laptop, phone):
    (other,) = [row["row"] for row in rows(laptop) if not row["current"]]
    assert phone.get("/audit/").status_code == 200
    laptop.post(f"{PAGE}{other.pk}/end/")
    assert phone.get("/audit/").status_code == 302
    assert len(rows(laptop)) == 1
    event = Event.objects.get(action="auth.session.end")
    assert (event.username, event.params["address"]) == ("ada", "192.0.2.2")


def test_all_others_are_ended_and_this_one_stays(laptop, phone):
    signed_in("192.0.2.3", "curl/8.0")
    laptop.post(f"{PAGE}end-others/")
    assert phone.get("/audit/").status_code == 302
    assert [row["current"] for row in rows(laptop)] == [True]


def test_somebody_elses_is_not_there(laptop, client, make_user):
    mine = rows(laptop)[0]["row"]
    client.force_login(make_user("eve"))
    assert client.post(f"{PAGE}{mine.pk}/end/").status_code == 404
    assert laptop.get("/audit/").status_code == 200


def test_the_remaining_time_and_staying(laptop, settings):
    settings.SESSION_IDLE_SECONDS = 600
    left = laptop.get("/accounts/session/", headers={"X-Poll": "1"}).json()
    assert 590 < left["seconds"] <= 600 and left["limit"] == "idle" and left["token"]
    assert laptop.post("/accounts/session/stay/").json()["seconds"] == 600


def test_browsers_are_named_as_far_as_they_are_known():
    assert browser("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0") == "Edge 126, Windows"
    assert browser("my-robot 3") == "my-robot 3"
