"""Against a slapd of our own: tests/slapd.py."""

import io
import logging

import ldap
import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from ldap.modlist import modifyModlist

from accounts.models import User
from accounts.tests.test_single_sign_on import Said
from audit.models import Event
from opsys.settings import directory
from tests.slapd import ADMIN, ADMIN_PASSWORD, BASE, Slapd, person
from tests.wire import self_signed

PASSWORD = "Kanarie-Ldap-11f0"
GROUP = f"cn=cloud-ops,ou=groups,{BASE}"


@pytest.fixture(scope="module")
def slapd(tmp_path_factory):
    people = {name: PASSWORD for name in ("ada", "bob", "root")}
    server = Slapd(tmp_path_factory.mktemp("slapd"), people, {"cloud-ops": ["ada", "bob"], "cloud-admins": ["bob"]})
    server.start()
    yield server
    server.stop()


def configure(settings, url, **changes):
    said = {
        "LDAP_URL": url,
        "LDAP_START_TLS": False,
        "LDAP_BIND_DN": ADMIN,
        "LDAP_BIND_PASSWORD": ADMIN_PASSWORD,
        "LDAP_USER_BASE": f"ou=people,{BASE}",
        "LDAP_GROUP_BASE": f"ou=groups,{BASE}",
        "LDAP_GROUPS": {"cloud-ops": "ops"},
        **changes,
    }
    for name, value in directory.configure(Said(said)).items():
        setattr(settings, name, value)


@pytest.fixture
def configured(slapd, settings, db):
    configure(settings, slapd.url)
    backends = list(settings.AUTHENTICATION_BACKENDS)
    settings.AUTHENTICATION_BACKENDS = [backends[0], directory.BACKEND, *backends[1:]]
    return settings


def sign_in(name="ada", password=PASSWORD):
    client = Client()
    response = client.post("/accounts/login/", {"username": name, "password": password})
    return client, response.status_code == 302 and "_auth_user_id" in client.session


def test_somebody_of_the_directory_comes_in_with_the_groups_that_are_ours(configured):
    Group.objects.create(name="ops")
    client, well = sign_in()
    assert well and client.get("/compute/servers/").status_code == 200
    user = User.objects.get()
    assert (user.username, user.email, user.first_name) == ("ada", "ada@example.com", "Ada")
    assert not user.has_usable_password() and not user.is_superuser
    assert [group.name for group in user.groups.all()] == ["ops"]
    assert Event.objects.filter(action="auth.login", phase="done", username="ada").count() == 1


@pytest.mark.parametrize("name,password", [("ada", "wrong"), ("ada", ""), ("nobody", PASSWORD), ("*", PASSWORD)])
def test_others_do_not(configured, name, password):
    assert not sign_in(name, password)[1] and not User.objects.exists()


def test_groups_follow_the_directory(configured, slapd):
    for name in ("ops", "by-hand"):
        Group.objects.create(name=name)
    sign_in()
    user = User.objects.get()
    user.groups.add(Group.objects.get(name="by-hand"))
    as_admin = ldap.initialize(slapd.url)
    as_admin.simple_bind_s(ADMIN, ADMIN_PASSWORD)
    both, one = [person("ada").encode(), person("bob").encode()], [person("bob").encode()]
    as_admin.modify_s(GROUP, modifyModlist({"member": both}, {"member": one}))
    try:
        sign_in()
        assert [group.name for group in user.groups.all()] == ["by-hand"]
    finally:
        as_admin.modify_s(GROUP, modifyModlist({"member": one}, {"member": both}))
        as_admin.unbind_s()


def test_a_group_there_says_who_is_platform_admin(configured, slapd):
    configure(configured, slapd.url, LDAP_PLATFORM_ADMINS="cloud-admins")
    sign_in("bob")
    sign_in("ada")
    assert dict(User.objects.values_list("username", "is_superuser")) == {"bob": True, "ada": False}


def test_an_account_with_a_password_here_is_not_a_namesakes(configured, slapd, make_user):
    root = make_user("root", is_superuser=True)
    assert not sign_in("root")[1]
    assert sign_in("root", "correct horse battery")[1], "it has its own"
    configure(configured, slapd.url, LDAP_LINK_BY_NAME=True)
    client, well = sign_in("root")
    assert well and client.session["_auth_user_id"] == str(root.pk)


def test_nobody_new_where_the_settings_say_so(configured, slapd):
    configure(configured, slapd.url, LDAP_CREATE_USERS=False)
    assert not sign_in()[1] and not User.objects.exists()


def test_a_disabled_account_is_out_at_once(configured):
    client, _well = sign_in()
    User.objects.update(is_active=False)
    assert client.get("/compute/servers/").status_code == 302
    assert not sign_in()[1]


def test_wrong_passwords_lock_here_too(configured):
    configured.AXES_ENABLED, configured.AXES_FAILURE_LIMIT = True, 3
    for _attempt in range(3):
        assert not sign_in("ada", "wrong")[1]
    assert not sign_in()[1], "locked"


def test_a_token_over_rest(configured, client):
    answer = client.post("/api/v1/auth/login/", {"username": "ada", "password": PASSWORD}, "application/json")
    assert answer.status_code == 200 and answer.json()["token"]


def test_local_accounts_work_while_the_directory_is_down(configured, make_user):
    make_user("local")
    configure(configured, "ldap://127.0.0.1:1")
    assert sign_in("local", "correct horse battery")[1]
    assert not sign_in()[1]


def test_no_password_stands_in_the_log(configured):
    written = io.StringIO()
    handler, logger = logging.StreamHandler(written), logging.getLogger("django_auth_ldap")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        sign_in()
        sign_in("ada", "x" + PASSWORD)
        configure(configured, "ldap://127.0.0.1:1")
        sign_in()
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    assert "ada" in written.getvalue()
    assert PASSWORD not in written.getvalue() and ADMIN_PASSWORD not in written.getvalue()


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    """A slapd that takes no password in the clear, and the certificate it shows."""
    certificate = self_signed(tmp_path_factory.mktemp("certificate") / "own.pem")
    tls = f"TLSCertificateFile {certificate}\nTLSCertificateKeyFile {certificate}\nsecurity ssf=128"
    server = Slapd(tmp_path_factory.mktemp("slapd-tls"), {"ada": PASSWORD}, {"cloud-ops": ["ada"]}, tls=tls)
    server.start()
    yield server.url, certificate
    server.stop()


def test_passwords_travel_encrypted_by_starttls(configured, encrypted):
    url, certificate = encrypted
    configure(configured, url, LDAP_START_TLS=True, LDAP_CA_FILE=str(certificate))
    assert sign_in()[1] and User.objects.get().username == "ada"
    User.objects.all().delete()
    configure(configured, url, LDAP_START_TLS=False)
    assert not sign_in()[1], "this server takes none in the clear"


@pytest.mark.parametrize("authority", ["another", "the system's"])
def test_a_directory_whose_certificate_nobody_vouches_for_is_told_no_password(
    configured, encrypted, authority, tmp_path, caplog
):
    another = {"LDAP_CA_FILE": str(self_signed(tmp_path / "another.pem"))} if authority == "another" else {}
    configure(configured, encrypted[0], LDAP_START_TLS=True, **another)
    with caplog.at_level(logging.WARNING, "django_auth_ldap"):
        assert not sign_in()[1] and not User.objects.exists()
    assert "Connect error" in caplog.text


@pytest.mark.parametrize(
    "changes",
    [
        {"LDAP_URL": "ldap://ldap.example.com"},
        {"LDAP_URL": "ldap://127.0.0.1.example.com"},
        {"LDAP_USER_BASE": ""},
        {"LDAP_GROUP_TYPE": "clan"},
    ],
    ids=["in the clear", "in the clear to a name like ours", "nowhere", "unknown type"],
)
def test_half_a_configuration_is_refused_at_the_start(slapd, settings, changes):
    with pytest.raises(ImproperlyConfigured, match="LDAP_"):
        configure(settings, slapd.url, **changes)
