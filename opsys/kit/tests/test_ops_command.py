"""The command-line door: what it prints, what it refuses, how it ends."""

import json

import pytest
from django import forms
from django.core.management import CommandError, call_command

from audit.models import Event
from clusters.access import VIEW
from clusters.gateway import CloudError
from compute.servers import resource
from compute.servers.actions import ACTIONS
from opsys.kit.declare.action import Action
from opsys.kit.forms.form import ActionForm
from opsys.kit.management.parameters import parameters
from tests.factories import make_server


class ResizeForm(ActionForm):
    flavor = forms.CharField(max_length=10)
    tags = forms.JSONField(required=False)


@pytest.fixture(autouse=True)
def actions(cloud):
    noted = [Action(**{**vars(action), "run": cloud.run}) for action in ACTIONS]
    object.__setattr__(resource.SERVERS, "actions", (*noted, Action("resize", "Resize", cloud.run, form=ResizeForm)))
    yield
    object.__setattr__(resource.SERVERS, "actions", ACTIONS)


def ops(*arguments, user):
    call_command("ops", "compute.server", *arguments, "--as", getattr(user, "username", user))


def test_a_list_has_a_line_each(operator, cluster, capsys):
    make_server(cluster, name="b", cloud_id="id-b")
    make_server(cluster, name="a", cloud_id="id-a")
    ops("list", user=operator)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [["east", "id-a", "ACTIVE", "a"], ["east", "id-b", "ACTIVE", "b"]]


def test_a_list_as_json(operator, server, capsys):
    ops("list", "--json", user=operator)
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["cluster"], row["name"], row["cloud_id"]) == ("east", "web-1", server.cloud_id)
    assert "digest" not in row


def test_only_the_chosen_clusters(make_user, cluster, other_cluster, capsys):
    user = make_user("both", {cluster: [VIEW], other_cluster: [VIEW]})
    make_server(cluster, name="e"), make_server(other_cluster, name="w")
    ops("list", "--cluster", "west", user=user)
    assert capsys.readouterr().out.split()[-1] == "w"


@pytest.mark.parametrize("target", ["web-1", "east/web-1", "{id}", "east/{id}"])
def test_a_target_is_a_name_or_an_id(operator, server, cloud, target, capsys):
    ops("stop", target.format(id=server.cloud_id), user=operator)
    assert cloud.did == [server.cloud_id]
    assert capsys.readouterr().out.split() == ["done", "east", "web-1"]


def test_outcomes_as_json(operator, server, capsys):
    ops("stop", "web-1", "--json", user=operator)
    (outcome,) = json.loads(capsys.readouterr().out)
    assert (outcome["status"], outcome["request_id"]) == ("done", "req-cloud")


def test_a_name_that_two_bear_does_nothing(make_user, operator, cluster, other_cluster, cloud):
    make_server(cluster, name="twin")
    make_server(cluster, name="twin")
    make_server(cluster, name="single")
    with pytest.raises(CommandError, match="not unique"):
        ops("stop", "single", "twin", user=operator)
    assert cloud.did == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stop"], "at least one ID"),
        (["stop", "nobody"], "was not found"),
        (["stop", "west/web-1"], "was not found"),
        (["explode", "web-1"], "Known: list, show, .*start, stop"),
        (["stop", "web-1", "--set", "force=yes"], "takes no parameters"),
        (["resize", "web-1"], "flavor: This field is required"),
        (["resize", "web-1", "--set", "flavor=m1", "--set", "colour=red"], "Unknown: colour"),
        (["resize", "web-1", "--set", "flavor"], "is not NAME=TEXT"),
        (["resize", "web-1", "--set", "tags:=[1"], "is not JSON"),
        (["resize", "web-1", "--set", "flavor=@/no/such/file"], "cannot be read"),
        (["show"], "Name one ID"),
        (["show", "web-1", "--panel", "nothing"], "no panel"),
    ],
)
def test_what_it_refuses_it_says(operator, server, cloud, arguments, words):
    with pytest.raises(CommandError, match=words):
        ops(*arguments, user=operator)
    assert cloud.calls == []


def test_an_unknown_type_names_the_known(operator):
    with pytest.raises(CommandError, match=r"Known: .*compute\.server"):
        call_command("ops", "compute.teapot", "list", "--as", operator.username)


@pytest.mark.parametrize("gone", ["nobody", "disabled", ""])
def test_it_acts_only_as_an_active_user(make_user, server, cloud, gone):
    make_user("disabled", is_active=False, is_superuser=True)
    with pytest.raises(CommandError, match="no active user"):
        ops("stop", "web-1", user=gone)
    assert cloud.calls == []


def test_without_saying_as_whom_it_does_nothing(server):
    with pytest.raises(CommandError, match="--as"):
        call_command("ops", "compute.server", "list")


@pytest.mark.parametrize(
    ("fields", "error", "word"),
    [({"status": "SHUTOFF"}, None, "refused"), ({}, CloudError("conflict", cluster="east"), "failed")],
)
def test_anything_but_done_is_exit_code_one_with_the_reason(operator, cluster, cloud, capsys, fields, error, word):
    server = make_server(cluster, name="web-1", **fields)
    if error:
        cloud.errors[server.cloud_id] = error
    with pytest.raises(SystemExit) as ending:
        ops("stop", "web-1", user=operator)
    line = capsys.readouterr().out
    assert ending.value.code == 1 and line.startswith(word) and ": " in line


def test_what_went_well_stays_told_beside_what_did_not(operator, cluster, cloud, capsys):
    make_server(cluster, name="good")
    make_server(cluster, name="off", status="SHUTOFF")
    with pytest.raises(SystemExit):
        ops("stop", "off", "good", user=operator)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["refused", "done"]


def test_parameters_are_texts_files_lists_and_json(tmp_path):
    file = tmp_path / "boot.sh"
    file.write_text("#!/bin/sh")
    words = ["a=1", "b=x=y", f"c=@{file}", 'd:={"k": 2}', "e=1", "e=2"]
    assert parameters(words) == {"a": "1", "b": "x=y", "c": "#!/bin/sh", "d": {"k": 2}, "e": ["1", "2"]}


def test_an_action_gets_its_parameters(operator, server, cloud, capsys):
    ops("resize", "web-1", "--set", "flavor=m1.big", user=operator)
    assert cloud.did == [server.cloud_id]
    assert Event.objects.get(phase="done").params == {"flavor": "m1.big"}


def test_one_row_with_all_that_is_known(operator, server, capsys):
    ops("show", "web-1", user=operator)
    assert json.loads(capsys.readouterr().out)["cloud_id"] == server.cloud_id


def test_something_new_is_made_in_a_cluster(operator, cluster, other_cluster, cloud, capsys):
    make = Action("make", "Make", lambda conn, **given: "id-new", scope="cluster", form=ResizeForm)
    object.__setattr__(resource.SERVERS, "actions", (make,))
    with pytest.raises(CommandError, match="--cluster"):
        ops("make", "--cluster", "west", "--set", "flavor=m1", user=operator)
    ops("make", "--cluster", "east", "--set", "flavor=m1", "--json", user=operator)
    (outcome,) = json.loads(capsys.readouterr().out)
    assert (outcome["status"], outcome["cloud_id"], outcome["cluster"]) == ("done", "id-new", "east")
