"""The command-line door: what it prints, what it refuses, how it ends."""

import json

import pytest
from django import forms
from django.core.management import CommandError, call_command

from clusters.access import VIEW
from clusters.gateway import CloudError
from compute.servers import resource
from compute.servers.actions import ACTIONS
from opsys.kit.action import Action
from tests.factories import make_server


@pytest.fixture(autouse=True)
def actions(cloud):
    noted = [Action(**{**vars(action), "run": cloud.run}) for action in ACTIONS]
    object.__setattr__(resource.SERVERS, "actions", (*noted, Action("resize", "Resize", cloud.run, form=forms.Form)))
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
        (["explode", "web-1"], "Known: list, start, stop"),
        (["resize", "web-1"], "needs parameters"),
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
