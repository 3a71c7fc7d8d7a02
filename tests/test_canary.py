"""A cloud's password, its tokens and a user's password and API token are put in by every door, with things going
wrong on the way; afterwards none of them stands in a page, a log, the audit, a dump or the database."""

import io
import logging
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.tests.test_single_sign_on import configure, sign_in
from audit.models import Event
from clusters.models import Cluster, Credential
from opsys.settings import logs
from tests.factories import make_server
from tests.provider import provider_running
from tests.wire import FakeCloud, as_json, never_answers, serving, web_page

BASE = Path(__file__).resolve().parents[1]
CLOUD = "Kanarie-Cloud-7f3a"
PERSON = "Kanarie-Person-91bc"
OIDC = "Kanarie-Oidc-4be8"
BROKEN = {
    "wrong password": {"POST /v3/auth/tokens": as_json(401, {"error": {"code": 401, "message": "no"}})},
    "out of order": {"POST /v3/auth/tokens": as_json(503, {})},
    "a web page": {"GET /v3": web_page(), "POST /v3/auth/tokens": web_page()},
    "silent": {"POST /v3/auth/tokens": never_answers},
    "broken lists": {"GET /compute/v2.1/servers/detail": as_json(500, {}), "GET /network/v2.0/networks": web_page()},
    "well": {},
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def log(request):
    """All that would be written to standard error, with the level at its most talkative."""
    config = logs.configure(json=getattr(request, "param", False), level="DEBUG")
    written = io.StringIO()
    config["handlers"]["stderr"]["stream"] = written
    logging.config.dictConfig(config)
    yield written
    logs.configure(json=False, level="WARNING")
    logging.config.dictConfig(django_settings.LOGGING)


@pytest.fixture
def cloud():
    with serving(FakeCloud(password=CLOUD)) as running:
        yield running


@pytest.fixture
def person(make_user):
    user = make_user("root", is_superuser=True)
    user.set_password(PERSON)
    user.save()
    return user


def everything_stored():
    """Each value of each table, as the database holds it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield from (str(value) for value in row)


def dumped():
    out = io.StringIO()
    call_command("dumpdata", stdout=out)
    return out.getvalue()


def form(cloud, **changes):
    fields = {"name": "north", "environment": "testing", "enabled": "on", "auth_url": cloud.auth_url, "test": "on"}
    fields |= {
        "interface": "public",
        "verify_tls": "on",
        "again": "on",
        "kind": "password",
        "username": "admin",
        "secret": CLOUD,
    }
    return {**fields, "user_domain": "Default", "project_name": "admin", "project_domain": "Default", **changes}


def use_everything(cloud, client, monkeypatch, settings):
    """Every page, command and request that a secret comes near to; yields what each of them said."""
    out, err = io.StringIO(), io.StringIO()
    arguments = ["--auth-url", cloud.auth_url, "--username", "admin", "--project", "admin", "--again"]
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", CLOUD)
    for name, answers in BROKEN.items():
        cloud.answers = answers
        # One that never answers is soon given up; what answers has its time.
        settings.CLOUD_READ_SECONDS = settings.CLOUD_CALL_SECONDS = 0.2 if name == "silent" else 30
        yield from client.post("/admin/clusters/cluster/add/", form(cloud)).content.decode().splitlines()
        try:
            call_command("add_cluster", f"by-command-{len(name)}", *arguments, stdout=out, stderr=err)
        except CommandError as error:
            yield str(error)
        cluster = Cluster.objects.filter(name="stored").first() or Cluster(name="stored", auth_url=cloud.auth_url)
        cluster.save()
        if not Credential.objects.filter(cluster=cluster).exists():
            Credential.objects.create(cluster=cluster, username="admin", secret=CLOUD, project_name="admin")
        change = f"/admin/clusters/cluster/{cluster.pk}/change/"
        yield client.post(change, form(cloud, name="stored", description=name)).content.decode()
        yield client.post(f"/admin/clusters/cluster/{cluster.pk}/test/", follow=True).content.decode()
        for command in (["test_cluster", "stored", "--json"], ["list_clusters"]):
            try:
                call_command(*command, stdout=out, stderr=err)
            except SystemExit:
                yield "exit code 1"
        server = make_server(cluster, name=name)
        body = {"ids": [server.pk]}
        yield client.post("/api/v1/compute/servers/do/stop/", body, content_type="application/json").content.decode()
        yield client.post("/compute/servers/do/hard-reboot/", body).content.decode()
    yield out.getvalue() + err.getvalue()
    pages = ["/compute/servers/", "/audit/", "/admin/", "/admin/clusters/cluster/", f"{change}", "/api/v1/"]
    pages += [f"{change[:-7]}history/", "/admin/audit/event/", "/admin/clusters/syncstate/", "/admin/accounts/user/"]
    pages += ["/api/v1/compute/servers/", "/api/v1/audit/events/?per_page=500"]
    pages += [f"/compute/servers/stored/{server.cloud_id}/"]
    pages += [f"/admin/audit/event/{pk}/change/" for pk in Event.objects.values_list("pk", flat=True)[:20]]
    for page in pages:
        response = client.get(page, follow=True)
        assert response.status_code == 200, page
        yield response.content.decode()


def set_up_second_factor(client, who):
    """The seed, the recovery codes, and the two pages that show each of them once."""
    client.post("/accounts/login/", who)
    seed_page = client.get("/accounts/second-factor/app/").content.decode()
    seed = re.search(r'id="key" readonly value="(\w+)"', seed_page)[1]
    code = format_hotp_value(hotp_value(seed, int(time.time()) // 30))
    codes_page = client.get(client.post("/accounts/second-factor/app/", {"code": code}).url).content.decode()
    codes = re.findall(r"\b\d{8}\b", codes_page.partition("<pre")[2].partition("</pre>")[0])
    client.post("/accounts/logout/")
    return seed, codes, (seed_page, codes_page)


def sign_in_at_the_provider(settings):
    """Well, with a client secret that the provider does not take, and while it is down; what each of them said."""
    logging.getLogger("authlib").setLevel("WARNING")  # the provider's own log is not ours
    with provider_running() as provider:
        provider.register("http://testserver/accounts/single-sign-on/back/")
        provider.person("sub", preferred_username="grace", groups=[], sid="s")
        for well in (True, False):
            client_secret = provider.client_secret if well else OIDC
            configure(settings, provider, OIDC_CLIENT_SECRET=client_secret)
            client, response = sign_in(provider, sub="sub")
            yield response.content.decode() + client.get("/", follow=True).content.decode()
            yield client.post("/accounts/single-sign-on/signed-out/", {"logout_token": "x"}).content.decode()
            assert well is ("_auth_user_id" in client.session)
        secrets = [provider.client_secret, *(token.token for token in provider.storage.access_tokens())]
    configure(settings, provider, OIDC_ISSUER="http://127.0.0.1:1")
    yield client.get("/accounts/single-sign-on/", follow=True).content.decode()
    return secrets


def all_of(steps, said):
    """What the steps return, with what they said on the way."""
    while True:
        try:
            said.append(next(steps))
        except StopIteration as end:
            return end.value


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_secret_comes_out_again(cloud, client, person, monkeypatch, log, settings):
    said = [client.post("/accounts/login/", {"username": "root", "password": "x" + PERSON}).content.decode()]
    who = {"username": "root", "password": PERSON}
    seed, codes, shown_on_purpose = set_up_second_factor(client, who)
    by_code = {**who, "code": codes.pop()}
    login = client.post("/api/v1/auth/login/", by_code, content_type="application/json")
    token = login.json()["token"]
    assert client.post("/accounts/login/", who).url == "/accounts/login/code/"
    said.append(client.post("/accounts/login/code/", {"code": "00000000"}).content.decode())
    assert client.post("/accounts/login/code/", {"code": codes.pop()}).url == "/"
    said += [client.get(page).content.decode() for page in ("/accounts/second-factor/", "/accounts/sessions/")]
    said.append(client.get("/api/v1/compute/servers/", headers={"Authorization": f"Token {token}"}).content.decode())
    said += use_everything(cloud, client, monkeypatch, settings)
    oidc = all_of(sign_in_at_the_provider(settings), said)
    assert Credential.objects.filter(secret__isnull=False).count() >= 3 and cloud.tokens
    assert Event.objects.filter(phase="failed").exists()
    logging.getLogger("anything").debug("the log is on")
    assert "the log is on" in log.getvalue()
    places = {"answers": said, "database": everything_stored(), "dump": [dumped()], "log": [log.getvalue()]}
    assert seed in shown_on_purpose[0] and codes[0] in shown_on_purpose[1]
    secrets = {"cloud password": CLOUD, "user password": PERSON, "API token": token, "TOTP seed": seed}
    assert len(oidc) > 1
    secrets |= {"refused OIDC client secret": OIDC} | {f"OIDC secret {n}": text for n, text in enumerate(oidc)}
    secrets |= {f"recovery code {n}": code for n, code in enumerate(codes)}
    secrets |= {f"cloud token {n}": text for n, text in enumerate(cloud.tokens)}
    found = {
        f"{kind} in the {place}"
        for place, texts in places.items()
        for text in texts
        for kind, secret in secrets.items()
        if secret in text
    }
    assert not found


@pytest.mark.parametrize("log", [False, True], indirect=True, ids=["lines", "json"])
def test_a_crash_writes_no_local_variables(log):
    try:
        secret = CLOUD
        raise RuntimeError(f"{len(secret)} characters")
    except RuntimeError:
        logging.getLogger("django.request").exception("Internal Server Error")
    assert "characters" in log.getvalue() and CLOUD not in log.getvalue()


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_page_shows_no_secret(cloud, client, person, settings, monkeypatch, debug):
    """Also with DEBUG on, which shows what was posted and the variables of every frame."""

    def crash(*args, **kwargs):
        raise RuntimeError("a mistake of ours")

    settings.DEBUG = debug
    configure(settings, SimpleNamespace(url="http://127.0.0.1:1", client_id="opsys", client_secret=OIDC))
    settings.AUTH_LDAP_BIND_PASSWORD = OIDC
    client.raise_request_exception = False
    client.force_login(person)
    monkeypatch.setattr("clusters.health.examine", crash)
    response = client.post("/admin/clusters/cluster/add/", form(cloud))
    assert response.status_code == 500 and CLOUD not in response.content.decode()
    assert OIDC not in response.content.decode() and ("SOCIALACCOUNT_PROVIDERS" in response.content.decode()) is debug
    monkeypatch.setattr("django.contrib.auth.authenticate", crash)
    monkeypatch.setattr("allauth.account.adapter.authenticate", crash)
    client.logout()
    response = client.post("/accounts/login/", {"username": "root", "password": PERSON})
    assert response.status_code == 500 and PERSON not in response.content.decode()


# A fresh database without running each migration, then the command as it is.
ADD = """
import sys, django
from django.conf import settings
from django.core.management import call_command
class Unmigrated:
    __contains__ = lambda self, app: True
    __getitem__ = lambda self, app: None
django.setup()
settings.MIGRATION_MODULES = Unmigrated()
call_command("migrate", run_syncdb=True, verbosity=0)
call_command("add_cluster", *sys.argv[1:])
"""


@pytest.mark.slow
def test_nobody_sees_it_in_the_process_list(cloud, tmp_path):
    """While add-cluster runs with the secret on its standard input, asking a cloud that does not answer."""
    seen = []

    def look(handler):
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    seen.append((entry / "cmdline").read_bytes())
                except OSError:  # it has just ended
                    continue
        return as_json(401, {"error": {"code": 401, "message": "no"}})

    cloud.answers = {"POST /v3/auth/tokens": look}
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "opsys.settings.test", "VAR_DIR": str(tmp_path)}
    environment |= {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "CLOUD_CALL_SECONDS": "30"}
    environment |= {"LOG_LEVEL": "DEBUG"}
    arguments = ["north", "--auth-url", cloud.auth_url, "--username", "admin", "--project", "admin", "--secret-stdin"]
    result = subprocess.run(
        [sys.executable, "-c", ADD, *arguments],
        cwd=BASE,
        env=environment,
        input=f"{CLOUD}\n",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "refused the credential" in result.stderr, result.stderr
    assert any(b"--secret-stdin" in line for line in seen)
    assert CLOUD.encode() not in b"".join(seen) and CLOUD not in result.stdout + result.stderr
