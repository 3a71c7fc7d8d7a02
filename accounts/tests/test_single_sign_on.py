"""Against a provider that runs beside the tests: tests/provider.py."""

import re
import time

import jwt
import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.tests.test_second_factor import code_of
from audit.models import Event
from opsys.settings import oidc
from tests.provider import provider_running

LOGIN, BACK, SIGNED_OUT = (f"/accounts/single-sign-on/{rest}" for rest in ("", "back/", "signed-out/"))
SUB = "8f14e45f"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # those of the provider's own libraries
CLAIMS = {"preferred_username": "ada", "email": "ada@example.com", "groups": ["cloud-ops", "canteen"], "sid": "s-1"}


@pytest.fixture(scope="module")
def _running():
    with provider_running() as provider:
        provider.register(f"http://testserver{BACK}")
        yield provider


@pytest.fixture
def provider(_running, settings, db):
    _running.person(SUB, **CLAIMS)
    configure(settings, _running)
    return _running


class Said:
    """What django-environ gives, of a dictionary."""

    def __init__(self, said):
        self.said = said

    def get(self, name, default):
        return self.said.get(name, default)

    str = bool = list = dict = get


def configure(settings, provider, **changes):
    said = {
        "OIDC_ISSUER": provider.url,
        "OIDC_CLIENT_ID": provider.client_id,
        "OIDC_CLIENT_SECRET": provider.client_secret,
        "OIDC_GROUPS": {"cloud-ops": "ops", "cloud-admins": "admins"},
        **changes,
    }
    for name, value in oidc.configure(Said(said)).items():
        setattr(settings, name, value)


def sign_in(provider, client=None, *, sub=SUB, query=""):
    client = client or Client()
    there = client.get(LOGIN + query)
    assert there.status_code == 302, there.content
    return client, client.get(provider.consent(there.url, sub))


def said(client, response):
    return client.get(response.url).content.decode()


def test_somebody_new_comes_in_with_the_groups_that_are_ours(provider):
    Group.objects.create(name="ops")
    Group.objects.create(name="canteen")
    client, response = sign_in(provider, query="?next=/compute/servers/")
    assert (response.status_code, response.url) == (302, "/compute/servers/")
    user = User.objects.get()
    assert (user.username, user.email, user.has_usable_password()) == ("ada", "ada@example.com", False)
    assert [group.name for group in user.groups.all()] == ["ops"], "only those of OIDC_GROUPS"
    assert client.get("/compute/servers/").status_code == 200
    assert Event.objects.filter(action="auth.login", phase="done", username="ada").count() == 1


def test_groups_follow_the_provider_at_each_sign_in(provider, settings):
    for name in ("ops", "admins", "by-hand"):
        Group.objects.create(name=name)
    configure(settings, provider, OIDC_PLATFORM_ADMINS="cloud-admins")
    sign_in(provider)
    user = User.objects.get()
    user.groups.add(Group.objects.get(name="by-hand"))
    provider.person(SUB, **{**CLAIMS, "groups": ["cloud-admins"]})
    sign_in(provider)
    user.refresh_from_db()
    assert set(user.groups.values_list("name", flat=True)) == {"admins", "by-hand"} and user.is_superuser
    provider.person(SUB, **{**CLAIMS, "groups": []})
    sign_in(provider)
    user.refresh_from_db()
    assert set(user.groups.values_list("name", flat=True)) == {"by-hand"} and not user.is_superuser


@pytest.mark.parametrize("name", ["ada", "ADA"])
def test_an_account_that_is_here_is_not_taken_over(provider, make_user, name):
    make_user("ada")
    provider.person(SUB, **{**CLAIMS, "preferred_username": name})
    client, response = sign_in(provider)
    assert response.url == "/accounts/login/" and "not linked" in said(client, response)
    assert not SocialAccount.objects.exists() and "_auth_user_id" not in client.session
    assert Event.objects.get(action="auth.login").phase == "refused"


def test_it_is_where_the_settings_say_that_names_are_the_same_people(provider, make_user, settings):
    user = make_user("ada")
    configure(settings, provider, OIDC_LINK_BY_NAME=True)
    client, _response = sign_in(provider)
    assert client.session["_auth_user_id"] == str(user.pk) and User.objects.count() == 1


def test_a_platform_admin_links_them(provider, make_user):
    user = make_user("ada")
    call_command("link_user", "ada", SUB)
    client, _response = sign_in(provider)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Event.objects.filter(action="auth.link", via="cli", name="ada").exists()
    for name, complaint in (("ada", "already"), ("nobody", "no user")):
        with pytest.raises(CommandError, match=complaint):
            call_command("link_user", name, SUB)


def test_nobody_new_comes_in_where_the_settings_say_so(provider, settings):
    configure(settings, provider, OIDC_CREATE_USERS=False)
    client, response = sign_in(provider)
    assert "no account here" in said(client, response) and not User.objects.exists()


def test_a_disabled_account_stays_closed(provider):
    sign_in(provider)
    User.objects.update(is_active=False)
    client, response = sign_in(provider)
    assert "disabled" in said(client, response) and "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["", "a b", "x" * 200])
def test_a_name_that_cannot_be_one_here(provider, name):
    provider.person(SUB, **{**CLAIMS, "preferred_username": name})
    client, response = sign_in(provider)
    assert "no user name" in said(client, response) and not User.objects.exists()


def test_a_second_factor_here_is_asked_for_as_well(provider):
    first, _response = sign_in(provider)
    page = first.get("/accounts/second-factor/app/").content.decode()
    key = re.search(r'id="key" readonly value="(\w+)"', page)[1]
    first.post("/accounts/second-factor/app/", {"code": code_of(key)})
    provider.person(SUB, **{**CLAIMS, "sid": "s-2"})
    client, response = sign_in(provider, query="?next=/jobs/")
    assert response.url.startswith("/accounts/login/code/") and "_auth_user_id" not in client.session
    with time_machine.travel(time.time() + 31, tick=True):
        assert client.post(response.url, {"code": code_of(key)}).url == "/jobs/"
    assert tell(provider, sid="s-2").status_code == 200
    assert client.get("/jobs/").status_code == 302, "also a session that began with both"


def test_a_forged_or_repeated_answer_opens_nothing(provider):
    client = Client()
    address = provider.consent(client.get(LOGIN).url, SUB)
    stranger = Client()
    assert "did not confirm" in said(stranger, stranger.get(address)), "it was not this browser that asked"
    assert client.get(address).url == "/"
    for again in (address, f"{BACK}?state=x&code=y"):
        assert "did not confirm" in client.get(again, follow=True).content.decode(), "the code was used"


def test_a_provider_that_is_down_is_a_sentence(provider, settings):
    configure(settings, provider, OIDC_ISSUER="http://127.0.0.1:1")
    client = Client()
    assert "did not confirm" in said(client, client.get(LOGIN))


def test_the_login_page_offers_it_only_where_there_is_a_provider(provider, client, settings):
    settings.OIDC_NAME = "Example SSO"
    page = client.get("/accounts/login/?next=/jobs/").content.decode()
    assert "Log in with Example SSO" in page and f'href="{LOGIN}?next=%2Fjobs%2F"' in page
    settings.OIDC_ISSUER = ""
    assert "Example SSO" not in client.get("/accounts/login/").content.decode()


def tell(provider, **claims):
    return Client().post(SIGNED_OUT, {"logout_token": provider.logout_token(**claims)})


def test_signing_out_there_ends_the_session_here(provider):
    client, _response = sign_in(provider)
    provider.person(SUB, **{**CLAIMS, "sid": "s-2"})
    other, _response = sign_in(provider)
    assert tell(provider, sub=SUB, sid="s-1").status_code == 200
    assert client.get("/compute/servers/").status_code == 302, "this one"
    assert other.get("/compute/servers/").status_code == 200, "and not that one"
    assert Event.objects.filter(action="auth.session.end", name="ada").count() == 1
    assert tell(provider, sub=SUB).status_code == 200
    assert other.get("/compute/servers/").status_code == 302, "all of the person's"


def test_a_session_that_began_with_a_password_goes_on(provider, make_user, settings):
    make_user("ada")
    configure(settings, provider, OIDC_LINK_BY_NAME=True)
    sign_in(provider)
    client = Client()
    client.post("/accounts/login/", {"username": "ada", "password": "correct horse battery"})
    assert tell(provider, sub=SUB).status_code == 200
    assert client.get("/compute/servers/").status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "somebody-else"},
        {"iss": "https://elsewhere.example.com"},
        {"exp": 1},
        {"iat": 1000, "exp": None},
        {"events": {}},
        {"nonce": "an ID token has one"},
        {"sub": None, "sid": None},
        {"jti": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_no_logout_token_ends_nothing(provider, changes):
    client, _response = sign_in(provider)
    assert tell(provider, **{"sub": SUB, **changes}).status_code == 400
    assert client.get("/compute/servers/").status_code == 200


def test_a_logout_token_is_signed_by_the_provider_and_used_once(provider):
    client, _response = sign_in(provider)
    genuine = provider.logout_token(sub=SUB)
    claims, header = jwt.decode(genuine, options={"verify_signature": False}), jwt.get_unverified_header(genuine)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for forged in (
        jwt.encode(claims, key, algorithm="RS256", headers=header),
        jwt.encode(claims, "", algorithm="none", headers={**header, "alg": "none"}),
        genuine[:-4] + "AAAA",
        "",
    ):
        assert Client().post(SIGNED_OUT, {"logout_token": forged}).status_code == 400
    assert client.get("/compute/servers/").status_code == 200
    assert [Client().post(SIGNED_OUT, {"logout_token": genuine}).status_code for _ in range(2)] == [200, 400]
    assert Client().get(SIGNED_OUT).status_code == 405


@pytest.mark.parametrize(
    "changes", [{"OIDC_ISSUER": "http://sso.example.com"}, {"OIDC_CLIENT_SECRET": ""}, {"OIDC_CLIENT_ID": ""}]
)
def test_half_a_configuration_is_refused_at_the_start(_running, settings, changes):
    with pytest.raises(ImproperlyConfigured, match="OIDC_"):
        configure(settings, _running, **changes)
