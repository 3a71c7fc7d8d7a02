"""`manage.py add-cluster`: each way in, and each way it can go wrong, which stores nothing and says what to do."""

import io
import socket
import threading
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command

from clusters.models import Cluster, ClusterGroup, Credential
from tests.factories import make_cluster
from tests.wire import FakeCloud, as_json, never_answers, self_signed, serving, web_page


class Stdin(io.StringIO):
    def __init__(self, text="", terminal=False):
        super().__init__(text)
        self.terminal = terminal

    def isatty(self):
        return self.terminal


@pytest.fixture(autouse=True)
def nobody_at_the_keyboard(monkeypatch):
    monkeypatch.delenv("OPSYS_CLOUD_SECRET", raising=False)
    monkeypatch.setattr("sys.stdin", Stdin())


def add(*arguments, url=None, name="north"):
    by_hand = ["--auth-url", url, "--username", "admin", "--project", "admin"] if url else []
    call_command("add_cluster", name, *by_hand, *arguments)


def nothing_was_stored():
    return not Cluster.objects.exists() and not Credential.objects.exists() and not ClusterGroup.objects.exists()


@pytest.mark.django_db
class TestTheSecret:
    def test_from_the_environment(self, cloud, monkeypatch):
        monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
        add(url=cloud.auth_url)
        assert Credential.objects.get(cluster__name="north").secret == "right"

    def test_from_standard_input(self, cloud, monkeypatch):
        monkeypatch.setattr("sys.stdin", Stdin("right\nnot this line\n"))
        add("--secret-stdin", url=cloud.auth_url)
        assert Credential.objects.get().secret == "right"

    def test_from_a_prompt(self, cloud, monkeypatch):
        monkeypatch.setattr("sys.stdin", Stdin(terminal=True))
        monkeypatch.setattr("getpass.getpass", lambda prompt: "right" if "admin" in prompt else "wrong")
        add(url=cloud.auth_url)
        assert Credential.objects.get().secret == "right"

    def test_from_nowhere(self, cloud):
        with pytest.raises(CommandError, match="No secret was given.*--secret-stdin.*OPSYS_CLOUD_SECRET"):
            add(url=cloud.auth_url)
        assert nothing_was_stored()

    def test_an_empty_one(self, cloud, monkeypatch):
        monkeypatch.setattr("sys.stdin", Stdin("\n"))
        with pytest.raises(CommandError, match="Nothing was stored"):
            add("--secret-stdin", url=cloud.auth_url)
        assert nothing_was_stored()

    def test_never_from_an_argument(self, cloud):
        for option in ("--password", "--secret"):
            with pytest.raises(CommandError, match="unrecognized|ambiguous|ignored|expected"):
                add(f"{option}=right", url=cloud.auth_url)


@pytest.mark.django_db
def test_what_was_found_and_what_was_said_is_kept(cloud, monkeypatch, capsys):
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    add("--group", "shore", "--environment", "staging", "--region", "RegionOne", url=cloud.auth_url)
    cluster = Cluster.objects.get()
    assert (cluster.group.name, cluster.environment, cluster.region) == ("shore", "staging", "RegionOne")
    assert cluster.capabilities["services"]["compute"]["max"] == "2.96"
    assert "north was added" in capsys.readouterr().out


@pytest.mark.django_db
def test_an_application_credential(cloud, monkeypatch):
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    call_command("add_cluster", "north", "--auth-url", cloud.auth_url, "--application-credential", "id-1")
    credential = Credential.objects.get()
    assert (credential.kind, credential.username) == ("application_credential", "id-1")
    assert b'"application_credential"' in next(body for method, _p, _h, body in cloud.seen if method == "POST")


@pytest.mark.django_db
def test_a_cloud_without_block_storage_is_added_and_told_so(monkeypatch, capsys):
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    kinds = ("identity", "compute", "network", "image", "placement")
    with serving(FakeCloud(services=kinds, roles=("member",))) as cloud:
        add(url=cloud.auth_url)
    out = capsys.readouterr().out
    assert "It has no block-storage." in out
    assert "no admin role" in out
    assert Cluster.objects.get().capabilities["services"]["block-storage"]["code"] == "no_service"


def a_page(cloud):
    cloud.answers = {"GET /v3": web_page(), "POST /v3/auth/tokens": web_page()}


def something_else(cloud):
    cloud.answers = {"GET /v3": as_json(200, {"hello": "world"}), "POST /v3/auth/tokens": as_json(404, {"no": 1})}


def silent(cloud):
    cloud.answers = {"GET /v3": never_answers, "POST /v3/auth/tokens": never_answers}


def out_of_order(cloud):
    cloud.answers = {"POST /v3/auth/tokens": as_json(503, {"error": {"code": 503, "message": "database down"}})}


def wrong_password(cloud):
    cloud.password = "another"


def two_regions(cloud):
    cloud.regions = ("One", "Two")


def without_compute(cloud):
    cloud.services = ("identity", "network")


def compute_is_a_page(cloud):
    cloud.answers = {"GET /compute/v2.1": web_page()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("broken", "arguments", "words"),
    [
        (a_page, [], "There is no OpenStack identity service at the address"),
        (something_else, [], "There is no OpenStack identity service at the address"),
        (silent, [], "did not answer in time"),
        (out_of_order, [], "failed internally"),
        (wrong_password, [], "refused the credential. Check user, password"),
        (two_regions, [], "several regions. Choose one: One, Two"),
        (two_regions, ["--region", "Three"], "does not have this region. It has: One, Two"),
        (without_compute, [], "does not offer this service"),
        (compute_is_a_page, [], "north"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_cloud_that_does_not_work_is_not_stored(cloud, monkeypatch, settings, broken, arguments, words):
    if broken is silent:
        settings.CLOUD_READ_SECONDS = settings.CLOUD_CALL_SECONDS = 0.5
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    broken(cloud)
    with pytest.raises(CommandError) as error:
        add("--group", "shore", *arguments, url=cloud.auth_url)
    assert words in str(error.value) and "Nothing was stored" in str(error.value)
    assert nothing_was_stored()


@contextmanager
def a_port(greeting):
    """An address where something listens that is no web server (greeting), or nothing does (None)."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if greeting is not None:
            listening.listen()
            listening.settimeout(5)
        yield listening


@pytest.mark.django_db
@pytest.mark.usefixtures("short_limits")
@pytest.mark.parametrize("greeting", [None, b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_nobody_or_something_else_at_the_port(monkeypatch, greeting):
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    with a_port(greeting) as listening:

        def greet():
            while True:
                try:
                    caller, _address = listening.accept()
                except OSError:
                    return
                caller.sendall(greeting)
                caller.close()

        if greeting:
            threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(CommandError, match="north (cannot be reached|.*did not answer)|no OpenStack identity"):
            add(url=f"http://127.0.0.1:{listening.getsockname()[1]}/v3")
    assert nothing_was_stored()


@pytest.mark.django_db
def test_a_certificate_nobody_vouches_for(tmp_path, monkeypatch):
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    pem = self_signed(tmp_path / "cloud.pem")
    with serving(FakeCloud(), certificate=pem) as cloud:
        with pytest.raises(CommandError, match="certificate “127.0.0.1”.*signed by itself.*as the CA certificate"):
            add(url=cloud.auth_url)
        assert nothing_was_stored()
        add("--ca-certificate", str(pem), url=cloud.auth_url)
        add("--insecure", "--again", url=cloud.auth_url, name="south")
    assert [c.verify_tls for c in Cluster.objects.order_by("name")] == [True, False]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "url", "arguments", "words"),
    [
        ("north", "ftp://cloud.example.com/v3", [], "auth_url: Enter a valid URL"),
        ("north", "not an address", [], "auth_url: Enter a valid URL"),
        ("no spaces", "http://cloud.example.com/v3", [], "name: Enter a valid"),
        ("new", "http://cloud.example.com/v3", [], "name: “new” is a word of the console's own addresses"),
        ("x" * 64, "http://cloud.example.com/v3", [], "name: Ensure this value has at most 63"),
        (
            "north",
            "http://cloud.example.com/v3",
            ["--ca-certificate", "/no/such.pem"],
            "There is no file /no/such.pem",
        ),
        ("north", "http://cloud.example.com/v3", ["--group", "bad name"], "Enter a valid"),
        ("north", None, [], "Give --username"),
        ("north", None, ["--username", "admin"], "auth_url: This field cannot be blank"),
    ],
)
def test_what_cannot_be_right_is_said_before_anything_is_asked(monkeypatch, name, url, arguments, words):
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    monkeypatch.setattr("clusters.health.examine", lambda *args: pytest.fail("the cloud was asked"))
    with pytest.raises(CommandError) as error:
        add(*arguments, url=url, name=name)
    assert words in str(error.value) and "Nothing was stored" in str(error.value)
    assert nothing_was_stored()


@pytest.mark.django_db
def test_a_name_that_is_taken_leaves_the_first_as_it_was(cloud, monkeypatch):
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    first = make_cluster("north")
    with pytest.raises(CommandError, match="There is a cluster “north” already"):
        add(url=cloud.auth_url)
    first.refresh_from_db()
    assert first.auth_url == "http://north.invalid:5000/v3" and Credential.objects.get().secret == "secret"


@pytest.mark.django_db
def test_untested_on_demand(monkeypatch):
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    add("--no-test", url="http://cloud.invalid:5000/v3")
    assert Cluster.objects.get().capabilities == {}
