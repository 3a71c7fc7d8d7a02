"""What a page of rows weighs: programs choose what they are told, and answers are compressed."""

import gzip
import json

import pytest

from tests.factories import make_server

URL = "/api/v1/compute/servers/"


@pytest.fixture
def page(client, platform_admin, cluster):
    for number in range(50):
        addresses = [{"network": "net", "address": f"10.0.0.{number}", "type": "fixed", "mac": "fa:16:3e:00:00:01"}]
        make_server(cluster, name=f"web-{number}", status="SHUTOFF" if number % 2 else "ACTIVE", addresses=addresses)
    client.force_login(platform_admin)
    return lambda headers=None, **params: client.get(URL, params, headers=headers or {})


def test_fields_and_actions_choose(page):
    (row, *_others) = page(fields="name,status", actions="none", sort="name").json()["results"]
    assert row == {"id": row["id"], "name": "web-0", "status": "ACTIVE"}
    (row, *_others) = page(fields="name", actions="start, stop", sort="name").json()["results"]
    assert set(row["actions"]) == {"start", "stop"} and row["actions"]["start"]["reason"]
    (row, *_others) = page(fields="name", actions="allowed", sort="name").json()["results"]
    assert "stop" in row["actions"] and "start" not in row["actions"]


@pytest.mark.parametrize("params", [{"fields": "name,digest"}, {"fields": "data"}, {"actions": "fly"}])
def test_what_there_is_not_is_an_error(page, params):
    answer = page(**params)
    assert answer.status_code == 400 and answer.json()["code"] == "invalid"


def test_the_old_answer_is_still_there(page):
    row = page().json()["results"][0]
    assert row["actions"]["start"].keys() == {"allowed", "code", "reason"} and row["cluster"] == "east"


def test_fifty_rows_weigh_little_on_the_wire(page):
    for params in ({}, {"actions": "allowed"}, {"actions": "none"}):
        answer = page({"Accept-Encoding": "gzip"}, **params)
        assert answer["Content-Encoding"] == "gzip" and len(answer.content) <= 25_000
        assert len(json.loads(gzip.decompress(answer.content))["results"]) == 50
