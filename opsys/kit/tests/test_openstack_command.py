"""OpenStack's own command line with the stored credential: for whom, with what, and what is written down."""

import subprocess
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from clusters import login_refusals
from clusters.access import ADMINISTER, VIEW
from opsys.kit.console.command_line import without_secrets


@pytest.fixture
def ran(monkeypatch):
    """What would have been run: (words, environment). It ends with `code`."""
    children = SimpleNamespace(calls=[], code=0)

    def run(command, *, env, check):
        children.calls.append((command[3:], env))
        return SimpleNamespace(returncode=children.code)

    monkeypatch.setattr(subprocess, "run", run)
    return children


@pytest.fixture
def administrator(make_user, cluster):
    return make_user("adele", {cluster: [VIEW, ADMINISTER]})


def openstack(*words, user, cluster="east"):
    call_command("openstack", cluster, "--as", user.username, "--", *words)


def phases():
    return list(
        Event.objects.filter(action="clusters.cluster.openstack").order_by("pk").values_list("phase", flat=True)
    )


def test_the_child_alone_gets_the_credential(administrator, ran, monkeypatch):
    monkeypatch.setenv("FERNET_KEYS", "very secret")
    monkeypatch.setenv("DATABASE_URL", "mysql://secret")
    openstack("server", "list", user=administrator)
    ((words, environment),) = ran.calls
    assert words == ["server", "list"]
    assert (environment["OS_PASSWORD"], environment["OS_AUTH_URL"]) == ("secret", "http://east.invalid:5000/v3")
    assert not {"FERNET_KEYS", "DATABASE_URL", "SECRET_KEY"} & set(environment)
    assert phases() == ["started", "done"]


def test_it_is_written_down_without_secrets(administrator, ran):
    openstack("user", "create", "--password", "hunter2", "eve", user=administrator)
    assert Event.objects.filter(params__icontains="--password").exists()
    assert not Event.objects.filter(params__icontains="hunter2").exists()
    assert "hunter2" in ran.calls[0][0]


def test_it_ends_as_the_child_ends(administrator, ran):
    ran.code = 3
    with pytest.raises(SystemExit) as ending:
        openstack("server", "show", "nothing", user=administrator)
    assert ending.value.code == 3 and phases() == ["started", "failed"]


def test_looking_is_not_enough(make_user, cluster, ran):
    with pytest.raises(CommandError, match="administer"):
        openstack("server", "list", user=make_user("vera", {cluster: [VIEW]}))
    assert ran.calls == [] and phases() == ["refused"]


def test_a_cluster_that_may_not_be_seen_is_not_there(administrator, other_cluster, ran):
    with pytest.raises(CommandError, match="may not be seen"):
        openstack("server", "list", user=administrator, cluster="west")
    assert ran.calls == []


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["--password", "x", "y"], ["--password", "[hidden]", "y"]),
        (["--password=x"], ["--password=[hidden]"]),
        (["--user-data", "f", "--wait"], ["--user-data", "[hidden]", "--wait"]),
        (["server", "list"], ["server", "list"]),
        (["--password-prompt", "--long"], ["--password-prompt", "--long"]),
    ],
)
def test_secrets_are_known_by_their_options(words, kept):
    assert without_secrets(words) == kept


def test_while_the_cluster_rests_after_a_refused_log_in_it_is_not_tried(administrator, ran, cluster):
    login_refusals.note(cluster)
    with pytest.raises(CommandError, match="asked again at"):
        openstack("server", "list", user=administrator)
    assert ran.calls == [] and phases() == ["started", "failed"]
